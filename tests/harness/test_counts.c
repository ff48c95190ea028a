/* counts.c: how many items a call has. */
#include "pure/counts.h"

#include "plan_fixture.h"

static struct counts_cost cost(double item_ns, size_t item_bytes)
{
    return (struct counts_cost){.item_ns = item_ns, .item_bytes = item_bytes};
}

static void counts_are_equal_where_costs_are_alike(void **state)
{
    struct plan_request r = request();
    struct counts_cost costs[6];
    struct plan p;

    (void)state;
    r.workload_count = 1;
    make(&r, &p);
    assert_int_equal(p.cell_count, 6);
    for (size_t i = 0; i < 6; i++) /* serial 1 us, alpha 2.1 us, beta 500 us an item; a call is 20 ms */
        costs[i] = cost(p.cells[i].strategy == 0 ? 1000 : p.cells[i].strategy == 1 ? 2100 : 500000, 16);
    counts_choose(&p, costs);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(p.cells[i].count, p.cells[i].strategy == 2 ? 50 : 5000);
    plan_free(&p);
}

static void given_and_unknown_counts_stay(void **state)
{
    struct plan_request r = request();
    struct counts_cost costs[6] = {{0}};
    struct plan p;

    (void)state;
    r.workload_count = 1;
    make(&r, &p);
    p.cells[1].count = 123;
    costs[1].item_ns = 1;
    counts_choose(&p, costs);
    assert_int_equal(p.cells[1].count, 123);
    assert_int_equal(p.cells[2].count, 0);
    plan_free(&p);
}

/* Two cells of a strategy may cost differently: what each worker brings is the same, and never too much in all. */
static void workers_bring_their_own_items(void **state)
{
    const struct plan_metric weak = {.metric = metric_named("weak")};
    struct plan_request r = request();
    struct counts_cost costs[6];
    struct plan p;

    (void)state;
    r.metrics = &weak;
    r.workload_count = 1;
    make(&r, &p);
    assert_int_equal(p.cell_count, 6);
    for (size_t i = 0; i < 6; i++) /* 10 us an item with one worker, beta 500 us, both half of that with two */
        costs[i] = cost((p.cells[i].strategy == 2 ? 500000.0 : 10000.0) / (double)p.cells[i].workers, 16);
    counts_choose(&p, costs);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(p.cells[i].count, (p.cells[i].strategy == 2 ? 50 : 2000) * p.cells[i].workers);
    for (size_t i = 0; i < 6; i++) {
        costs[i] = cost(1, 16);
        p.cells[i].count = 0;
    }
    counts_choose(&p, costs);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(p.cells[i].count, PLAN_COUNT_MAX / 4 * p.cells[i].workers);
    plan_free(&p);
}

static void counts_are_bounded(void **state)
{
    const struct counts_cost dear_check = {.item_ns = 1000, .check_ns = 10000, .item_bytes = 16};
    const struct plan p = {.call_ns = 20000000, .usable = 256};
    const struct metric *const throughput = metric_named("throughput"), *const metg = metric_named("metg");

    (void)state;
    assert_int_equal(counts_for_cost(&p, throughput, dear_check, 2), 2000);
    assert_int_equal(counts_for_cost(&p, throughput, cost(1.0, 16), 2), PLAN_COUNT_MAX);
    assert_int_equal(counts_for_cost(&p, throughput, cost(1e5, 16), 256), 2000);   /* 16 x 256, rounded down */
    assert_int_equal(counts_for_cost(&p, throughput, cost(1e9, 16), 256), 500);    /* 2 x 256: an item lasts a second */
    assert_int_equal(counts_for_cost(&p, throughput, cost(1.0, 1 << 20), 2), 200); /* 256 MiB */
    assert_int_equal(counts_for_cost(&p, throughput, cost(1.0, (size_t)1 << 40), 2), 1);
    /* Twice 20 ms for each of two, rounded up; at least 100 for each. */
    assert_int_equal(counts_for_cost(&p, metg, cost(1000.0, 16), 2), 100000);
    assert_int_equal(counts_for_cost(&p, metg, cost(1e6, 16), 2), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_equal_where_costs_are_alike),
        cmocka_unit_test(given_and_unknown_counts_stay),
        cmocka_unit_test(workers_bring_their_own_items),
        cmocka_unit_test(counts_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
