/* plan.c, plan_json.c and counts.c: cells, order, budget, replay - without a machine. */
#include "pure/counts.h"
#include "pure/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct plan_subject strategies[] = {{.name = "serial", .workers_max = 1},
                                                 {.name = "alpha", .workers_max = 4096},
                                                 {.name = "beta", .options = "chunk=16,x=2", .workers_max = 2}};
static const struct plan_subject workloads[] = {
    {.name = "nothing"}, {.name = "spin", .tunable = true}, {.name = "bytes", .payload = true}};
static const struct worker_point points[] = {
    {1, POINT_POWER}, {2, POINT_POWER | POINT_CORES}, {4, POINT_OVERSUBSCRIBED}};

static struct plan_request request(void)
{
    return (struct plan_request){.profile = "default",
                                 .seed = 7,
                                 .budget_ns = UINT64_C(150000000000),
                                 .usable = 2,
                                 .strategies = strategies,
                                 .strategy_count = 3,
                                 .workloads = workloads,
                                 .workload_count = 3,
                                 .points = points,
                                 .point_count = 3};
}

static void make(const struct plan_request *r, struct plan *p)
{
    char why[WHY_SIZE];

    assert_true(plan_make(r, p, why));
}

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
    r.chunks = chunks;
    r.chunk_count = 2;
    r.works_ns = works;
    r.work_count = 3;
    r.payloads = payloads;
    r.payload_count = 2;
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
                places |= 1U << plan_position(&p, l + k, cell);
            assert_int_equal(places, 7);
        }
    plan_free(&p);
}

static char *text_of(const struct plan *p)
{
    json_t *j = plan_to_json(p);
    char *text = json_dumps(j, JSON_INDENT(1));

    json_decref(j);
    assert_non_null(text);
    return text;
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

static void json_comes_back_the_same(void **state)
{
    const struct plan_request r = request();
    struct plan a, b;
    char why[WHY_SIZE];

    (void)state;
    make(&r, &a);
    char *one = text_of(&a);
    json_t *j = json_loads(one, 0, NULL);
    assert_true(plan_from_json(j, &b, why));
    char *two = text_of(&b);
    assert_string_equal(one, two);
    assert_string_equal(b.strategies[2].options, "chunk=16,x=2");
    json_decref(j);
    free(one);
    free(two);
    plan_free(&a);
    plan_free(&b);
}

/* Change one thing of a good plan: it must be refused with a sentence. */
static void refuse(void (*spoil)(json_t *), const char *expected)
{
    const struct plan_request r = request();
    struct plan p;
    char why[WHY_SIZE] = "";

    make(&r, &p);
    json_t *j = plan_to_json(&p);
    plan_free(&p);
    spoil(j);
    assert_false(plan_from_json(j, &p, why));
    assert_non_null(strstr(why, expected));
    json_decref(j);
}

static void spoil_format(json_t *j)
{
    json_object_set_new(j, "format", json_integer(99));
}
static void spoil_launches(json_t *j)
{
    json_object_set_new(j, "launches", json_integer(1000000));
}
static void spoil_workers(json_t *j)
{
    json_object_set_new(json_array_get(json_object_get(j, "cells"), 0), "workers", json_integer(0));
}
static void spoil_strategy(json_t *j)
{
    json_object_set_new(json_array_get(json_object_get(j, "cells"), 0), "strategy", json_integer(3));
}
static void spoil_order(json_t *j)
{
    json_t *row = json_array_get(json_object_get(j, "order"), 0);
    json_array_set(row, 0, json_array_get(row, 1));
}
static void spoil_rows(json_t *j)
{
    json_array_remove(json_object_get(j, "order"), 0);
}
static void spoil_name(json_t *j)
{
    json_object_set_new(json_array_get(json_object_get(j, "strategies"), 0), "name", json_string("a\nb"));
}
static void spoil_bind(json_t *j)
{
    json_object_set_new(j, "bind", json_string("tight"));
}
static void spoil_all(json_t *j)
{
    json_object_clear(j);
}

static void foreign_plans_are_refused(void **state)
{
    (void)state;
    refuse(spoil_format, "format");
    refuse(spoil_launches, "launches");
    refuse(spoil_workers, "workers");
    refuse(spoil_strategy, "strategy");
    refuse(spoil_order, "order");
    refuse(spoil_rows, "order");
    refuse(spoil_name, "name");
    refuse(spoil_bind, "bind");
    refuse(spoil_all, "format");
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
    static uint64_t chunks[1000];
    struct plan_request r = request();
    struct plan p;
    char why[WHY_SIZE];

    (void)state;
    r.profile = "fast";
    assert_false(plan_make(&r, &p, why));
    assert_non_null(strstr(why, "fast"));
    r = request();
    r.chunks = chunks;
    r.chunk_count = 1000;
    assert_false(plan_make(&r, &p, why));
    r = request();
    r.strategies = &strategies[2];
    r.strategy_count = 1;
    r.points = &points[2];
    r.point_count = 1;
    assert_false(plan_make(&r, &p, why));
    assert_non_null(strstr(why, "worker"));
}

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

static void counts_are_bounded(void **state)
{
    const struct counts_cost dear_check = {.item_ns = 1000, .check_ns = 10000, .item_bytes = 16};

    (void)state;
    assert_int_equal(counts_for_cost(20000000, dear_check, 2), 2000);
    assert_int_equal(counts_for_cost(20000000, cost(1.0, 16), 2), PLAN_COUNT_MAX);
    assert_int_equal(counts_for_cost(20000000, cost(1e5, 16), 256), 2000);   /* 16 x 256, rounded down */
    assert_int_equal(counts_for_cost(20000000, cost(1e9, 16), 256), 500);    /* 2 x 256: an item lasts a second */
    assert_int_equal(counts_for_cost(20000000, cost(1.0, 1 << 20), 2), 200); /* 256 MiB */
    assert_int_equal(counts_for_cost(20000000, cost(1.0, (size_t)1 << 40), 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_the_product),
        cmocka_unit_test(lists_multiply_where_they_apply),
        cmocka_unit_test(each_launch_has_every_cell_once),
        cmocka_unit_test(places_rotate),
        cmocka_unit_test(seed_decides_the_order),
        cmocka_unit_test(json_comes_back_the_same),
        cmocka_unit_test(foreign_plans_are_refused),
        cmocka_unit_test(a_budget_costs_rounds_then_launches_then_items),
        cmocka_unit_test(an_impossible_budget_says_so),
        cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(counts_are_equal_where_costs_are_alike),
        cmocka_unit_test(given_and_unknown_counts_stay),
        cmocka_unit_test(counts_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
