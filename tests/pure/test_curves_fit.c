/* metg.c and scaling.c on synthetic curves whose truth is known. */
#include "pure/stats/metg.h"
#include "pure/stats/scaling.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))
#define assert_within(a, b, part) assert_true(fabs((a) / (b)-1) <= (part))

enum { POINTS = 54 };

/* Ways for efficiency to fall with the work per task; d ns is what they lose. */
static double constant_cost(double w, double d)
{
    return w / (w + d);
}

static double steep(double w, double d)
{
    return 1 / (1 + pow(d / w, 1.5));
}

static double below_the_roof(double w, double d)
{
    return 0.98 * w / (w + d);
}

static double growing_cost(double w, double d)
{
    return w / (w + d + 0.1 * sqrt(w * d));
}

typedef double curve(double w, double d);
static curve *const curves[] = {constant_cost, steep, below_the_roof, growing_cost};

static double truth(curve *c, double d, double level)
{
    double low = 1e-3, high = 1e12;

    for (size_t i = 0; i < 200; i++) {
        const double middle = sqrt(low * high);
        if (c(middle, d) < level)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* POINTS tasks from half a nanosecond on, each `step` times the one before, in no order. */
static void ladder(struct metg_point *points, curve *c, double d, double step)
{
    for (size_t i = 0; i < POINTS; i++) {
        const double w = 0.5 * pow(step, (double)(i * 7 % POINTS));
        points[i] = (struct metg_point){w, c(w, d)};
    }
}

static void expect_metg(curve *c, double level, double step)
{
    struct metg_point points[POINTS];

    for (double d = 10; d < 5000; d *= 1.37) {
        const double w = truth(c, d, level);
        ladder(points, c, d, step);
        const struct metg m = metg_find(points, POINTS, level);
        assert_int_equal(m.crossings, 1);
        assert_within(m.work_ns, w, 0.01);
        assert_within(m.metg_ns, w / level, 0.01);
        assert_near(m.at_ns[0], m.work_ns, 0);
    }
}

/* In steps of 2, METG(50 %) of every curve and all of a constant cost; refined to the root of 2, all of all. */
static void metg_is_within_a_percent(void **state)
{
    static const double levels[] = {0.5, 0.9, 0.95};

    (void)state;
    for (size_t c = 0; c < sizeof curves / sizeof *curves; c++) {
        expect_metg(curves[c], 0.5, 2);
        for (size_t l = 0; l < 3; l++)
            expect_metg(curves[c], levels[l], sqrt(2));
    }
    for (size_t l = 0; l < 3; l++)
        expect_metg(constant_cost, levels[l], 2);
}

static void no_crossing_is_no_value(void **state)
{
    struct metg_point high[] = {{100, 0.9}, {200, 0.95}}, low[] = {{100, 0.1}, {200, 0.2}},
                      bad[] = {{NAN, 0.5}, {100, -1}};
    struct metg m = metg_find(high, 2, 0.5);

    (void)state;
    assert_true(isinf(m.metg_ns) && m.metg_ns < 0);
    m = metg_find(low, 2, 0.5);
    assert_true(isinf(m.metg_ns) && m.metg_ns > 0);
    assert_true(isnan(metg_find(bad, 2, 0.5).metg_ns));
    assert_true(isnan(metg_find(bad, 0, 0.5).metg_ns));
}

static void curves_that_are_not_monotone_are_flagged(void **state)
{
    /* From large: above, below, above, below; the first fall counts. */
    struct metg_point points[] = {{1000, 0.8}, {500, 0.4}, {250, 0.6}, {125, 0.2}};
    struct metg m = metg_find(points, 4, 0.5);

    (void)state;
    assert_int_equal(m.crossings, 3);
    assert_true(m.work_ns > 500 && m.work_ns < 1000);
    assert_near(m.at_ns[0], m.work_ns, 0);
    assert_true(m.at_ns[1] > 250 && m.at_ns[1] < 500 && m.at_ns[2] > 125 && m.at_ns[2] < 250);

    /* From large: below, above, below; a rise is no fall. */
    struct metg_point dip[] = {{1000, 0.4}, {500, 0.8}, {250, 0.2}};
    m = metg_find(dip, 3, 0.5);
    assert_int_equal(m.crossings, 2);
    assert_true(m.work_ns > 250 && m.work_ns < 500);
}

static void launches_without_a_value_keep_their_side(void **state)
{
    double some[] = {100, INFINITY, 90, 110, 105, 95, NAN, -INFINITY, 101, 99};
    const struct stats_median m = metg_over_launches(some, 10);
    double most[] = {INFINITY, INFINITY, 100, INFINITY, INFINITY, INFINITY}, nothing[] = {NAN};
    const struct stats_median bound = metg_over_launches(most, 6);

    (void)state;
    assert_int_equal(m.n, 9);
    assert_near(m.median, 100, 0);
    assert_near(m.low, 90, 0);
    assert_near(m.high, 110, 0);
    assert_true(isinf(bound.median) && bound.median > 0);
    assert_near(bound.low, 100, 0);
    assert_int_equal(metg_over_launches(nothing, 1).n, 0);
}

static void planted_law_is_recovered(void **state)
{
    const struct scaling truth_of = {1000, 0.03, 0.0004, 0};
    struct scaling_point points[8];
    struct scaling s;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        const double w = (double)(1 << i);
        points[i] = (struct scaling_point){w, scaling_predict(&truth_of, w)};
    }
    assert_true(scaling_fit(points, 8, &s));
    assert_within(s.rate, 1000, 1e-9);
    assert_within(s.contention, 0.03, 1e-9);
    assert_within(s.coherence, 0.0004, 1e-9);
    assert_near(s.misfit, 0, 1e-9);
    assert_within(scaling_peak(&s), sqrt(0.97 / 0.0004), 1e-9);
}

/*
 * Gunther's SDM example (SPEC SDM91), as R's package usl prints it: kappa 0.000104, peak at 96.5. Least squares of
 * throughput itself, as there, weigh the great values more: hence the margins.
 */
static void published_fit_is_met(void **state)
{
    const struct scaling_point sdm[] = {{1, 64.9},     {18, 995.9},   {36, 1652.4}, {72, 1853.2},
                                        {108, 1828.9}, {144, 1775.0}, {216, 1702.2}};
    struct scaling s;

    (void)state;
    assert_true(scaling_fit(sdm, 7, &s));
    assert_within(scaling_peak(&s), 96.5, 0.05);
    assert_within(s.coherence, 0.000104, 0.15);
    assert_true(s.misfit < 0.06);
}

static void better_than_linear_has_no_negative_parameter(void **state)
{
    const struct scaling_point points[] = {{1, 100}, {2, 210}, {4, 430}, {8, 880}};
    const struct scaling_point two[] = {{1, 100}, {2, 190}, {2, 195}}, gap[] = {{1, 100}, {2, NAN}, {4, 390}};
    struct scaling s;

    (void)state;
    assert_true(scaling_fit(points, 4, &s));
    assert_near(s.contention, 0, 0);
    assert_near(s.coherence, 0, 0);
    assert_true(isinf(scaling_peak(&s)));
    assert_false(scaling_fit(two, 3, &s));
    assert_false(scaling_fit(gap, 3, &s));
}

static void serial_fraction(void **state)
{
    (void)state;
    for (double p = 2; p <= 64; p *= 2) /* Amdahl's law inside out */
        assert_near(scaling_karp_flatt(1 / (0.1 + 0.9 / p), p), 0.1, 1e-12);
    assert_near(scaling_karp_flatt(4, 4), 0, 1e-12);
    assert_true(isnan(scaling_karp_flatt(1, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metg_is_within_a_percent),
        cmocka_unit_test(no_crossing_is_no_value),
        cmocka_unit_test(curves_that_are_not_monotone_are_flagged),
        cmocka_unit_test(launches_without_a_value_keep_their_side),
        cmocka_unit_test(planted_law_is_recovered),
        cmocka_unit_test(published_fit_is_met),
        cmocka_unit_test(better_than_linear_has_no_negative_parameter),
        cmocka_unit_test(serial_fraction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
