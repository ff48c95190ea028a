/* Records are aligned for their types in every strategy and verb, if the caller's arrays are. */
#include "strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { COUNT = 50 };

/* Fails with a bit for each record that does not lie as its type wants. */
static int check_alignment(const void *const argv[], void *out, const void *context)
{
    (void)context;
    return ((uintptr_t)argv[0] % _Alignof(char) ? 1 : 0) | ((uintptr_t)argv[1] % _Alignof(double) ? 2 : 0) |
           ((uintptr_t)argv[2] % _Alignof(short) ? 4 : 0) | ((uintptr_t)argv[3] % _Alignof(long) ? 8 : 0) |
           ((uintptr_t)out % _Alignof(double) ? 16 : 0);
}

/* Sizes that put the second column off its alignment where columns are merely appended. */
static const struct pool_task task = {
    .name = "check_alignment",
    .call = check_alignment,
    .nargs = 4,
    .arg_size = {sizeof(char), sizeof(double), sizeof(short), sizeof(long)},
    .out_size = sizeof(double),
};

static const char chars[COUNT];
static const double doubles[COUNT];
static const short shorts[COUNT];
static const long longs[COUNT];
static const void *const columns[] = {chars, doubles, shorts, longs};

static int source(void *arg, size_t index, void *const record[])
{
    (void)arg;
    for (size_t k = 0; k < task.nargs; k++)
        memset(record[k], 0, task.arg_size[k]);
    return index < COUNT;
}

static void expect(const char *strategy, const char *verb, enum pool_status status, const struct pool_fault *fault)
{
    if (status)
        print_error("%s, %s: %s\n", strategy, verb, fault->text);
    assert_int_equal(status, POOL_OK);
}

static void check_verbs(struct pool *pool, const char *name)
{
    static double out[COUNT];
    const struct pool_imap_config config = {.chunk = 3};
    struct pool_handle *handle;
    struct pool_fault fault = {0};
    struct pool_iter *iter;
    size_t index;

    for (size_t chunk = 0; chunk < 4; chunk++)
        expect(name, "starmap", pool_starmap(pool, &task, COUNT, columns, out, chunk, &fault), &fault);
    expect(name, "apply", pool_apply(pool, &task, columns, out, &fault), &fault);
    assert_int_equal(pool_apply_async(pool, &task, columns, out, NULL, &handle), POOL_OK);
    expect(name, "apply_async", pool_handle_get(handle, POOL_FOREVER, &fault), &fault);
    pool_handle_free(handle);
    assert_int_equal(pool_imap(pool, &task, source, NULL, &config, &iter), POOL_OK);
    for (int i = 0; i < COUNT; i++)
        expect(name, "imap", pool_iter_next(iter, out, &index, POOL_FOREVER, &fault), &fault);
    pool_iter_free(iter);
}

static void every_strategy(void **state)
{
    const struct pool_config config = {.workers = 2};
    struct pool *pool;

    (void)state;
    for (size_t i = 0; pool_strategies[i]; i++) {
        const struct pool_ops *ops = pool_strategies[i];
        if (ops->absent)
            continue;
        assert_int_equal(pool_create(ops->name, ops->workers_max > 1 ? &config : NULL, &pool), POOL_OK);
        check_verbs(pool, ops->name);
        pool_destroy(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_strategy)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
