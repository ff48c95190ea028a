/* A strategy that is enrolled a second time: which, in which cell, and how it is found again. */
#include "plan_parts.h"

#include <string.h>

/* How well a cell serves for A against A: a pool's, of a metric that has a target, on tunable work, with a CPU for each
 * worker.
 */
static double twin_worth(const struct plan_request *r, const struct plan_cell *c)
{
    return (r->metrics[c->metric].metric->quantities[0].target > 0 ? 1e10 : 0) +
           (r->strategies[c->strategy].workers_max > 1 && !r->strategies[c->strategy].roof ? 1e9 : 0) +
           (c->oversubscribed ? 0 : 1e8) + (r->workloads[c->workload].tunable ? 1e7 : 0) + (double)c->workers -
           (c->rung == RUNG_SOLID ? 0 : 1e12);
}

bool plan_add_twin(struct plan *p, const struct plan_request *r)
{
    size_t best = 0;

    for (size_t i = 1; i < p->cell_count; i++)
        if (twin_worth(r, &p->cells[i]) > twin_worth(r, &p->cells[best]))
            best = i;
    const struct plan_name *of = &p->strategies[p->cells[best].strategy];
    struct plan_name *twin = &p->strategies[p->strategy_count];
    *twin = (struct plan_name){strdup(of->name), of->options ? strdup(of->options) : NULL, true, of->own_wait};
    p->cells[p->cell_count] = p->cells[best];
    p->cells[p->cell_count++].strategy = p->strategy_count++;
    return twin->name && (!of->options || twin->options);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

size_t plan_strategy_of(const struct plan *p, size_t twin)
{
    for (size_t s = 0; p->strategies[twin].twin && s < twin; s++)
        if (same_text(p->strategies[s].name, p->strategies[twin].name) &&
            same_text(p->strategies[s].options, p->strategies[twin].options))
            return s;
    return SIZE_MAX;
}

size_t plan_twin_of(const struct plan *p, size_t cell)
{
    const struct plan_cell *c = &p->cells[cell];
    const size_t strategy = plan_strategy_of(p, c->strategy);

    for (size_t i = 0; strategy != SIZE_MAX && i < p->cell_count; i++)
        if (p->cells[i].strategy == strategy && p->cells[i].group == c->group && p->series[i] == p->series[cell] &&
            p->cells[i].workers == c->workers && p->cells[i].chunk == c->chunk)
            return i;
    return SIZE_MAX;
}
