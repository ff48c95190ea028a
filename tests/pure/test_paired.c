/* paired.c, ranking.c and breakeven.c on values worked out by hand. */
#include "pure/stats/breakeven.h"
#include "pure/stats/paired.h"
#include "pure/stats/ranking.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void ratio_is_of_pairs(void **state)
{
    /* Rounds differ by a factor of 32, the ratio never. */
    const double a[] = {105, 210, 420, 840, 1680, 3360}, b[] = {100, 200, 400, 800, 1600, 3200};
    double scratch[6];
    const struct stats_median m = paired_ratio(a, b, 6, 1, scratch);

    (void)state;
    assert_int_equal(m.n, 6);
    assert_true(m.has_interval);
    assert_near(m.median, 1.05, 1e-12);
    assert_near(m.low, 1.05, 1e-12);
    assert_near(m.high, 1.05, 1e-12);
}

static void pairs_with_a_gap_do_not_count(void **state)
{
    const double a[] = {2, NAN, 2, 2, 0, INFINITY, 2}, b[] = {1, 1, NAN, 1, 1, 1, 1};
    double scratch[7];

    (void)state;
    assert_int_equal(paired_ratio(a, b, 7, 1, scratch).n, 3);
    assert_int_equal(paired_ratio(a, b, 0, 1, scratch).n, 0);
}

/* The sign test has 2^-n in each tail: 2.5 % by m needs n = 6, 7, 10, 12 for m = 1, 2, 20, 100. */
static void more_comparisons_need_more_pairs(void **state)
{
    static const struct {
        size_t comparisons, n;
    } table[] = {{1, 6}, {2, 7}, {20, 10}, {100, 12}};
    double a[12], b[12], scratch[12];

    (void)state;
    for (size_t i = 0; i < 12; i++) {
        a[i] = 10 + (double)i;
        b[i] = 9;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_true(paired_ratio(a, b, table[i].n, table[i].comparisons, scratch).has_interval);
        assert_false(paired_ratio(a, b, table[i].n - 1, table[i].comparisons, scratch).has_interval);
    }
}

static void verdict_wants_both(void **state)
{
    const struct stats_median calm = {9, 1, 0.99, 1.02, true}, wide = {9, 1, 0.9, 1.02, true},
                              shifted = {9, 1.02, 1.01, 1.03, true}, few = {5, 1, 0, 0, false};
    const struct stats_median slower = {9, 1.05, 1.03, 1.07, true}, hair = {9, 1.015, 1.01, 1.03, true},
                              faster = {9, 0.95, 0.93, 0.97, true}, tie = {9, 1.04, 0.99, 1.07, true};

    (void)state;
    assert_int_equal(paired_judge(&slower, &calm), PAIRED_GREATER);
    assert_int_equal(paired_judge(&faster, &calm), PAIRED_LESS);
    assert_int_equal(paired_judge(&tie, &calm), PAIRED_TIE);
    assert_int_equal(paired_judge(&hair, &calm), PAIRED_TIE); /* excludes 1, but A against A does so much too */
    assert_int_equal(paired_judge(&hair, NULL), PAIRED_GREATER);
    assert_int_equal(paired_judge(&slower, &wide), PAIRED_INCONCLUSIVE);
    assert_int_equal(paired_judge(&slower, &shifted), PAIRED_INCONCLUSIVE);
    assert_int_equal(paired_judge(&slower, &few), PAIRED_INCONCLUSIVE);
    assert_int_equal(paired_judge(&few, &calm), PAIRED_INCONCLUSIVE);
    assert_string_equal(paired_verdict_text(PAIRED_TIE), "not told apart");
}

static void ties_are_ranked_as_ties(void **state)
{
    /* 0 beats 2 and 3; 1 beats 3 only: 0-1 and 1-2 are ties, which 0-2 is not. */
    bool beats[16] = {[2] = true, [3] = true, [4 + 3] = true, [8 + 3] = true};
    struct ranking_place places[4];
    char text[RANKING_TEXT_SIZE];
    static const char *const want[] = {"1-2", "1-3", "2-3", "4"};

    (void)state;
    ranking_make(beats, 4, places);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(places[i].item, i);
        assert_string_equal(ranking_text(&places[i], text), want[i]);
    }
}

static void nothing_told_apart_is_one_tie(void **state)
{
    const bool beats[9] = {false};
    struct ranking_place places[3];

    (void)state;
    ranking_make(beats, 3, places);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(places[i].best, 1);
        assert_int_equal(places[i].worst, 3);
    }
}

static void break_even(void **state)
{
    (void)state;
    assert_near(breakeven_calls(1000, 10, 110), 10, 0);
    assert_near(breakeven_calls(1001, 10, 110), 11, 0);
    assert_near(breakeven_calls(5, 10, 110), 1, 0);
    assert_near(breakeven_calls(0, 10, 10), 1, 0);
    assert_true(isinf(breakeven_calls(1, 10, 10)));
    assert_true(isinf(breakeven_calls(1000, 20, 10)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratio_is_of_pairs),
        cmocka_unit_test(pairs_with_a_gap_do_not_count),
        cmocka_unit_test(more_comparisons_need_more_pairs),
        cmocka_unit_test(verdict_wants_both),
        cmocka_unit_test(ties_are_ranked_as_ties),
        cmocka_unit_test(nothing_told_apart_is_one_tie),
        cmocka_unit_test(break_even),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
