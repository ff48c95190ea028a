/* Thread strategies: the same bytes as the loop, each item once, the lowest failing item. */
#define _GNU_SOURCE
#include "gate.h"
#include "trial.h"

enum { COUNT_MAX = 1009, OUT_SIZE = 5, GUARD = 16 };

static unsigned char runs[COUNT_MAX]; /* how often each item was run */

/* What item i must give: it depends on both arguments, and not on their order by chance. */
static void expected_record(size_t i, unsigned char out[OUT_SIZE])
{
    const size_t a = i * 7 + 1, b = i * i + 3;

    for (size_t k = 0; k < OUT_SIZE; k++)
        out[k] = (unsigned char)((a >> (k * 3)) - 5 * (b >> k));
}

/* a: 3 bytes, b: 8 bytes, result: 5 bytes - so most records are unaligned. */
static int mix(const void *const argv[], void *out, const void *context)
{
    unsigned char result[OUT_SIZE];
    size_t a = 0, b, i;

    memcpy(&a, argv[0], 3);
    memcpy(&b, argv[1], sizeof b);
    i = (a - 1) / 7;
    __atomic_add_fetch(&runs[i], 1, __ATOMIC_RELAXED);
    for (size_t k = 0; k < OUT_SIZE; k++)
        result[k] = (unsigned char)((a >> (k * 3)) - 5 * (b >> k));
    memcpy(out, result, sizeof result);
    return *(const int *)context;
}

static struct {
    unsigned char a[COUNT_MAX * 3];
    size_t b[COUNT_MAX];
    unsigned char expected[COUNT_MAX * OUT_SIZE], out[GUARD + COUNT_MAX * OUT_SIZE + GUARD];
} arrays;

static int fill_arrays(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_MAX; i++) {
        const size_t a = i * 7 + 1;
        memcpy(arrays.a + i * 3, &a, 3);
        arrays.b[i] = i * i + 3;
        expected_record(i, arrays.expected + i * OUT_SIZE);
    }
    return 0;
}

static void try_once(struct pool *pool, const struct pool_ops *ops, size_t count, size_t chunk)
{
    static const int success = 0;
    const struct pool_task task = {.name = "mix",
                                   .call = mix,
                                   .nargs = 2,
                                   .arg_size = {3, sizeof(size_t)},
                                   .out_size = OUT_SIZE,
                                   .context = &success,
                                   .context_size = sizeof success};
    const void *const columns[] = {arrays.a, arrays.b};
    struct pool_fault fault;
    const size_t end = GUARD + count * OUT_SIZE;

    memset(runs, 0, sizeof runs);
    memset(arrays.out, 0xa5, sizeof arrays.out);
    trial_ok(ops, pool_starmap(pool, &task, count, columns, arrays.out + GUARD, chunk, &fault), &fault);
    if (memcmp(arrays.out + GUARD, arrays.expected, count * OUT_SIZE) != 0)
        fail_msg("%s: %zu items in chunks of %zu: wrong bytes", ops->name, count, chunk);
    for (size_t k = 0; k < GUARD; k++)
        assert_true(arrays.out[k] == 0xa5 && arrays.out[end + k] == 0xa5);
    for (size_t i = 0; i < COUNT_MAX; i++)
        if (runs[i] != (i < count))
            fail_msg("%s: %zu items in chunks of %zu: item %zu ran %d times", ops->name, count, chunk, i, runs[i]);
}

static void try_sizes(struct pool *pool, const struct pool_ops *ops, size_t count_max)
{
    const size_t w = pool_workers(pool);
    const size_t counts[] = {0, 1, w - 1, w, w + 1, 4 * w - 1, 4 * w, 4 * w + 1, 97, count_max};

    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        const size_t n = counts[c], chunks[] = {0, 1, 2, n - 1, n, n + 1, 1000000000, SIZE_MAX};
        for (size_t k = 0; k < sizeof chunks / sizeof *chunks; k++)
            try_once(pool, ops, n, chunks[k]);
    }
}

static void results_are_those_of_the_loop(void **state)
{
    static const size_t workers[] = {1, 2, 3, 8};

    (void)state;
    TRIAL_EACH(ops)
    {
        for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = workers[i]});
            try_sizes(pool, ops, i == 1 ? COUNT_MAX : 193);
            pool_destroy(pool);
        }
    }
}

static void every_wait_policy_gives_the_same(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        for (int wait = POOL_WAIT_YIELD; wait <= POOL_WAIT_SLEEP; wait++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3, .wait = (enum pool_wait)wait});
            for (size_t count = 0; count < 40; count++)
                try_once(pool, ops, count, count % 3);
            pool_destroy(pool);
        }
    }
}

static void many_pools_one_after_another(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        for (size_t i = 0; i < 200; i++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 1 + i % 4});
            if (i % 3)
                try_once(pool, ops, i % 11, i % 4);
            if (i % 2) {
                assert_int_equal(pool_close(pool), POOL_OK);
                assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            }
            pool_destroy(pool);
        }
    }
}

static struct gate meeting;

/* Item 1 fails at once; item 0 fails when item 3 has run, which the same worker takes after item 1. */
static int fail_in_reverse(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]);

    (void)context;
    memcpy(out, &i, sizeof i);
    if (i == 3)
        gate_open(&meeting);
    if (i == 0)
        gate_pass(&meeting);
    return i < 2 ? 10 + (int)i : 0;
}

static void the_lowest_failing_item_is_reported_whatever_the_timing(void **state)
{
    const struct pool_task task = trial_task(fail_in_reverse);
    struct pool_fault fault;
    size_t out[4], *in = trial_numbers(4);

    (void)state;
    TRIAL_EACH(ops)
    {
        if (ops->workers_max < 2)
            continue;
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
        for (int repeat = 0; repeat < 200; repeat++) {
            gate_reset(&meeting, 0);
            memset(out, 0xff, sizeof out);
            assert_int_equal(pool_map(pool, &task, 4, in, out, 1, &fault), POOL_ETASK);
            assert_int_equal(fault.index, 0);
            assert_int_equal(fault.code, 10);
            assert_int_equal(fault.failed, 2);
            assert_memory_equal(out, in, sizeof out);
        }
        pool_destroy(pool);
    }
    free(in);
}

/* context: a bit for each item that fails. */
static int fail_where_told(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]);

    memcpy(out, &i, sizeof i);
    return ((const unsigned char *)context)[i] ? (int)i + 1 : 0;
}

static void no_failure_is_lost_and_none_stops_the_others(void **state)
{
    enum { COUNT = 23 };
    static const size_t lowest[] = {0, COUNT - 1, 20, 7};
    unsigned char failing[COUNT];
    struct pool_task task = trial_task(fail_where_told);
    struct pool_fault fault;
    size_t out[COUNT], *in = trial_numbers(COUNT);

    (void)state;
    task.context = failing;
    task.context_size = sizeof failing;
    TRIAL_EACH(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        for (size_t i = 0; i < 80; i++) {
            const size_t first = lowest[i % 4], last = i % 8 < 4 ? first + 1 : COUNT;
            for (size_t k = 0; k < COUNT; k++)
                failing[k] = k >= first && k < last;
            memset(out, 0xff, sizeof out);
            assert_int_equal(pool_map(pool, &task, COUNT, in, out, i % 6, &fault), POOL_ETASK);
            assert_int_equal(fault.index, first);
            assert_int_equal(fault.code, first + 1);
            assert_int_equal(fault.failed, last - first);
            assert_memory_equal(out, in, sizeof out);
        }
        pool_destroy(pool);
    }
    free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_those_of_the_loop),
        cmocka_unit_test(every_wait_policy_gives_the_same),
        cmocka_unit_test(many_pools_one_after_another),
        cmocka_unit_test(the_lowest_failing_item_is_reported_whatever_the_timing),
        cmocka_unit_test(no_failure_is_lost_and_none_stops_the_others),
    };

    alarm(TRIAL_SECONDS);
    return cmocka_run_group_tests_name("threads_results", tests, fill_arrays, NULL);
}
