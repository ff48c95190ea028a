/* series.c, looks.c and warmup.c on values worked out by hand. */
#include "pure/stats/looks.h"
#include "pure/stats/warmup.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void outliers_are_listed(void **state)
{
    /* median 10, MAD 1: the limit lies at 24.8 and -4.8 */
    const double values[] = {9, 10, 11, 24.9, 10, 9, 11, -4.9, 24.8, 10, 9, 11};
    double scratch[12];
    size_t places[12];

    (void)state;
    assert_int_equal(series_outliers(values, 12, scratch, places), 2);
    assert_int_equal(places[0], 3);
    assert_int_equal(places[1], 7);
    assert_int_equal(series_outliers(values, 0, scratch, places), 0);
}

static void neighbours_correlate(void **state)
{
    const double stairs[] = {1, 2, 3, 4, 5}, saw[] = {1, 2, 1, 2, 1, 2}, flat[] = {3, 3, 3, 3};
    double scratch[18];

    (void)state;
    assert_near(series_lag1(stairs, 5), 0.4, 1e-12); /* (2 - 0 - 0 + 2) / 10 */
    assert_near(series_lag1(saw, 6), -5.0 / 6, 1e-12);
    assert_true(isnan(series_lag1(flat, 4)));
    assert_near(series_drift(stairs, 5, scratch), 1, 1e-12);
    assert_true(isnan(series_drift(flat, 4, scratch)));
    assert_true(isnan(series_drift(stairs, 2, scratch)));
}

static void halves(void **state)
{
    const double alike[] = {1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1}, moved[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    double scratch[12];

    (void)state;
    assert_int_equal(series_halves(alike, 12, scratch), SERIES_AGREE);
    assert_int_equal(series_halves(moved, 12, scratch), SERIES_DISAGREE);
    assert_int_equal(series_halves(moved, 11, scratch), SERIES_TOO_FEW);
    assert_int_equal(series_halves(moved, 0, scratch), SERIES_TOO_FEW);
}

static void looks_are_pre_set(void **state)
{
    static const size_t next[][2] = {{0, 6}, {5, 6}, {6, 9}, {9, 15}, {15, 21}, {21, 31}, {30, 31}, {31, 0}, {99, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof next / sizeof *next; i++)
        assert_int_equal(looks_next(next[i][0]), next[i][1]);
    assert_true(looks_is(6) && looks_is(31));
    assert_false(looks_is(0) || looks_is(7) || looks_is(32));
}

static void target_is_reached_at_a_look_only(void **state)
{
    const double narrow[] = {100, 101, 99, 100, 101, 99, 100}, wide[] = {100, 105, 95, 100, 103, 97};
    double scratch[15], moved[15];

    (void)state;
    for (size_t i = 0; i < 15; i++)
        moved[i] = i < 7 ? 100 + (double)i / 10 : 101 + (double)i / 10;
    assert_true(looks_judge(narrow, 6, LOOKS_TARGET_THROUGHPUT, scratch).reached);
    assert_near(looks_judge(narrow, 6, LOOKS_TARGET_THROUGHPUT, scratch).half_width, 0.01, 1e-12);
    assert_false(looks_judge(narrow, 7, LOOKS_TARGET_THROUGHPUT, scratch).reached);
    assert_false(looks_judge(wide, 6, LOOKS_TARGET_THROUGHPUT, scratch).reached);
    assert_true(looks_judge(wide, 6, LOOKS_TARGET_RATIO, scratch).reached);
    assert_true(isinf(looks_judge(wide, 5, LOOKS_TARGET_RATIO, scratch).half_width));
    const struct look look = looks_judge(moved, 15, LOOKS_TARGET_THROUGHPUT, scratch);
    assert_true(look.half_width <= LOOKS_TARGET_THROUGHPUT && look.halves == SERIES_DISAGREE);
    assert_false(look.reached);
}

static void warm_up_ends_when_windows_agree(void **state)
{
    const double values[] = {900, 400, 200, 150, 120, 104, 101, 100, 100, 101, 100, 102, 100, 99, 100};

    (void)state;
    for (size_t n = 0; n < 15; n++) /* n = 13: medians 102 -> 100 of {.., 101, 100, 100, 101} and so on */
        if (n < 13)
            assert_int_equal(warmup_judge(values, n, 0, 1), WARMUP_GOES_ON);
    assert_int_equal(warmup_judge(values, 15, 0, 1), WARMUP_STEADY);
    assert_int_equal(warmup_judge(values, 2, 5, 1), WARMUP_GOES_ON); /* three calls whatever they cost */
    assert_int_equal(warmup_judge(values, 3, 1, 1), WARMUP_CUT);
    assert_int_equal(warmup_judge(values, 15, 1, 1), WARMUP_STEADY);
}

static void warm_up_holds_the_tolerance(void **state)
{
    double values[10];

    (void)state;
    for (size_t i = 0; i < 10; i++)
        values[i] = i < 5 ? 102.1 : 100;
    assert_int_equal(warmup_judge(values, 10, 0, 1), WARMUP_GOES_ON);
    for (size_t i = 0; i < 5; i++)
        values[i] = 101.9;
    assert_int_equal(warmup_judge(values, 10, 0, 1), WARMUP_STEADY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outliers_are_listed),
        cmocka_unit_test(neighbours_correlate),
        cmocka_unit_test(halves),
        cmocka_unit_test(looks_are_pre_set),
        cmocka_unit_test(target_is_reached_at_a_look_only),
        cmocka_unit_test(warm_up_ends_when_windows_agree),
        cmocka_unit_test(warm_up_holds_the_tolerance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
