#include "models_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double models_level[MODELS_LEVELS] = {0.5, 0.9, 0.95};

/* Take the cells of throughput and its ladders, which share its quantities. False: there are none that serve. */
static bool take_cells(struct models_maker *m)
{
    const struct metric *throughput = metric_named("throughput");

    if (!throughput)
        return false;
    m->time = metric_quantity_named(throughput, "time_per_item");
    m->speedup = metric_quantity_named(throughput, "speedup");
    for (size_t c = 0; c < m->plan->cell_count; c++)
        if (plan_metric_of(m->plan, c)->quantities == throughput->quantities)
            m->entries[m->count++] = (struct models_entry){&m->plan->cells[c], c};
    return m->count > 0 && m->time != SIZE_MAX && m->speedup != SIZE_MAX;
}

#define ORDER(field)                                                                                                   \
    if (x->field != y->field)                                                                                          \
    return x->field < y->field ? -1 : 1

/* Whether both are of one curve, whatever runs along it. */
static int compare_common(const struct plan_cell *x, const struct plan_cell *y)
{
    ORDER(metric);
    ORDER(workload);
    ORDER(strategy);
    ORDER(chunk);
    ORDER(in_bytes);
    ORDER(out_bytes);
    ORDER(resident_bytes);
    return 0;
}

static int along_work(const void *a, const void *b)
{
    const struct plan_cell *x = ((const struct models_entry *)a)->cell, *y = ((const struct models_entry *)b)->cell;
    const int order = compare_common(x, y);

    if (order)
        return order;
    ORDER(workers);
    ORDER(work_ns);
    return 0;
}

static int along_workers(const void *a, const void *b)
{
    const struct plan_cell *x = ((const struct models_entry *)a)->cell, *y = ((const struct models_entry *)b)->cell;
    const int order = compare_common(x, y);

    if (order)
        return order;
    ORDER(work_ns);
    ORDER(workers);
    return 0;
}

/* Fit the law to each launch that took all points. */
static void fit_launches(const struct models_maker *m, const struct models_entry *curve, size_t n,
                         struct models_law *law, struct scaling_point *points)
{
    const size_t launches = m->plan->launches;
    double *sigma = m->values, *kappa = sigma + launches, *peak = kappa + launches, *serial = peak + launches;
    size_t fits = 0, fractions = 0;

    for (size_t l = 0; l < launches; l++) {
        const double speedup = launches_of(m->launches, curve[n - 1].number, m->speedup)[l];
        struct scaling s;
        for (size_t i = 0; i < n; i++)
            points[i] = (struct scaling_point){(double)curve[i].cell->workers,
                                               1e9 / launches_of(m->launches, curve[i].number, m->time)[l]};
        if (scaling_fit(points, n, &s)) {
            sigma[fits] = s.contention;
            kappa[fits] = s.coherence;
            peak[fits++] = scaling_peak(&s);
        }
        if (speedup > 0)
            serial[fractions++] = scaling_karp_flatt(speedup, (double)law->workers_max);
    }
    if (fractions > 0)
        law->serial = stats_median_of(serial, fractions);
    if (fits == 0)
        return;
    law->contention = stats_median_of(sigma, fits);
    law->coherence = stats_median_of(kappa, fits);
    law->peak = metg_over_launches(peak, fits); /* whose peaks may be infinite */
}

static bool add_law(struct models_maker *m, const struct models_entry *curve, size_t n)
{
    struct scaling_point *points = calloc(n, sizeof *points);
    struct models_law *law = &m->models->laws[m->models->law_count++];

    if (!points)
        return false;
    *law = (struct models_law){.like = curve[0].number, .points = n, .workers_max = curve[n - 1].cell->workers};
    fit_launches(m, curve, n, law, points);
    free(points);
    return true;
}

/* How many entries of the curve that begins here: equal but for what runs along it. */
static size_t curve_length(const struct models_maker *m, size_t from, bool work)
{
    const struct plan_cell *a = m->entries[from].cell;
    size_t n = 1;

    for (; from + n < m->count; n++) {
        const struct plan_cell *b = m->entries[from + n].cell;
        if (compare_common(a, b) != 0 || (work ? a->workers != b->workers : a->work_ns != b->work_ns))
            break;
    }
    return n;
}

/* Where the topology first changes on the way up. */
static size_t first_break(const struct plan *p)
{
    for (size_t i = 0; i < p->point_count; i++)
        if (p->points[i].workers > 1 &&
            p->points[i].reasons & (POINT_L3 | POINT_NUMA | POINT_PACKAGE | POINT_CORES | POINT_FAST))
            return p->points[i].workers;
    return p->usable;
}

static bool make_metgs(struct models_maker *m)
{
    qsort(m->entries, m->count, sizeof *m->entries, along_work);
    for (size_t i = 0, n; i < m->count; i += n) {
        const struct plan_cell *c = m->entries[i].cell;
        n = curve_length(m, i, true);
        if (n >= MODELS_LADDER_MIN && c->work_ns > 0 && plan_base(m->plan, m->entries[i].number) != SIZE_MAX &&
            plan_base(m->plan, m->entries[i].number) != m->entries[i].number && !models_is_roof(m->plan, c->strategy) &&
            !models_add_metg(m, m->entries + i, n))
            return false;
    }
    return true;
}

static bool make_laws(struct models_maker *m)
{
    qsort(m->entries, m->count, sizeof *m->entries, along_workers);
    for (size_t i = 0, n; i < m->count; i += n) {
        n = curve_length(m, i, false);
        size_t inside = n;
        while (inside > 0 && m->entries[i + inside - 1].cell->workers > m->models->regime)
            inside--;
        if (inside >= MODELS_LADDER_MIN && !add_law(m, m->entries + i, inside))
            return false;
    }
    return true;
}

bool models_make(const struct launches *l, struct models *models)
{
    struct models_maker m = {.launches = l, .plan = l->plan, .models = models};

    *models = (struct models){.regime = first_break(l->plan)};
    models->metgs = calloc(l->plan->cell_count, sizeof *models->metgs);
    models->laws = calloc(l->plan->cell_count, sizeof *models->laws);
    m.entries = calloc(l->plan->cell_count, sizeof *m.entries);
    m.values = calloc((MODELS_LEVELS + 1) * l->plan->launches, sizeof *m.values);
    bool ok = models->metgs && models->laws && m.entries && m.values;
    if (ok && take_cells(&m))
        ok = make_metgs(&m) && make_laws(&m);
    free(m.entries);
    free(m.values);
    if (!ok)
        models_free(models);
    return ok;
}

void models_free(struct models *m)
{
    free(m->metgs);
    free(m->laws);
    *m = (struct models){0};
}
