/* stats.c against published order-statistic tables and values worked out by hand. */
#include "pure/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void rank_follows_the_table(void **state)
{
    static const struct {
        size_t n, k;
    } table[] = {{0, 0},  {1, 0},  {5, 0},  {6, 1},  {7, 1},   {8, 1},   {9, 2},   {10, 2},
                 {11, 2}, {15, 4}, {20, 6}, {25, 8}, {31, 10}, {51, 19}, {100, 40}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(stats_interval_rank(table[i].n), table[i].k);
}

/* A second implementation: Pascal's triangle in integers. */
static void rank_equals_exact_integers(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 60; n++) {
        uint64_t row[61] = {1}, sum = 0;
        size_t k = 0;
        for (size_t i = 1; i <= n; i++)
            for (size_t j = i; j > 0; j--)
                row[j] += row[j - 1];
        while (k < n / 2 && (long double)(sum + row[k]) / (long double)(UINT64_C(1) << n) <= 0.025L)
            sum += row[k++];
        assert_int_equal(stats_interval_rank(n), k);
    }
}

/* Two-sided sign test, any textbook: 99 % needs n = 8; n = 20 gives rank 4, n = 50 rank 16. */
static void rank_at_other_confidences(void **state)
{
    (void)state;
    assert_int_equal(stats_interval_rank_at(7, 0.99), 0);
    assert_int_equal(stats_interval_rank_at(8, 0.99), 1);
    assert_int_equal(stats_interval_rank_at(20, 0.99), 4);
    assert_int_equal(stats_interval_rank_at(50, 0.99), 16);
    assert_int_equal(stats_interval_rank_at(1000000, 0.95), 499020);
    assert_near(stats_confidence_for(10), 0.995, 1e-15);
    assert_near(stats_confidence_for(0), 0.95, 1e-15);
}

static void median_and_interval(void **state)
{
    double values[] = {9, 1, 8, 2, 7, 3, 6, 4, 5};
    const struct stats_median m = stats_median_of(values, 9);

    (void)state;
    assert_int_equal(m.n, 9);
    assert_true(m.has_interval);
    assert_near(m.median, 5, 0);
    assert_near(m.low, 2, 0);
    assert_near(m.high, 8, 0);
}

static void too_few_have_no_interval(void **state)
{
    double five[] = {5, 4, 3, 2, 1}, six[] = {6, 5, 4, 3, 2, 1}, one[] = {42};
    const struct stats_median m = stats_median_of(six, 6);

    (void)state;
    assert_false(stats_median_of(five, 5).has_interval);
    assert_true(m.has_interval);
    assert_near(m.median, 3.5, 0);
    assert_near(m.low, 1, 0);
    assert_near(m.high, 6, 0);
    assert_near(stats_median_of(one, 1).median, 42, 0);
}

static void spread(void **state)
{
    double values[] = {1, 1, 2, 2, 4, 6, 9}; /* the textbook example: median 2, MAD 1 */

    (void)state;
    assert_near(stats_mad(values, 7), 1, 0);
    assert_near(stats_mean(values, 7), 25.0 / 7, 1e-12);
    assert_near(stats_quantile(values, 7, 0), 1, 0);
    assert_near(stats_quantile(values, 7, 1), 9, 0);
    assert_near(stats_quantile(values, 7, 0.9), 7.2, 1e-12);
}

static void ties(void **state)
{
    const struct stats_median a = {6, 10, 9, 11, true}, b = {6, 12, 11, 13, true}, c = {6, 13, 11.5, 14, true},
                              few = {3, 99, 0, 0, false};

    (void)state;
    assert_true(stats_tied(&a, &b));
    assert_false(stats_tied(&a, &c));
    assert_false(stats_tied(&c, &a));
    assert_true(stats_tied(&a, &few));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rank_follows_the_table),
        cmocka_unit_test(rank_equals_exact_integers),
        cmocka_unit_test(rank_at_other_confidences),
        cmocka_unit_test(median_and_interval),
        cmocka_unit_test(too_few_have_no_interval),
        cmocka_unit_test(spread),
        cmocka_unit_test(ties),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
