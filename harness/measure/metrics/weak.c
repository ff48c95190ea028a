/* weak - throughput where every worker brings its own items: twice the workers have twice the work. */
#include "throughput.h"

enum { TIME_PER_ITEM = THROUGHPUT_TIME_PLACE, EFFICIENCY };

static const struct metric_quantity quantities[] = {
    [TIME_PER_ITEM] = THROUGHPUT_TIME,
    [EFFICIENCY] = {.name = "weak_efficiency",
                    .unit = "1",
                    .summary = "speed by that of one worker and min(workers, usable CPUs)",
                    .derived = true,
                    .more_is_better = true},
    {0},
};

/* The cell of the same strategy with one worker; SIZE_MAX: none. */
static size_t alone(const struct plan *p, size_t cell)
{
    const struct plan_cell *c = &p->cells[cell];

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->series[i] == p->series[cell] && p->cells[i].strategy == c->strategy && p->cells[i].chunk == c->chunk &&
            p->cells[i].workers == 1)
            return i;
    return SIZE_MAX;
}

static void derive(const struct launches *l, const struct metric *m)
{
    for (size_t cell = 0; cell < l->plan->cell_count; cell++) {
        const size_t workers = l->plan->cells[cell].workers;
        const double cpus = (double)(workers < l->plan->usable ? workers : l->plan->usable);
        const size_t base = plan_metric_of(l->plan, cell) == m ? alone(l->plan, cell) : SIZE_MAX;
        for (size_t i = 0; base != SIZE_MAX && i < l->plan->launches; i++)
            launches_of(l, cell, EFFICIENCY)[i] =
                launches_of(l, base, TIME_PER_ITEM)[i] / (launches_of(l, cell, TIME_PER_ITEM)[i] * cpus);
    }
}

const struct metric metric_weak = {
    .name = "weak",
    .summary = "time per item where the items grow with the workers, and the efficiency against one worker",
    .workloads = "spin",
    .per_worker = true,
    .quantities = quantities,
    .spans = true,
    .derive = derive,
    .sample = throughput_sample,
};
