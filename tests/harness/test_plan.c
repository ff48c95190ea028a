/* The plan: cells, order, budget - without a machine. */
#include "plan_fixture.h"

/* Per workload: serial once, alpha at 1, 2, 4, beta at 1, 2. */
static void cells_are_the_product(void **state)
{
    const struct plan_request r = request();
    struct plan p;
    size_t serial = 0, over = 0;

    (void)state;
    make(&r, &p);
    assert_int_equal(p.cell_count, 3 * 6);
    for (size_t i = 0; i < p.cell_count; i++) {
        const struct plan_cell *c = &p.cells[i];
        serial += c->strategy == 0;
        over += c->oversubscribed;
        assert_true(c->strategy != 2 || c->workers <= 2);
        assert_true(c->strategy != 0 || c->workers == 1);
        assert_int_equal(c->work_ns, c->workload == 1 ? 100000 : 0);
    }
    assert_int_equal(serial, 3);
    assert_int_equal(over, 3);
    plan_free(&p);
}

static void lists_multiply_where_they_apply(void **state)
{
    static const uint64_t chunks[] = {1, 64}, works[] = {1000, 2000, 3000}, payloads[] = {0, 4096};
    struct plan_request r = request();
    struct plan p;

    (void)state;
    r.ladders = (struct metric_ladders){.chunks = {chunks, 2}, .works_ns = {works, 3}, .payloads = {payloads, 2}};
    make(&r, &p);
    /* per work and payload: serial 1 + (3 + 2) x 2 chunks; nothing 1, spin 3 works, bytes 2 payloads */
    assert_int_equal(p.cell_count, (1 + 3 + 2) * 11);
    for (size_t i = 0; i < p.cell_count; i++) {
        const struct plan_cell *c = &p.cells[i], *base = &p.cells[plan_base(&p, i)];
        assert_int_equal(base->strategy, 0);
        assert_true(base->workload == c->workload && base->work_ns == c->work_ns && base->in_bytes == c->in_bytes);
        assert_true(c->strategy != 0 || c->chunk == 0);
    }
    plan_free(&p);
}

static void each_launch_has_every_cell_once(void **state)
{
    const struct plan_request r = request();
    struct plan p;

    (void)state;
    make(&r, &p);
    for (size_t l = 0; l < p.launches; l++) {
        bool seen[64] = {false};
        for (size_t i = 0; i < p.cell_count; i++) {
            const size_t cell = p.order[l * p.cell_count + i];
            assert_true(cell < p.cell_count && !seen[cell]);
            seen[cell] = true;
        }
    }
    plan_free(&p);
}

/* With m strategies in a group, each takes each place once in m launches. */
static void places_rotate(void **state)
{
    struct plan_request r = request();
    struct plan p;

    (void)state;
    r.workload_count = 1;
    r.point_count = 1;
    make(&r, &p);
    assert_int_equal(p.cell_count, 3);
    assert_int_equal(p.launches % 3, 0);
    for (size_t cell = 0; cell < 3; cell++)
        for (size_t l = 0; l < p.launches; l += 3) {
            unsigned places = 0;
            for (size_t k = 0; k < 3; k++)
                for (size_t place = 0; place < 3; place++)
                    if (p.order[(l + k) * 3 + place] == cell)
                        places |= 1U << plan_position(&p, l + k, place);
            assert_int_equal(places, 7);
        }
    plan_free(&p);
}

static void seed_decides_the_order(void **state)
{
    struct plan_request r = request();
    struct plan a, b, c;

    (void)state;
    make(&r, &a);
    make(&r, &b);
    r.seed = 8;
    make(&r, &c);
    char *one = text_of(&a), *two = text_of(&b);
    assert_string_equal(one, two);
    assert_memory_not_equal(a.order, c.order, a.cell_count * a.launches * sizeof *a.order);
    assert_memory_not_equal(a.order, a.order + a.cell_count, a.cell_count * sizeof *a.order);
    free(one);
    free(two);
    plan_free(&a);
    plan_free(&b);
    plan_free(&c);
}

static void a_budget_costs_rounds_then_launches_then_items(void **state)
{
    struct plan_request r = request();
    struct plan full, rounds, launches, calls;

    (void)state;
    make(&r, &full); /* 18 cells x 9 launches x (15 ms + 6 x 20 ms) = 21.87 s */
    assert_string_equal(full.reduced, "");
    assert_int_equal(plan_estimate_ns(&full), UINT64_C(21870000000));
    r.budget_ns = UINT64_C(20000000000);
    make(&r, &rounds);
    assert_true(rounds.rounds < 3 && rounds.launches == 9 && rounds.call_ns == full.call_ns);
    r.budget_ns = UINT64_C(15000000000);
    make(&r, &launches);
    assert_true(launches.rounds == 1 && launches.launches < 9 && launches.launches >= 6);
    assert_true(launches.call_ns == full.call_ns);
    r.budget_ns = UINT64_C(5000000000);
    make(&r, &calls);
    assert_true(calls.rounds == 1 && calls.launches == 6 && calls.call_ns < full.call_ns);
    assert_true(plan_estimate_ns(&calls) <= r.budget_ns);
    assert_non_null(strstr(calls.reduced, "launches from 9 to 6"));
    plan_free(&full);
    plan_free(&rounds);
    plan_free(&launches);
    plan_free(&calls);
}

static void an_impossible_budget_says_so(void **state)
{
    struct plan_request r = request();
    struct plan p;

    (void)state;
    r.budget_ns = 1;
    make(&r, &p);
    assert_int_equal(p.launches, PLAN_LAUNCHES_MIN);
    assert_int_equal(p.call_ns, 1000000);
    assert_non_null(strstr(p.reduced, "still needs"));
    plan_free(&p);
}

static void bad_requests_are_refused(void **state)
{
    static uint64_t chunks[2000];
    struct plan_request r = request();
    struct plan p;
    char why[WHY_SIZE];

    (void)state;
    r.profile = "fast";
    assert_false(plan_make(&r, &p, why));
    assert_non_null(strstr(why, "fast"));
    r = request();
    r.ladders.chunks = (struct metric_values){chunks, 2000};
    assert_false(plan_make(&r, &p, why));
    r = request();
    r.strategies = &strategies[2];
    r.strategy_count = 1;
    r.points = &points[2];
    r.point_count = 1;
    assert_false(plan_make(&r, &p, why));
    assert_non_null(strstr(why, "worker"));
}

/* A metric of one item per worker: counts are set, chunks do not multiply, and its cells have series of their own. */
static void metrics_have_their_own_cells(void **state)
{
    static const uint64_t chunks[] = {1, 64};
    static const size_t only[] = {0};
    struct plan_metric metrics[2];
    struct plan_request r = request();
    struct plan p;

    (void)state;
    metrics[0] = (struct plan_metric){.metric = metric_named("throughput")};
    metrics[1] = (struct plan_metric){metric_named("latency"), only, 1};
    r.metrics = metrics;
    r.metric_count = 2;
    r.ladders.chunks = (struct metric_values){chunks, 2};
    make(&r, &p);
    assert_int_equal(p.cell_count, (1 + 5 * 2) * 3 + 6);
    for (size_t i = 0; i < p.cell_count; i++) {
        const struct plan_cell *c = &p.cells[i];
        assert_int_equal(c->metric, i >= p.cell_count - 6);
        assert_int_equal(c->count, c->metric ? c->workers : 0);
        assert_int_equal(p.cells[plan_base(&p, i)].metric, c->metric);
        assert_true(c->metric == 0 || (c->workload == 0 && c->chunk == 0));
    }
    plan_free(&p);
}

/* Whole groups stand together, whatever the size of the plan. */
static void ten_thousand_cells_keep_their_order(void **state)
{
    static uint64_t works[556]; /* times 1 + 5 x 3 cells */
    struct plan_request r = request();
    struct plan p;

    (void)state;
    for (size_t i = 0; i < 556; i++)
        works[i] = i + 1;
    r.workloads = &loads[1];
    r.workload_count = 1;
    r.ladders.works_ns = (struct metric_values){works, 556};
    r.ladders.chunks = (struct metric_values){works, 3};
    make(&r, &p);
    assert_int_equal(p.cell_count, 556 * (1 + 5 * 3));
    assert_int_equal(p.series_count, 556);
    for (size_t i = 0; i < p.cell_count; i++)
        assert_true(p.cells[plan_base(&p, i)].work_ns == p.cells[i].work_ns);
    for (size_t i = 1; i < p.cell_count; i++) {
        const bool same = p.cells[p.order[i]].group == p.cells[p.order[i - 1]].group;
        assert_int_equal(plan_position(&p, 0, i), same ? plan_position(&p, 0, i - 1) + 1 : 0);
    }
    plan_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_the_product),
        cmocka_unit_test(lists_multiply_where_they_apply),
        cmocka_unit_test(each_launch_has_every_cell_once),
        cmocka_unit_test(places_rotate),
        cmocka_unit_test(seed_decides_the_order),
        cmocka_unit_test(a_budget_costs_rounds_then_launches_then_items),
        cmocka_unit_test(an_impossible_budget_says_so),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(metrics_have_their_own_cells),
        cmocka_unit_test(ten_thousand_cells_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
