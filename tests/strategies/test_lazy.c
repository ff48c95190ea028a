/* Lazy maps, ordered and as completed, over every strategy of this build. */
#define _GNU_SOURCE
#include "squares.h"

struct numbers {
    uint64_t next, end, fail_at;
};

static int draw_number(void *arg, size_t index, void *const record[])
{
    struct numbers *n = arg;

    if (n->next == n->fail_at)
        return -3;
    if (n->next == n->end)
        return 0;
    assert_int_equal(index, n->next);
    const uint64_t x = ++n->next;
    memcpy(record[0], &x, sizeof x);
    return 1;
}

static void lazy(const struct pool_ops *ops)
{
    struct pool *pool = create(ops, 3);
    struct pool_fault fault;
    struct pool_iter *iter;
    uint64_t out;
    size_t index;

    for (int unordered = 0; unordered < 2; unordered++)
        for (size_t chunk = 0; chunk < 4; chunk++) {
            struct numbers numbers = {.end = 100, .fail_at = UINT64_MAX};
            const struct pool_imap_config config = {.unordered = unordered, .buffer = chunk, .chunk = chunk};
            unsigned char seen[100] = {0};
            assert_int_equal(pool_imap(pool, &task, draw_number, &numbers, &config, &iter), POOL_OK);
            assert_int_equal(numbers.next, 0);
            for (size_t i = 0; i < 100; i++) {
                const enum pool_status status = pool_iter_next(iter, &out, &index, POOL_FOREVER, &fault);
                assert_true(unordered || index == i);
                assert_int_equal(status, index == 6 ? POOL_ETASK : POOL_OK);
                assert_int_equal(fault.index, status ? 6 : POOL_NO_ITEM);
                assert_int_equal(out, (index + 1) * (index + 1));
                assert_int_equal(seen[index]++, 0);
                assert_true(numbers.next <= i + 1 + (pool_workers(pool) + chunk) * (chunk ? chunk : 1));
            }
            assert_int_equal(pool_iter_next(iter, &out, &index, POOL_FOREVER, &fault), POOL_END);
            assert_int_equal(pool_iter_next(iter, &out, &index, 0, NULL), POOL_END);
            pool_iter_free(iter);
        }
    struct numbers failing = {.end = 100, .fail_at = 5};
    assert_int_equal(pool_imap(pool, &task, draw_number, &failing, NULL, &iter), POOL_OK);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(pool_iter_next(iter, &out, NULL, POOL_FOREVER, NULL), POOL_OK);
    assert_int_equal(pool_iter_next(iter, &out, &index, POOL_FOREVER, &fault), POOL_ETASK);
    assert_int_equal(index, 5);
    assert_int_equal(fault.code, -3);
    assert_int_equal(pool_iter_next(iter, &out, &index, POOL_FOREVER, NULL), POOL_END);
    pool_iter_free(iter);
    struct numbers endless = {.end = UINT64_MAX, .fail_at = UINT64_MAX};
    assert_int_equal(pool_imap(pool, &task, draw_number, &endless, NULL, &iter), POOL_OK);
    for (size_t i = 0; i < 50; i++)
        pool_iter_next(iter, &out, NULL, POOL_FOREVER, NULL);
    pool_iter_free(iter); /* early, with chunks in flight */
    finish(pool);
}

static void lazy_maps(void **state)
{
    void (*const parts[])(const struct pool_ops *) = {lazy};

    (void)state;
    each_strategy(parts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lazy_maps)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
