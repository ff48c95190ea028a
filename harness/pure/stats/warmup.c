#include "warmup.h"

#include "../stats.h"

#include <math.h>
#include <string.h>

static double window_median(const double *window)
{
    double sorted[WARMUP_WINDOW];

    memcpy(sorted, window, sizeof sorted);
    stats_sort(sorted, WARMUP_WINDOW);
    return stats_quantile(sorted, WARMUP_WINDOW, 0.5);
}

static bool is_steady(const double *values, size_t n)
{
    if (n < 2 * WARMUP_WINDOW)
        return false;
    const double before = window_median(values + n - 2 * WARMUP_WINDOW),
                 last = window_median(values + n - WARMUP_WINDOW);
    return fabs(last - before) <= WARMUP_TOLERANCE * fmin(last, before);
}

enum warmup warmup_judge(const double *values, size_t n, double spent, double allowed)
{
    if (n < WARMUP_CALLS_MIN)
        return WARMUP_GOES_ON;
    if (is_steady(values, n))
        return WARMUP_STEADY;
    return spent >= allowed ? WARMUP_CUT : WARMUP_GOES_ON;
}
