/*
 * How often whole sessions come to the right verdict, simulated: the numbers that docs/measurement.md prints.
 *
 * A sample is truth * weather of its round, which all share * luck of its launch, which each strategy has of its own *
 * noise. Seeds are fixed, so this gives the same numbers everywhere.
 */
#include "pure/stats/paired.h"
#include "pure/stats/unpaired.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SESSIONS = 2000, ROUNDS_MAX = 15 * 3 };

struct world {
    const char *name;
    size_t launches, rounds;
    double weather, luck, noise; /* standard deviations of logarithms */
    size_t comparisons;
};

struct tally {
    size_t slower, faster, tie, inconclusive;
};

/* The values of two strategies in one session. */
static void play(gsl_rng *rng, const struct world *w, double ratio, double *a, double *b)
{
    for (size_t l = 0, i = 0; l < w->launches; l++) {
        const double luck_a = gsl_ran_gaussian(rng, w->luck), luck_b = gsl_ran_gaussian(rng, w->luck);
        for (size_t r = 0; r < w->rounds; r++, i++) {
            const double weather = gsl_ran_gaussian(rng, w->weather);
            a[i] = ratio * exp(weather + luck_a + gsl_ran_gaussian(rng, w->noise));
            b[i] = exp(weather + luck_b + gsl_ran_gaussian(rng, w->noise));
        }
    }
}

static void count(enum paired_verdict v, struct tally *t)
{
    t->slower += v == PAIRED_GREATER;
    t->faster += v == PAIRED_LESS;
    t->tie += v == PAIRED_TIE;
    t->inconclusive += v == PAIRED_INCONCLUSIVE;
}

/* The median of each launch's rounds, in place. */
static void take_medians(const struct world *w, double *values)
{
    for (size_t l = 0; l < w->launches; l++)
        values[l] = stats_median_of(values + l * w->rounds, w->rounds).median;
}

/* The same sessions judged with the A/A pair that they hold, and by the interval alone. */
static void judge_sessions(const struct world *w, double ratio, struct tally *with_aa, struct tally *alone)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    const size_t n = w->launches * w->rounds;
    double a[ROUNDS_MAX], b[ROUNDS_MAX], x[ROUNDS_MAX], y[ROUNDS_MAX], scratch[ROUNDS_MAX];

    assert_non_null(rng);
    gsl_rng_set(rng, 20260131);
    *with_aa = *alone = (struct tally){0};
    for (size_t s = 0; s < SESSIONS; s++) {
        play(rng, w, ratio, a, b);
        play(rng, w, 1, x, y);
        const struct stats_median r = paired_ratio(a, b, n, w->comparisons, scratch);
        take_medians(w, x);
        take_medians(w, y);
        const struct stats_median aa = paired_ratio(x, y, w->launches, 1, scratch);
        count(paired_judge(&r, &aa), with_aa);
        count(paired_judge(&r, NULL), alone);
    }
    gsl_rng_free(rng);
}

static const struct world worlds[] = {
    {"calm", 9, 3, 0.02, 0.002, 0.005, 1},
    {"calm, 15 comparisons", 9, 3, 0.02, 0.002, 0.005, 15},
    {"usual", 9, 3, 0.02, 0.005, 0.01, 1},
    {"usual, 15 comparisons", 9, 3, 0.02, 0.005, 0.01, 15},
    {"usual, 15 launches", 15, 3, 0.02, 0.005, 0.01, 15},
    {"launches differ", 9, 3, 0.02, 0.02, 0.01, 15},
};

static double percent(size_t part)
{
    return 100.0 * (double)part / SESSIONS;
}

/* The planted truths of the first worlds, which are like a machine at rest; the last two show what spoils them. */
static void planted_truths_are_found(void **state)
{
    static const double ratios[] = {1, 1.02, 1.05};
    struct tally aa, alone;

    (void)state;
    print_message("%-24s %5s  %29s  %s\n", "", "ratio", "different / tie / inconclusive", "different, without A/A");
    for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++)
        for (size_t k = 0; k < 3; k++) {
            judge_sessions(&worlds[i], ratios[k], &aa, &alone);
            print_message("%-24s %5.2f  %9.1f / %5.1f / %5.1f %%  %10.1f %%\n", worlds[i].name, ratios[k],
                          percent(aa.slower + aa.faster), percent(aa.tie), percent(aa.inconclusive),
                          percent(alone.slower + alone.faster));
            if (i < 4 && k == 0)
                assert_true(percent(aa.slower + aa.faster) <= 5 && percent(alone.slower + alone.faster) <= 5);
            if (i < 4 && k == 2)
                assert_true(percent(aa.slower) >= 95 && percent(alone.slower) >= 95 && aa.faster == 0);
        }
}

/* Two saved runs of 9 launches whose medians spread by 1 %. */
static void unpaired_comparison_holds_its_level(void **state)
{
    static const struct {
        double ratio, least, most; /* percent of runs whose interval excludes 1 */
    } table[] = {{1, 2, 5}, {1.02, 90, 100}, {1.05, 99.9, 100}};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    (void)state;
    assert_non_null(rng);
    gsl_rng_set(rng, 7);
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        size_t different = 0, covered = 0;
        for (size_t s = 0; s < SESSIONS; s++) {
            double a[9], b[9];
            struct unpaired u;
            for (size_t i = 0; i < 9; i++) {
                a[i] = exp(gsl_ran_gaussian(rng, 0.01));
                b[i] = table[k].ratio * exp(gsl_ran_gaussian(rng, 0.01));
            }
            assert_true(unpaired_compare(a, 9, b, 9, 0.95, &u));
            /* The interval is the test turned round: both say the same. */
            assert_true((u.p <= 0.05) == (u.ratio.low > 1 || u.ratio.high < 1));
            different += u.p <= 0.05;
            covered += u.ratio.low <= table[k].ratio && table[k].ratio <= u.ratio.high;
        }
        print_message("unpaired, ratio %.2f: different in %.1f %%, interval covers the truth in %.1f %%\n",
                      table[k].ratio, percent(different), percent(covered));
        assert_true(percent(different) >= table[k].least && percent(different) <= table[k].most);
        assert_true(percent(covered) >= 95);
    }
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(planted_truths_are_found),
                                       cmocka_unit_test(unpaired_comparison_holds_its_level)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
