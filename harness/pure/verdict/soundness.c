#include "soundness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The first two strategies of the plan that are one. */
static bool find_twins(const struct plan *p, size_t *a, size_t *b)
{
    for (*b = 1; *b < p->strategy_count; ++*b)
        for (*a = 0; *a < *b; ++*a)
            if (same_text(p->strategies[*a].name, p->strategies[*b].name) &&
                same_text(p->strategies[*a].options, p->strategies[*b].options))
                return true;
    return false;
}

/* The cell that is like this one but for the strategy. SIZE_MAX: none. */
static size_t counterpart(const struct plan *p, size_t cell, size_t strategy)
{
    const struct plan_cell *c = &p->cells[cell];

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].strategy == strategy && p->series[i] == p->series[cell] && p->cells[i].workers == c->workers &&
            p->cells[i].chunk == c->chunk)
            return i;
    return SIZE_MAX;
}

/* Every round that both twins took, of the first quantity of their cells. */
static bool compare_twins(const struct rounds *r, size_t count, size_t a, size_t b, struct stats_median *aa)
{
    const struct plan *p = r->launches->plan;
    double *x = calloc(3 * count + 1, sizeof *x), *y = x + count;
    size_t n = 0;

    if (!x)
        return false;
    for (size_t c = 0; c < p->cell_count; c++) {
        const size_t other = p->cells[c].strategy == a ? counterpart(p, c, b) : SIZE_MAX;
        if (other != SIZE_MAX)
            n += rounds_pair(r, c, other, 0, x + n, y + n);
    }
    *aa = paired_ratio(x, y, n, 1, y + count);
    free(x);
    return true;
}

static double drift_of(const struct sample *canaries, size_t count)
{
    double least = INFINITY, greatest = 0;

    for (size_t i = 0; i < count; i++) {
        least = fmin(least, (double)canaries[i].wall_ns);
        greatest = fmax(greatest, (double)canaries[i].wall_ns);
    }
    return count > 0 && least > 0 ? greatest / least - 1 : NAN;
}

static void count_launches(const struct launches *l, struct soundness *s)
{
    s->launches_least = l->plan->launches;
    for (size_t c = 0; c < l->plan->cell_count; c++) {
        const double *values = launches_of(l, c, 0);
        size_t n = 0;
        for (size_t i = 0; i < l->plan->launches; i++)
            n += isnan(values[i]) ? 0 : 1;
        s->cells_empty += n == 0;
        if (n > 0 && n < s->launches_least)
            s->launches_least = n;
    }
}

bool soundness_find(const struct rounds *r, const struct sample *samples, size_t count, const struct sample *canaries,
                    size_t canary_count, struct soundness *s)
{
    size_t other;

    *s = (struct soundness){.drift = drift_of(canaries, canary_count)};
    count_launches(r->launches, s);
    for (size_t i = 0; i < count; i++)
        s->unverified += !samples[i].verified;
    s->has_aa = find_twins(r->launches->plan, &s->twin, &other);
    if (s->has_aa && !compare_twins(r, count, s->twin, other, &s->aa))
        return false;
    s->aa_sound = s->has_aa && paired_aa_is_sound(&s->aa);
    return true;
}
