/* What the metrics that are ladders of throughput derive, from planted times. */
#include "pure/launches.h"
#include "pure/refine.h"
#include "pure/verdict/models.h"

#include "plan_fixture.h"

#include <math.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) <= 1e-9 * fabs(b))

/* A plan of one metric on one of the fixture's workloads, and its launches, empty. */
static void open_plan(const char *metric, size_t workload, struct plan *p, struct launches *l)
{
    struct plan_metric only = {
        .metric = metric_named(metric), .workloads = (const size_t[]){workload}, .workload_count = 1};
    struct plan_request r = request();

    assert_non_null(only.metric);
    r.metrics = &only;
    make(&r, p);
    assert_true(launches_open(l, p));
}

static void close_plan(struct plan *p, struct launches *l)
{
    launches_free(l);
    plan_free(p);
}

static double *of(const struct launches *l, size_t cell, const char *quantity)
{
    const size_t q = metric_quantity_named(plan_metric_of(l->plan, cell), quantity);

    assert_int_not_equal(q, SIZE_MAX);
    return launches_of(l, cell, q);
}

static size_t cell_of(const struct plan *p, size_t strategy, size_t workers, size_t chunk)
{
    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].strategy == strategy && p->cells[i].workers == workers && p->cells[i].chunk == chunk)
            return i;
    fail();
    return 0;
}

static double loss_ns(size_t strategy)
{
    return strategy == 0 ? 0 : strategy == 1 ? 200 : 3000;
}

static const struct plan_cell *rung(const struct plan *p, size_t strategy, uint64_t work_ns)
{
    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].strategy == strategy && p->cells[i].work_ns == work_ns)
            return &p->cells[i];
    fail();
    return NULL;
}

/*
 * An item costs its work and 200 ns (alpha) or 3 us (beta): half is useful at 200 ns and 3 us, 95 % at 3.8 us and 57
 * us. What lies between the rungs there is measured, with serial beside it; far away nothing is.
 */
static void a_ladder_of_work_is_refined_near_its_crossings(void **state)
{
    struct counts_cost costs[3 * 33] = {{0}};
    struct launches l;
    struct plan p;

    (void)state;
    open_plan("metg", 1, &p, &l);
    assert_int_equal(p.cell_count, 3 * 33);
    for (size_t i = 0; i < p.cell_count; i++)
        if (p.cells[i].rung == RUNG_SOLID)
            costs[i].item_ns = ((double)p.cells[i].work_ns + loss_ns(p.cells[i].strategy)) / (double)p.cells[i].workers;
    assert_true(refine_plan(&p, costs));
    for (size_t s = 0; s < 3; s++) {
        for (uint64_t work_ns = 16; work_ns <= 1048576; work_ns *= 2)
            assert_int_equal(rung(&p, s, work_ns)->rung, RUNG_SOLID);
        assert_int_equal(rung(&p, s, 16 * 181 / 128)->rung, RUNG_DROPPED);
        assert_int_equal(rung(&p, s, 524288 * 181 / 128)->rung, RUNG_DROPPED);
    }
    assert_int_equal(rung(&p, 1, 128 * 181 / 128)->rung, RUNG_SOLID);
    assert_int_equal(rung(&p, 2, 128 * 181 / 128)->rung, RUNG_DROPPED);
    assert_int_equal(rung(&p, 0, 128 * 181 / 128)->rung, RUNG_SOLID);
    assert_int_equal(rung(&p, 1, 32768 * 181 / 128)->rung, RUNG_DROPPED);
    assert_int_equal(rung(&p, 2, 32768 * 181 / 128)->rung, RUNG_SOLID);
    assert_int_equal(rung(&p, 0, 32768 * 181 / 128)->rung, RUNG_SOLID);
    close_plan(&p, &l);
}

/* An item costs its work and 200 ns (alpha) or 3 us (beta), on two CPUs: w50 is that cost. */
static void a_ladder_of_work_gives_metg(void **state)
{
    struct launches l;
    struct models m;
    struct plan p;

    (void)state;
    open_plan("metg", 1, &p, &l);
    for (size_t i = 0; i < p.cell_count; i++) {
        const struct plan_cell *c = &p.cells[i];
        assert_true(c->work_ns >= 16 && c->work_ns <= 1048576);
        assert_int_equal(c->rung, (c->work_ns & (c->work_ns - 1)) == 0 ? RUNG_SOLID : RUNG_BETWEEN);
        assert_int_equal(c->workers, c->strategy == 0 ? 1 : 2);
        for (size_t k = 0; k < p.launches; k++)
            of(&l, i, "time_per_item")[k] = ((double)c->work_ns + loss_ns(c->strategy)) / (double)c->workers;
    }
    launches_derive(&l);
    assert_true(models_make(&l, &m));
    assert_int_equal(m.metg_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const double loss = loss_ns(p.cells[m.metgs[i].like].strategy);
        assert_near(m.metgs[i].w50.median, loss);
        assert_near(m.metgs[i].metg[0].median, 2 * loss);
        assert_int_equal(m.metgs[i].curve.crossings, 1);
    }
    models_free(&m);
    close_plan(&p, &l);
}

/* The best chunk is 8 in two launches of three, else 32; the automatic rule takes 1.25 times as long as it. */
static void the_automatic_chunk_is_held_against_the_best(void **state)
{
    struct launches l;
    struct plan p;

    (void)state;
    open_plan("chunk", 1, &p, &l);
    assert_int_equal(p.cell_count, 2 * 12 + 1); /* serial has no chunk */
    for (size_t i = 0; i < p.cell_count; i++)
        for (size_t k = 0; k < p.launches; k++) {
            const size_t chunk = p.cells[i].chunk, best = k % 3 == 0 ? 32 : 8;
            of(&l, i, "time_per_item")[k] = chunk == 0 ? 1000 : chunk == best ? 800 : 900;
        }
    of(&l, cell_of(&p, 2, 2, 8), "time_per_item")[1] = NAN; /* beta's best of launch 1 was not measured */
    launches_derive(&l);
    const size_t alpha = cell_of(&p, 1, 2, 0), beta = cell_of(&p, 2, 2, 0);
    for (size_t k = 0; k < p.launches; k++) {
        assert_near(of(&l, alpha, "best_chunk")[k], k % 3 == 0 ? 32.0 : 8.0);
        assert_near(of(&l, alpha, "automatic_by_best")[k], 0.8);
        assert_near(of(&l, alpha, "rate")[k], 1e6);
    }
    assert_near(of(&l, beta, "automatic_by_best")[1], 0.9);
    assert_near(of(&l, beta, "automatic_by_best")[2], 0.8);
    assert_true(isnan(of(&l, cell_of(&p, 1, 2, 8), "best_chunk")[1])); /* only the automatic rule's line tells it */
    assert_true(isnan(of(&l, cell_of(&p, 0, 1, 0), "best_chunk")[1]));
    close_plan(&p, &l);
}

/* One worker takes 1000 ns of itself and 800 ns of the other pool; two take 500 and 640. */
static void speedups_have_three_bases(void **state)
{
    struct launches l;
    struct plan p;

    (void)state;
    open_plan("throughput", 1, &p, &l);
    for (size_t i = 0; i < p.cell_count; i++)
        for (size_t k = 0; k < p.launches; k++) {
            const struct plan_cell *c = &p.cells[i];
            of(&l, i, "time_per_item")[k] = c->strategy == 0   ? 900
                                            : c->strategy == 1 ? 1000.0 / (double)c->workers
                                            : c->workers == 1  ? 800
                                                               : 640;
        }
    launches_derive(&l);
    const size_t alpha = cell_of(&p, 1, 2, 0), beta = cell_of(&p, 2, 2, 0);
    for (size_t k = 0; k < p.launches; k++) {
        assert_near(of(&l, alpha, "speedup")[k], 1.8);
        assert_near(of(&l, alpha, "over_one_worker")[k], 2.0);
        assert_near(of(&l, alpha, "over_best_one_worker")[k], 1.6);
        assert_near(of(&l, beta, "over_one_worker")[k], 1.25);
        assert_near(of(&l, beta, "over_best_one_worker")[k], 1.25);
    }
    close_plan(&p, &l);
}

/* Twice the work by two workers in 1.25 times the time is an efficiency of 0.8. */
static void weak_scaling_is_held_against_one_worker(void **state)
{
    struct launches l;
    struct plan p;

    (void)state;
    open_plan("weak", 1, &p, &l);
    for (size_t i = 0; i < p.cell_count; i++)
        for (size_t k = 0; k < p.launches; k++)
            of(&l, i, "time_per_item")[k] = p.cells[i].workers == 1 ? 1000 + (double)k : 625 * (1 + (double)k / 1000);
    of(&l, cell_of(&p, 2, 1, 0), "time_per_item")[3] = NAN;
    launches_derive(&l);
    for (size_t k = 0; k < p.launches; k++) {
        assert_near(of(&l, cell_of(&p, 1, 1, 0), "weak_efficiency")[k], 1.0);
        assert_near(of(&l, cell_of(&p, 1, 2, 0), "weak_efficiency")[k], 0.8);
        assert_near(of(&l, cell_of(&p, 1, 4, 0), "weak_efficiency")[k], 0.8); /* of two CPUs, not of four workers */
    }
    assert_true(isnan(of(&l, cell_of(&p, 2, 2, 0), "weak_efficiency")[3]));
    close_plan(&p, &l);
}

/* Ladders of the command line stand in for the metric's own. */
static void asked_ladders_replace_the_own(void **state)
{
    static const uint64_t works[] = {5000, 7000}, sizes[] = {100}, chunks[] = {3, 5};
    static const struct {
        const char *metric;
        size_t workload, cells;
    } table[] = {{"metg", 1, 3 * 2}, {"payload", 2, 3}, {"chunk", 1, 2 * (2 * 2 + 1)}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct plan_metric only = {
            .metric = metric_named(table[i].metric), .workloads = &table[i].workload, .workload_count = 1};
        struct plan_request r = request();
        struct plan p;
        r.metrics = &only;
        r.ladders = (struct metric_ladders){.works_ns = {works, 2}, .payloads = {sizes, 1}};
        if (i == 2)
            r.ladders.chunks = (struct metric_values){chunks, 2};
        make(&r, &p);
        assert_int_equal(p.cell_count, table[i].cells);
        plan_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ladder_of_work_is_refined_near_its_crossings),
        cmocka_unit_test(a_ladder_of_work_gives_metg),
        cmocka_unit_test(the_automatic_chunk_is_held_against_the_best),
        cmocka_unit_test(speedups_have_three_bases),
        cmocka_unit_test(weak_scaling_is_held_against_one_worker),
        cmocka_unit_test(asked_ladders_replace_the_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
