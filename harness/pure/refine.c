#include "refine.h"

#include "verdict/models.h"

#include <math.h>
#include <stdlib.h>

/* A solid rung of one strategy's ladder. */
struct rung {
    uint64_t work_ns;
    double efficiency;
};

struct refiner {
    struct plan *plan;
    const struct counts_cost *costs;
    struct rung *ladder; /* scratch */
};

static bool is_of_ladder(const struct plan_cell *a, const struct plan_cell *b)
{
    return a->metric == b->metric && a->strategy == b->strategy && a->workload == b->workload &&
           a->workers == b->workers && a->chunk == b->chunk && a->in_bytes == b->in_bytes &&
           a->out_bytes == b->out_bytes && a->resident_bytes == b->resident_bytes;
}

static double cpus_of(const struct plan *p, size_t cell)
{
    return (double)(p->cells[cell].workers < p->usable ? p->cells[cell].workers : p->usable);
}

/* The useful share of the workers' time; NAN: not known. */
static double efficiency_of(const struct refiner *r, size_t cell)
{
    const size_t roof = models_roof_of(r->plan, cell);
    const double ns = r->costs[cell].item_ns, roof_ns = roof == SIZE_MAX ? 0 : r->costs[roof].item_ns;

    return ns > 0 && roof_ns > 0 ? roof_ns * cpus_of(r->plan, roof) / (ns * cpus_of(r->plan, cell)) : NAN;
}

static int by_work(const void *a, const void *b)
{
    const struct rung *x = a, *y = b;

    return x->work_ns < y->work_ns ? -1 : x->work_ns > y->work_ns;
}

/* The solid rungs of a cell's ladder, by ascending work. */
static size_t take_ladder(const struct refiner *r, size_t cell)
{
    const struct plan *p = r->plan;
    size_t n = 0;

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].rung == RUNG_SOLID && is_of_ladder(&p->cells[i], &p->cells[cell]) &&
            !isnan(efficiency_of(r, i)))
            r->ladder[n++] = (struct rung){p->cells[i].work_ns, efficiency_of(r, i)};
    qsort(r->ladder, n, sizeof *r->ladder, by_work);
    return n;
}

/* Two rungs below a work and two above it, as far as there are any, lie on both sides of a level. */
static bool is_near(const struct rung *ladder, size_t n, uint64_t work_ns)
{
    double least = INFINITY, most = -INFINITY;
    size_t above = 0;

    while (above < n && ladder[above].work_ns < work_ns)
        above++;
    for (size_t i = above < 2 ? 0 : above - 2; i < n && i < above + 2; i++) {
        least = fmin(least, ladder[i].efficiency);
        most = fmax(most, ladder[i].efficiency);
    }
    for (size_t level = 0; level < MODELS_LEVELS; level++)
        if (least < models_level[level] && models_level[level] <= most)
            return true;
    return false;
}

/* Serial and the roofs have no crossing of their own. */
static bool is_base(const struct plan *p, size_t cell)
{
    return plan_base(p, cell) == cell || models_is_roof(p, p->cells[cell].strategy);
}

static bool choose(const struct refiner *r, bool *wanted)
{
    const struct plan *p = r->plan;
    bool *series = calloc(p->series_count + 1, sizeof *series);

    for (size_t i = 0; series && i < p->cell_count; i++) {
        wanted[i] = p->cells[i].rung == RUNG_BETWEEN && !is_base(p, i) &&
                    is_near(r->ladder, take_ladder(r, i), p->cells[i].work_ns);
        series[p->series[i]] = series[p->series[i]] || wanted[i];
    }
    for (size_t i = 0; series && i < p->cell_count; i++)
        wanted[i] = wanted[i] || (is_base(p, i) && series[p->series[i]]);
    free(series);
    return series;
}

bool refine_plan(struct plan *p, const struct counts_cost *costs)
{
    const struct refiner r = {p, costs, calloc(p->cell_count + 1, sizeof *r.ladder)};
    bool *wanted = calloc(p->cell_count + 1, sizeof *wanted);
    const bool ok = r.ladder && wanted && choose(&r, wanted);

    for (size_t i = 0; ok && i < p->cell_count; i++)
        if (p->cells[i].rung == RUNG_BETWEEN)
            p->cells[i].rung = wanted[i] ? RUNG_SOLID : RUNG_DROPPED;
    free(wanted);
    free(r.ladder);
    return ok;
}
