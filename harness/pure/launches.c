#include "launches.h"

#include <math.h>
#include <stdlib.h>

bool launches_open(struct launches *l, const struct plan *p)
{
    *l = (struct launches){.plan = p, .first = calloc(p->cell_count + 1, sizeof *l->first)};
    for (size_t c = 0; l->first && c < p->cell_count; c++) {
        l->first[c] = l->slots;
        l->slots += metric_quantity_count(plan_metric_of(p, c));
    }
    l->values = calloc(l->slots * p->launches + 1, sizeof *l->values);
    if (!l->first || !l->values) {
        launches_free(l);
        return false;
    }
    l->first[p->cell_count] = l->slots;
    for (size_t i = 0; i < l->slots * p->launches; i++)
        l->values[i] = NAN;
    return true;
}

void launches_derive(const struct launches *l)
{
    for (size_t m = 0; m < l->plan->metric_count; m++)
        if (l->plan->metrics[m]->derive)
            l->plan->metrics[m]->derive(l, l->plan->metrics[m]);
}

double *launches_of(const struct launches *l, size_t cell, size_t quantity)
{
    return l->values + (l->first[cell] + quantity) * l->plan->launches;
}

void launches_free(struct launches *l)
{
    free(l->first);
    free(l->values);
    *l = (struct launches){0};
}
