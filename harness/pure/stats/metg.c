#include "metg.h"

#include <math.h>
#include <stdlib.h>

static int from_large(const void *a, const void *b)
{
    const struct metg_point *x = a, *y = b;

    return x->work_ns > y->work_ns ? -1 : x->work_ns < y->work_ns;
}

/* The points that count, in front, from large to small tasks. */
static size_t take(struct metg_point *points, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(points[i].work_ns) && isfinite(points[i].efficiency) && points[i].work_ns > 0 &&
            points[i].efficiency > 0)
            points[kept++] = points[i];
    qsort(points, kept, sizeof *points, from_large);
    return kept;
}

static double logit(double efficiency)
{
    const double e = fmin(fmax(efficiency, 0.001), 0.999);

    return log(e / (1 - e));
}

static double crossing(const struct metg_point *large, const struct metg_point *small, double level)
{
    const double l = logit(large->efficiency), s = logit(small->efficiency);
    const double share = l == s ? 0 : (l - logit(level)) / (l - s);

    return exp(log(large->work_ns) + share * (log(small->work_ns) - log(large->work_ns)));
}

struct metg metg_find(struct metg_point *points, size_t n, double level)
{
    struct metg m = {.work_ns = NAN};

    n = take(points, n);
    if (n > 0)
        m.work_ns = points[0].efficiency >= level ? -INFINITY : INFINITY;
    for (size_t i = 1; i < n; i++) {
        const bool above = points[i - 1].efficiency >= level;
        if (above == (points[i].efficiency >= level))
            continue;
        const double at = crossing(&points[i - 1], &points[i], level);
        if (m.crossings < METG_CROSSINGS_MAX)
            m.at_ns[m.crossings] = at;
        m.crossings++;
        if (above && !isfinite(m.work_ns))
            m.work_ns = at;
    }
    m.metg_ns = m.work_ns / level;
    return m;
}

struct stats_median metg_over_launches(double *values, size_t n)
{
    struct stats_median m = {0};
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            values[kept++] = values[i];
    if (kept == 0)
        return m;
    m = stats_median_of(values, kept);
    /* Interpolation between ranks makes NAN of infinities. The mean of the middle is one of them, if it is. */
    m.median = (values[(kept - 1) / 2] + values[kept / 2]) / 2;
    return m;
}
