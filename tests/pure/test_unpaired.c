/* unpaired.c against the printed tables of Mann and Whitney's U, a textbook example, and what must hold for any values.
 */
#include "pure/stats/unpaired.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* Critical values, two-sided 5 %: rows n1 = 3, 6, 9, columns n2 from 3; and n1 = n2, at 5 % and 1 %. */
static void critical_values_follow_the_table(void **state)
{
    static const struct {
        size_t na, nb;
        long u05, u01;
    } table[] = {
        {3, 3, -1, -1},  {3, 4, -1, -1},   {3, 5, 0, -1},    {3, 6, 1, -1},    {3, 8, 2, -1},
        {3, 20, 8, 3},   {4, 4, 0, -1},    {5, 5, 2, 0},     {6, 4, 2, 0},     {6, 6, 5, 2},
        {6, 7, 6, 3},    {6, 8, 8, 4},     {6, 9, 10, 5},    {6, 15, 19, 12},  {6, 20, 27, 18},
        {7, 7, 8, 4},    {8, 8, 13, 7},    {9, 9, 17, 11},   {9, 10, 20, 13},  {9, 15, 34, 24},
        {9, 20, 48, 36}, {10, 10, 23, 16}, {12, 12, 37, 27}, {15, 15, 64, 51}, {20, 20, 127, 105},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(unpaired_critical_u(table[i].na, table[i].nb, 0.025), table[i].u05);
        assert_int_equal(unpaired_critical_u(table[i].nb, table[i].na, 0.025), table[i].u05);
        assert_int_equal(unpaired_critical_u(table[i].na, table[i].nb, 0.005), table[i].u01);
    }
}

/* Hollander & Wolfe, example 4.1: permeability of human membranes; their sample sizes, p and shift. */
static void textbook_example(void **state)
{
    const double at_term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
    const double earlier[] = {1.15, 0.88, 0.90, 0.74, 1.21};
    double a[5], b[10];
    struct unpaired u;

    (void)state;
    for (size_t i = 0; i < 10; i++)
        b[i] = exp(at_term[i]); /* shifts of logarithms are taken */
    for (size_t i = 0; i < 5; i++)
        a[i] = exp(earlier[i]);
    assert_true(unpaired_compare(a, 5, b, 10, 0.95, &u));
    assert_near(u.u, 35, 0);
    assert_near(u.p, 2 * 0.1272, 2e-4);
    assert_true(u.exact);
    assert_near(log(u.ratio.median), 0.305, 1e-9);
    assert_true(u.ratio.has_interval && u.ratio.low < 1 && u.ratio.high > 1);
}

static void equal_samples_are_not_told_apart(void **state)
{
    const double same[] = {5, 5, 5, 5, 5, 5}, a[] = {1, 2, 3, 4, 5, 6};
    struct unpaired u;

    (void)state;
    assert_true(unpaired_compare(same, 6, same, 6, 0.95, &u));
    assert_near(u.p, 1, 0);
    assert_near(u.u, 18, 0);
    assert_near(u.ratio.median, 1, 0);
    assert_true(unpaired_compare(a, 6, a, 6, 0.95, &u));
    assert_near(u.p, 1, 1e-12);
    assert_true(u.ratio.low <= 1 && u.ratio.high >= 1);
}

static void separated_samples_are(void **state)
{
    const double a[] = {100, 101, 102, 103, 104, 105}, b[] = {110, 111, 112, 113, 114, 115};
    struct unpaired u;

    (void)state;
    assert_true(unpaired_compare(a, 6, b, 6, 0.95, &u));
    assert_near(u.p, 2.0 / 924, 1e-12); /* two of C(12, 6) orders */
    assert_near(u.u, 36, 0);
    assert_true(u.ratio.low > 1 && u.ratio.median > 1.08 && u.ratio.median < 1.11);
}

static void few_values_have_no_interval(void **state)
{
    const double a[] = {1, 2, 3}, b[] = {7, 8, 9};
    struct unpaired u;

    (void)state;
    assert_true(unpaired_compare(a, 3, b, 3, 0.95, &u));
    assert_false(u.ratio.has_interval);
    assert_near(u.p, 0.1, 1e-12); /* 2 / C(6, 3) */
}

/* Where exact counting ends, the approximation takes over without a jump. */
static void approximation_continues_the_exact(void **state)
{
    enum { N = UNPAIRED_EXACT_MAX };
    double a[N + 1], b[N + 1];
    struct unpaired exact, approximate;

    (void)state;
    for (size_t i = 0; i <= N; i++) {
        a[i] = 100 + (double)(i * 37 % 64);
        b[i] = 104 + (double)(i * 29 % 64);
    }
    assert_true(unpaired_compare(a, N, b, N, 0.95, &exact));
    assert_true(unpaired_compare(a, N + 1, b, N + 1, 0.95, &approximate));
    assert_true(exact.exact && !approximate.exact);
    assert_near(exact.p, approximate.p, 0.01);
    assert_near(exact.ratio.low, approximate.ratio.low, 0.005);
    assert_near(exact.ratio.high, approximate.ratio.high, 0.005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values_follow_the_table), cmocka_unit_test(textbook_example),
        cmocka_unit_test(equal_samples_are_not_told_apart), cmocka_unit_test(separated_samples_are),
        cmocka_unit_test(few_values_have_no_interval),      cmocka_unit_test(approximation_continues_the_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
