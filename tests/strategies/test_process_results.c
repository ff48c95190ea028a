/* Process strategies: the same bytes as the loop, each item once, the lowest failing item, whatever the sizes. */
#define _GNU_SOURCE
#include "mortal.h"

#include <pthread.h>

static struct ledger *ledger;

struct shape {
    size_t in, out;
    unsigned salt;
};

/* The result is made of the argument's bytes, the salt, and how far each is from the beginning. */
static int blend(const void *const argv[], void *out, const void *context)
{
    const struct shape *shape = context;
    const unsigned char *in = argv[0];
    unsigned char *to = out;

    for (size_t i = 0; i < shape->out; i++) {
        const size_t byte = shape->in ? in[i % shape->in] : 0;
        to[i] = (unsigned char)(byte * 3 + i * 7 + shape->salt);
    }
    return 0;
}

static unsigned char *bytes_new(size_t bytes, unsigned seed)
{
    unsigned char *all = malloc(bytes + 1);

    assert_non_null(all);
    for (size_t i = 0; i < bytes; i++)
        all[i] = (unsigned char)((i * 2654435761U + seed) >> 5);
    return all;
}

/* Map through the pool and through the loop; compare, and see that nothing beside was written. */
static void compare(struct pool *pool, const char *name, struct shape shape, size_t count, size_t chunk)
{
    enum { GUARD = 32 };
    const struct pool_task task = {.name = "blend",
                                   .call = blend,
                                   .nargs = 1,
                                   .arg_size = {shape.in},
                                   .out_size = shape.out,
                                   .context = &shape,
                                   .context_size = sizeof shape};
    const size_t bytes = count * shape.out;
    unsigned char *in = bytes_new(count * shape.in, shape.salt), *expected = bytes_new(bytes, 0);
    unsigned char *guarded = malloc(GUARD + bytes + GUARD), *out = shape.out ? guarded + GUARD : NULL;
    struct pool_fault fault;

    assert_non_null(guarded);
    memset(guarded, 0xa5, GUARD + bytes + GUARD);
    for (size_t i = 0; i < count; i++) {
        const void *argv[] = {in + i * shape.in};
        (void)blend(argv, expected + i * shape.out, &shape);
    }
    if (pool_map(pool, &task, count, in, out, chunk, &fault))
        fail_msg("%s: %s", name, fault.text);
    if (bytes && memcmp(out, expected, bytes) != 0)
        fail_msg("%s: %zu items of %zu and %zu bytes in chunks of %zu: wrong bytes", name, count, shape.in, shape.out,
                 chunk);
    for (size_t i = 0; i < GUARD; i++)
        assert_true(guarded[i] == 0xa5 && guarded[GUARD + bytes + i] == 0xa5);
    free(guarded);
    free(expected);
    free(in);
}

static void sizes_and_chunks_give_the_loops_bytes(void **state)
{
    static const size_t workers[] = {1, 2, 3, 8}, counts[] = {0, 1, 2, 3, 7, 8, 13, 33, 101};

    (void)state;
    MORTAL_EACH(ops)
    {
        for (size_t w = 0; w < 4; w++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = workers[w]});
            for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
                const size_t n = counts[c], chunks[] = {0, 1, 2, n - 1, n, n + 1, SIZE_MAX};
                for (size_t k = 0; k < sizeof chunks / sizeof *chunks; k++)
                    compare(pool, ops->name, (struct shape){8, 8, (unsigned)(c + k)}, n, chunks[k]);
            }
            pool_destroy(pool);
        }
    }
}

static void record_sizes_give_the_loops_bytes(void **state)
{
    static const size_t sizes[] = {0, 1, 3, 8, 64, 4095, 4096, 4097, 65535, 65536, 65537, 1 << 20};
    enum { SIZES = sizeof sizes / sizeof *sizes };

    (void)state;
    MORTAL_EACH(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
        for (size_t i = 0; i < SIZES; i++)
            for (size_t o = 0; o < SIZES; o++)
                compare(pool, ops->name, (struct shape){sizes[i], sizes[o], (unsigned)(i * SIZES + o)}, 5, o % 3);
        compare(pool, ops->name, (struct shape){24 << 20, 24 << 20, 1}, 4, 2);
        pool_destroy(pool);
    }
}

static void many_small_items_are_right(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        const bool fresh = (ops->capabilities & POOL_CAP_FRESH) != 0;
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        compare(pool, ops->name, (struct shape){8, 8, 5}, fresh ? MORTAL_FORKS : 100003, 0);
        compare(pool, ops->name, (struct shape){3, 5, 6}, 20011, fresh ? 1000 : 7);
        compare(pool, ops->name, (struct shape){0, 1, 7}, fresh ? MORTAL_FORKS / 2 : 5000, 1);
        pool_destroy(pool);
    }
}

static int note_and_fail(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]), every = trial_number(context);

    ledger_note(ledger, i);
    memcpy(out, &i, sizeof i);
    return every && i % every == every - 1 ? (int)i + 1 : 0;
}

/* Each item is begun once, the failing ones too; the lowest is reported; all results are there. */
static void check_errors(struct pool *pool, const char *name, size_t count, size_t chunk, size_t every)
{
    struct pool_task task = trial_task(note_and_fail);
    size_t *in = trial_numbers(count), *out = calloc(count + 1, sizeof *out);
    struct pool_fault fault;

    task.context = &every;
    task.context_size = sizeof every;
    memset(ledger->runs, 0, sizeof ledger->runs);
    const enum pool_status status = pool_map(pool, &task, count, in, out, chunk, &fault);
    const size_t failed = every ? count / every : 0;
    if (status != (failed ? POOL_ETASK : POOL_OK))
        fail_msg("%s: status %d, %s", name, (int)status, fault.text);
    assert_int_equal(fault.failed, failed);
    if (failed) {
        assert_int_equal(fault.index, every - 1);
        assert_int_equal(fault.code, (int)every);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ledger->runs[i], 1);
        assert_int_equal(out[i], i);
        assert_int_not_equal(ledger->pid[i], getpid());
    }
    free(out);
    free(in);
}

static void each_item_runs_once_and_errors_are_exact(void **state)
{
    static const size_t every[] = {0, 1, 2, 7, 13, 100};

    (void)state;
    MORTAL_EACH(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        for (int round = 0; round < 10; round++)
            for (size_t e = 0; e < sizeof every / sizeof *every; e++)
                check_errors(pool, ops->name, 100, (size_t)round % 5, every[e]);
        pool_destroy(pool);
    }
}

struct rival {
    pthread_t thread;
    struct pool *pool;
    const char *name;
    unsigned number;
};

static void *rival_live(void *arg)
{
    const struct rival *r = arg;

    for (unsigned i = 0; i < 20; i++)
        compare(r->pool, r->name, (struct shape){1 + r->number * 700, 1 + i * 300, r->number * 31 + i}, 40, i % 4);
    return NULL;
}

/* Threads share a pool: each gets its own results, with its own context. */
static void batches_side_by_side_do_not_mix(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        struct rival rivals[4];
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
        for (unsigned i = 0; i < 4; i++) {
            rivals[i] = (struct rival){.pool = pool, .name = ops->name, .number = i};
            assert_int_equal(pthread_create(&rivals[i].thread, NULL, rival_live, &rivals[i]), 0);
        }
        for (unsigned i = 0; i < 4; i++)
            assert_int_equal(pthread_join(rivals[i].thread, NULL), 0);
        pool_destroy(pool);
    }
}

/* All workers but one are kept by their items until the last item has come. */
static int outstay(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]), count = trial_number(context);

    memcpy(out, &i, sizeof i);
    __atomic_add_fetch(&ledger->inside, 1, __ATOMIC_ACQ_REL);
    if (i < 2)
        ledger_await(ledger, count);
    return 0;
}

/* Nothing is kept behind a long item while another worker has nothing to do, or this would never end. */
static void no_item_waits_behind_a_long_one(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        for (size_t count = 3; count < 60; count++) {
            struct pool_task task = trial_task(outstay);
            size_t *in = trial_numbers(count), out[60];
            task.context = &count;
            task.context_size = sizeof count;
            ledger->inside = 0;
            assert_int_equal(pool_map(pool, &task, count, in, out, 1, NULL), POOL_OK);
            free(in);
        }
        pool_destroy(pool);
    }
}

static int setup(void **state)
{
    (void)state;
    (void)alarm(TRIAL_SECONDS);
    ledger = ledger_new();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_chunks_give_the_loops_bytes),
        cmocka_unit_test(many_small_items_are_right),
        cmocka_unit_test(each_item_runs_once_and_errors_are_exact),
        cmocka_unit_test(batches_side_by_side_do_not_mix),
        cmocka_unit_test(no_item_waits_behind_a_long_one),
        cmocka_unit_test(record_sizes_give_the_loops_bytes), /* last: it makes this process, and its forks, large */
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
