#include "looks.h"

#include <math.h>
#include <string.h>

static const size_t looks[] = {6, 9, 15, 21, 31};

size_t looks_next(size_t n)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (looks[i] > n)
            return looks[i];
    return 0;
}

bool looks_is(size_t n)
{
    return n > 0 && looks_next(n - 1) == n;
}

double looks_half_width(const struct stats_median *m)
{
    return m->has_interval ? (m->high - m->low) / 2 / fabs(m->median) : INFINITY;
}

struct look looks_judge(const double *values, size_t n, double target, double *scratch)
{
    struct look look = {.half_width = INFINITY, .halves = SERIES_TOO_FEW};

    if (n == 0)
        return look;
    look.halves = series_halves(values, n, scratch);
    memcpy(scratch, values, n * sizeof *values);
    look.estimate = stats_median_of(scratch, n);
    look.half_width = looks_half_width(&look.estimate);
    look.reached = looks_is(n) && look.half_width <= target && look.halves != SERIES_DISAGREE;
    return look;
}
