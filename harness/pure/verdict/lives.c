#include "lives.h"

#include "../stats/breakeven.h"
#include "../stats/metg.h"

#include <math.h>
#include <string.h>

bool lives_is_life(const struct plan *p, size_t cell)
{
    return strcmp(plan_metric_of(p, cell)->name, "lifecycle") == 0;
}

static double value_of(const struct launches *l, size_t cell, const char *quantity, size_t launch)
{
    const size_t q = metric_quantity_named(plan_metric_of(l->plan, cell), quantity);

    return q == SIZE_MAX ? NAN : launches_of(l, cell, q)[launch];
}

double lives_life_ns(const struct launches *l, size_t cell, size_t launch)
{
    return value_of(l, cell, "create", launch) + value_of(l, cell, "close_join", launch);
}

struct stats_median lives_break_even(const struct launches *l, size_t pool, size_t other, double *scratch)
{
    for (size_t i = 0; i < l->plan->launches; i++) {
        const double more = lives_life_ns(l, pool, i) - lives_life_ns(l, other, i);
        const double call = value_of(l, pool, "nth_call", i), fresh = value_of(l, other, "nth_call", i);
        scratch[i] = isnan(more + call + fresh) ? NAN : breakeven_calls(more, call, fresh);
    }
    return metg_over_launches(scratch, l->plan->launches); /* which takes infinite values as they are */
}
