/* Asynchronous calls, callbacks and waiting for several, over every strategy of this build. */
#define _GNU_SOURCE
#include "squares.h"

static void many_jobs(const struct pool_ops *ops)
{
    enum { JOBS = 300 };
    static uint64_t out[JOBS];
    struct pool_handle *handles[JOBS];
    struct pool *pool = create(ops, 3);

    for (uint64_t i = 0; i < JOBS; i++) {
        const uint64_t x = i + 8;
        const void *const argv[] = {&x};
        assert_int_equal(pool_apply_async(pool, &task, argv, &out[i], NULL, &handles[i]), POOL_OK);
    }
    assert_int_equal(pool_handles_wait_all(handles, JOBS, POOL_FOREVER), POOL_OK);
    for (uint64_t i = 0; i < JOBS; i++) {
        assert_true(pool_handle_ready(handles[i]));
        assert_int_equal(pool_handle_get(handles[i], 0, NULL), POOL_OK);
        assert_int_equal(out[i], (i + 8) * (i + 8));
        pool_handle_free(handles[i]);
    }
    finish(pool);
}

static void statuses_and_lowest(const struct pool_ops *ops)
{
    enum { COUNT = 50 };
    uint64_t in[COUNT], out[COUNT];
    struct pool_item items[COUNT];
    struct pool_fault fault;
    struct pool_handle *handle;
    struct pool *pool = create(ops, 2);
    const struct pool_async async = {.items = items};

    for (uint64_t i = 0; i < COUNT; i++)
        in[i] = i % 10 + 1;
    for (size_t chunk = 0; chunk < 4; chunk++) {
        memset(out, 0, sizeof out);
        assert_int_equal(pool_map_async(pool, &task, COUNT, in, out, chunk, &async, &handle), POOL_OK);
        assert_int_equal(pool_handle_get(handle, POOL_FOREVER, &fault), POOL_ETASK);
        assert_int_equal(pool_handle_successful(handle), POOL_ETASK);
        assert_int_equal(fault.index, 6);
        assert_int_equal(fault.code, 7);
        assert_int_equal(fault.failed, COUNT / 10);
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(items[i].status, i % 10 == 6 ? POOL_ETASK : POOL_OK);
            assert_int_equal(items[i].code, i % 10 == 6 ? 7 : 0);
            assert_int_equal(out[i], in[i] * in[i]);
        }
        pool_handle_free(handle);
    }
    finish(pool);
}

struct told {
    struct pool *pool;
    struct pool_handle *own, *other;
    unsigned good, bad;
    enum pool_status inside;
    uint64_t result;
};

static int tell_good(void *arg, const struct pool_fault *fault)
{
    struct told *told = arg;
    const uint64_t x = 12;
    const void *const argv[] = {&x};

    told->good += fault->status == POOL_OK;
    if (told->other)
        return 0;
    /* A callback may submit to its pool, but not wait for it. */
    if (pool_apply_async(told->pool, &task, argv, &told->result, NULL, &told->other))
        return 1;
    told->inside = pool_apply(told->pool, &task, argv, &told->result, NULL);
    return 0;
}

static int tell_bad(void *arg, const struct pool_fault *fault)
{
    ((struct told *)arg)->bad += fault->status == POOL_ETASK && fault->index == 0;
    return 5;
}

static void callbacks(const struct pool_ops *ops)
{
    struct pool *pool = create(ops, 2);
    struct told told = {.pool = pool};
    const struct pool_async async = {.callback = tell_good, .error_callback = tell_bad, .arg = &told};
    struct pool_fault fault;
    struct pool_handle *handle;
    uint64_t x = 9, out;
    const void *const argv[] = {&x};

    assert_int_equal(pool_apply_async(pool, &task, argv, &out, &async, &handle), POOL_OK);
    assert_int_equal(pool_handle_get(handle, POOL_FOREVER, NULL), POOL_OK);
    assert_int_equal(told.good, 1);
    assert_int_equal(told.inside, POOL_EDEADLK);
    pool_handle_free(handle);
    assert_int_equal(pool_handle_get(told.other, POOL_FOREVER, NULL), POOL_OK);
    pool_handle_free(told.other);
    x = 7;
    assert_int_equal(pool_apply_async(pool, &task, argv, &out, &async, &handle), POOL_OK);
    assert_int_equal(pool_handle_get(handle, POOL_FOREVER, &fault), POOL_ETASK);
    assert_int_equal(told.bad, 1);
    assert_int_equal(fault.code, 5); /* the callback's own failure is reported */
    pool_handle_free(handle);
    finish(pool);
}

static void timeouts_and_any(const struct pool_ops *ops)
{
    struct pool *pool = create(ops, 2);
    struct pool_handle *handles[3] = {NULL};
    const uint64_t zero = 0, two = 2;
    const void *const slow[] = {&zero}, *const fast[] = {&two};
    uint64_t out[2] = {1, 1};
    size_t index;

    assert_int_equal(pool_handles_wait_any(handles, 3, 0, &index), POOL_EINVAL);
    assert_int_equal(pool_apply_async(pool, &task, slow, &out[0], NULL, &handles[0]), POOL_OK);
    assert_int_equal(pool_handle_wait(handles[0], 2000000), POOL_ETIMEOUT);
    assert_int_equal(pool_handle_get(handles[0], 0, NULL), POOL_ETIMEOUT);
    assert_int_equal(pool_handle_successful(handles[0]), POOL_EINVAL);
    assert_int_equal(pool_handles_wait_any(handles, 3, 1000000, &index), POOL_ETIMEOUT);
    assert_int_equal(pool_apply_async(pool, &task, fast, &out[1], NULL, &handles[2]), POOL_OK);
    if (pool_workers(pool) > 1) {
        assert_int_equal(pool_handles_wait_any(handles, 3, POOL_FOREVER, &index), POOL_OK);
        assert_int_equal(index, 2);
        assert_int_equal(out[1], 4);
    }
    gate_set(1);
    assert_int_equal(pool_handles_wait_all(handles, 3, POOL_FOREVER), POOL_OK);
    assert_int_equal(out[0], 0);
    pool_handle_free(handles[0]);
    pool_handle_free(handles[2]);
    finish(pool);
}

/* Handles and iterators that nobody takes; a pool that is destroyed under them. */
static void outlive(const struct pool_ops *ops)
{
    enum { JOBS = 40 };
    static uint64_t out[JOBS];
    struct pool_handle *handles[JOBS];
    struct pool *pool = create(ops, 2);
    const uint64_t three = 3;
    const void *const argv[] = {&three};

    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(pool_apply_async(pool, &task, argv, &out[i], NULL, &handles[i]), POOL_OK);
        if (i % 2)
            pool_handle_free(handles[i]);
    }
    pool_destroy(pool);
    for (size_t i = 0; i < JOBS; i += 2) {
        assert_true(pool_handle_ready(handles[i]));
        const enum pool_status status = pool_handle_get(handles[i], 0, NULL);
        assert_true(status == POOL_OK ? out[i] == 9 : status == POOL_ECANCELED);
        pool_handle_free(handles[i]);
    }
}

static void asynchronous_calls(void **state)
{
    void (*const parts[])(const struct pool_ops *) = {many_jobs, statuses_and_lowest, callbacks, timeouts_and_any,
                                                      outlive};

    (void)state;
    each_strategy(parts, sizeof parts / sizeof *parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(asynchronous_calls)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
