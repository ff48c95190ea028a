#include "canary.h"

#include "stats.h"

#include <math.h>

static double median_of(const struct canary *c)
{
    const size_t n = c->count < CANARY_WINDOW ? c->count : CANARY_WINDOW;
    double sorted[CANARY_WINDOW];

    for (size_t i = 0; i < n; i++)
        sorted[i] = (double)c->window[i];
    stats_sort(sorted, n);
    return stats_quantile(sorted, n, 0.5);
}

bool canary_take(struct canary *c, int64_t ns)
{
    c->window[c->count++ % CANARY_WINDOW] = ns;
    if (c->count == 1 || ns < c->least_ns)
        c->least_ns = ns;
    if (ns > c->most_ns)
        c->most_ns = ns;
    return c->count >= CANARY_FEWEST && fabs((double)ns / median_of(c) - 1) > CANARY_INVALID;
}

double canary_range(const struct canary *c)
{
    return c->least_ns > 0 ? (double)c->most_ns / (double)c->least_ns - 1 : 0;
}
