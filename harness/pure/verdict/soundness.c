#include "soundness.h"

#include <math.h>
#include <stdlib.h>

/* The strategy of the plan that is enrolled twice, and its twin. */
static bool find_twins(const struct plan *p, size_t *a, size_t *b)
{
    for (*b = 0; *b < p->strategy_count; ++*b) {
        *a = plan_strategy_of(p, *b);
        if (*a != SIZE_MAX)
            return true;
    }
    *a = 0;
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

/*
 * One pair for each launch of each cell that both twins stand in. Not one for each round: rounds of one launch share
 * its luck, and an interval made of them would exclude 1 far too often.
 */
static bool compare_twins(const struct launches *l, size_t a, size_t b, struct stats_median *aa)
{
    const struct plan *p = l->plan;
    const size_t room = p->cell_count * p->launches;
    double *x = calloc(3 * room + 1, sizeof *x), *y = x + room;
    size_t n = 0;

    if (!x)
        return false;
    for (size_t c = 0; c < p->cell_count; c++) {
        const size_t other = p->cells[c].strategy == a ? counterpart(p, c, b) : SIZE_MAX;
        for (size_t i = 0; other != SIZE_MAX && i < p->launches; i++, n++) {
            x[n] = launches_of(l, c, 0)[i];
            y[n] = launches_of(l, other, 0)[i];
        }
    }
    *aa = paired_ratio(x, y, n, 1, y + room);
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
        s->cells_empty += n == 0 && l->plan->cells[c].rung != RUNG_DROPPED;
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
    if (s->has_aa && !compare_twins(r->launches, s->twin, other, &s->aa))
        return false;
    s->aa_sound = s->has_aa && paired_aa_is_sound(&s->aa);
    return true;
}
