#include "series.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

size_t series_outliers(const double *values, size_t n, double *scratch, size_t *places)
{
    size_t count = 0;

    if (n == 0)
        return 0;
    memcpy(scratch, values, n * sizeof *values);
    stats_sort(scratch, n);
    const double median = stats_quantile(scratch, n, 0.5), limit = SERIES_OUTLIER_MADS * stats_mad(scratch, n);
    for (size_t i = 0; i < n; i++)
        if (fabs(values[i] - median) > limit)
            places[count++] = i;
    return count;
}

static bool varies(const double *values, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (values[i] != values[0])
            return n >= 3;
    return false;
}

double series_lag1(const double *values, size_t n)
{
    return varies(values, n) ? gsl_stats_lag1_autocorrelation(values, 1, n) : NAN;
}

double series_drift(const double *values, size_t n, double *scratch)
{
    if (!varies(values, n))
        return NAN;
    for (size_t i = 0; i < n; i++)
        scratch[i] = (double)i;
    return gsl_stats_spearman(values, 1, scratch, 1, n, scratch + n);
}

static bool covers(const struct stats_median *half, const struct stats_median *other)
{
    return half->low <= other->median && other->median <= half->high;
}

enum series_halves series_halves(const double *values, size_t n, double *scratch)
{
    const size_t first = n / 2;

    if (stats_interval_rank(first) == 0)
        return SERIES_TOO_FEW;
    memcpy(scratch, values, n * sizeof *values);
    const struct stats_median a = stats_median_of(scratch, first), b = stats_median_of(scratch + first, n - first);
    return covers(&a, &b) && covers(&b, &a) ? SERIES_AGREE : SERIES_DISAGREE;
}
