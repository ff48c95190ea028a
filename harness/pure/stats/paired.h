/*
 * paired.h - A against B inside one session: rounds are pairs, since a round calls both under the same weather.
 *
 * Errors: none.
 */
#ifndef PAIRED_H
#define PAIRED_H

#include "../stats.h"

#define PAIRED_BAND_MAX                                                                                                \
    0.05 /* how far from 1 an A/A interval may reach before nothing is concluded from the session                      \
          */

enum paired_verdict {
    PAIRED_INCONCLUSIVE, /* no interval at this confidence, or the A/A pair forbids to conclude */
    PAIRED_TIE,          /* not told apart */
    PAIRED_LESS,         /* a is less than b: faster, where values are times */
    PAIRED_GREATER,
};

/*
 * The median of a[i] / b[i] with its sign-test interval, both taken of the logarithms.
 *
 * Shape: n pairs, round by round; a pair with a value that is not finite and positive does not count.
 * comparisons  m: how many are made of this kind in the session; the confidence is 1 - 0.05/m.
 * scratch  n values.
 */
struct stats_median paired_ratio(const double *a, const double *b, size_t n, size_t comparisons, double *scratch);

/* Does the ratio of a strategy to itself cover 1 and stay within PAIRED_BAND_MAX of it? */
bool paired_aa_is_sound(const struct stats_median *aa);

/*
 * Different only if the interval excludes 1 and the median lies outside the A/A band: the ratios no farther from 1
 * than the A/A interval reaches on either side. aa NULL: the session has no A/A pair; the interval alone decides.
 */
enum paired_verdict paired_judge(const struct stats_median *ratio, const struct stats_median *aa);

const char *
    paired_verdict_text(enum paired_verdict); /* "faster", "slower", "not told apart", "inconclusive": of times */
#endif
