#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

void stats_sort(double *values, size_t n)
{
    gsl_sort(values, 1, n);
}

double stats_quantile(const double *sorted, size_t n, double q)
{
    return gsl_stats_quantile_from_sorted_data(sorted, 1, n, q);
}

double stats_mean(const double *values, size_t n)
{
    return gsl_stats_mean(values, 1, n);
}

double stats_mad(const double *sorted, size_t n)
{
    double *work = malloc(n * sizeof *work);
    double mad = NAN;

    if (work) {
        mad = gsl_stats_mad0(sorted, 1, n, work);
        free(work);
    }
    return mad;
}

size_t stats_interval_rank_at(size_t n, double confidence)
{
    const double tail = (1 - confidence) / 2 * (1 + 1e-12); /* an equal probability is not lost to rounding */
    size_t low = 0, high = n / 2;                           /* the answer lies in [low, high] */

    while (low < high) {
        const size_t k = low + (high - low + 1) / 2;
        if (gsl_cdf_binomial_P((unsigned)(k - 1), 0.5, (unsigned)n) <= tail)
            low = k;
        else
            high = k - 1;
    }
    return low;
}

size_t stats_interval_rank(size_t n)
{
    return stats_interval_rank_at(n, STATS_CONFIDENCE);
}

struct stats_median stats_median_at(double *values, size_t n, double confidence)
{
    const size_t k = stats_interval_rank_at(n, confidence);
    struct stats_median m = {.n = n, .has_interval = k > 0};

    stats_sort(values, n);
    m.median = stats_quantile(values, n, 0.5);
    if (k > 0) {
        m.low = values[k - 1];
        m.high = values[n - k];
    }
    return m;
}

struct stats_median stats_median_of(double *values, size_t n)
{
    return stats_median_at(values, n, STATS_CONFIDENCE);
}

double stats_confidence_for(size_t comparisons)
{
    return 1 - (1 - STATS_CONFIDENCE) / (double)(comparisons ? comparisons : 1);
}

bool stats_tied(const struct stats_median *a, const struct stats_median *b)
{
    if (!a->has_interval || !b->has_interval)
        return true;
    return a->low <= b->high && b->low <= a->high;
}
