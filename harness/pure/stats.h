/*
 * stats.h - the estimates that results are given as: medians, quantiles, exact intervals of a median.
 *
 * Functions that take `sorted` want ascending values and at least one. Errors: none.
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_CONFIDENCE 0.95

/* A median and its exact order-statistic interval; has_interval is false where none exists: at 95 % below n = 6. */
struct stats_median {
    size_t n;
    double median, low, high;
    bool has_interval;
};

void stats_sort(double *values, size_t n);
double stats_quantile(const double *sorted, size_t n, double q); /* linear between neighbours; q in [0, 1] */
double stats_mean(const double *values, size_t n);
double stats_mad(const double *sorted, size_t n); /* median absolute deviation, not scaled. NAN: out of memory */

/*
 * The rank of the interval's ends: the largest k with P(Bin(n, 1/2) <= k-1) <= 0.025; the interval is
 * [x(k), x(n+1-k)]. 0: none exists. Source: the sign test, e.g. Hollander & Wolfe, "Nonparametric Statistical Methods".
 */
size_t stats_interval_rank(size_t n);
size_t stats_interval_rank_at(size_t n, double confidence); /* with (1 - confidence) / 2 for 0.025 */

/* Sorts the values. n at least 1. */
struct stats_median stats_median_of(double *values, size_t n);
struct stats_median stats_median_at(double *values, size_t n, double confidence);

/* The confidence of each of so many comparisons, 1 - 0.05/m, that makes 95 % of all of them together (Bonferroni). */
double stats_confidence_for(size_t comparisons);

/* True unless both have an interval and these do not touch: what is not told apart is a tie. */
bool stats_tied(const struct stats_median *, const struct stats_median *);
#endif
