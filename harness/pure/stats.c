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

size_t stats_interval_rank(size_t n)
{
    size_t k = 0;

    while (k < n / 2 && gsl_cdf_binomial_P((unsigned)k, 0.5, (unsigned)n) <= 0.025)
        k++;
    return k;
}

struct stats_median stats_median_of(double *values, size_t n)
{
    const size_t k = stats_interval_rank(n);
    struct stats_median m = {.n = n, .has_interval = k > 0};

    stats_sort(values, n);
    m.median = stats_quantile(values, n, 0.5);
    if (k > 0) {
        m.low = values[k - 1];
        m.high = values[n - k];
    }
    return m;
}

bool stats_tied(const struct stats_median *a, const struct stats_median *b)
{
    if (!a->has_interval || !b->has_interval)
        return true;
    return a->low <= b->high && b->low <= a->high;
}
