#include "fresh.h"

#include "strategy.h"

#include <string.h>

bool fresh_is(const struct plan *p, size_t strategy)
{
    for (size_t i = 0; pool_strategies[i]; i++)
        if (strcmp(pool_strategies[i]->name, p->strategies[strategy].name) == 0)
            return pool_strategies[i]->capabilities & POOL_CAP_FRESH;
    return false;
}

size_t fresh_find(const struct plan *p, size_t fresh[FRESH_MAX])
{
    size_t n = 0;

    for (size_t s = 0; s < p->strategy_count && n < FRESH_MAX; s++)
        if (fresh_is(p, s) && strcmp(p->strategies[s].name, "serial") != 0)
            fresh[n++] = s;
    return n;
}

size_t fresh_counterpart(const struct plan *p, size_t cell, size_t strategy)
{
    for (size_t c = 0; c < p->cell_count; c++)
        if (p->cells[c].strategy == strategy && p->series[c] == p->series[cell] &&
            p->cells[c].workers == p->cells[cell].workers && p->cells[c].chunk == p->cells[cell].chunk)
            return c;
    return SIZE_MAX;
}
