/* METG from a ladder of work: launch by launch, and of the medians, which show every crossing. */
#include "models_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool models_is_roof(const struct plan *p, size_t strategy)
{
    return strncmp(p->strategies[strategy].name, "roof", 4) == 0;
}

size_t models_roof_of(const struct plan *p, size_t cell)
{
    const struct plan_cell *c = &p->cells[cell];

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->series[i] == p->series[cell] && p->cells[i].workers == c->workers &&
            models_is_roof(p, p->cells[i].strategy))
            return i;
    return plan_base(p, cell);
}

/* Useful time per task of one launch, as the roof does it, and the share that it is of the workers' time. */
static struct metg_point point_of(const struct models_maker *m, size_t cell, size_t roof, size_t launch)
{
    if (roof == SIZE_MAX)
        return (struct metg_point){NAN, NAN};
    const double usable = (double)m->plan->usable, ns = launches_of(m->launches, cell, m->time)[launch];
    const double workers = fmin((double)m->plan->cells[cell].workers, usable);
    const double roof_workers = fmin((double)m->plan->cells[roof].workers, usable);
    const double useful = launches_of(m->launches, roof, m->time)[launch] * roof_workers;

    return (struct metg_point){useful, useful / (ns * workers)};
}

/* The METGs of one launch into values. */
static void metg_of_launch(const struct models_maker *m, const struct models_entry *curve, const size_t *roofs,
                           size_t n, size_t launch, struct metg_point *points)
{
    const size_t launches = m->plan->launches;

    for (size_t level = 0; level < MODELS_LEVELS; level++) {
        for (size_t i = 0; i < n; i++)
            points[i] = point_of(m, curve[i].number, roofs[i], launch);
        const struct metg found = metg_find(points, n, models_level[level]);
        m->values[level * launches + launch] = found.metg_ns;
        if (level == 0)
            m->values[MODELS_LEVELS * launches + launch] = found.work_ns;
    }
}

static double median_of(double *values, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            values[kept++] = values[i];
    return kept ? stats_median_of(values, kept).median : NAN;
}

/* Of the curve that the medians over launches make. */
static struct metg metg_of_medians(const struct models_maker *m, const struct models_entry *curve, const size_t *roofs,
                                   size_t n, struct metg_point *points)
{
    const size_t launches = m->plan->launches;
    double *works = m->values, *efficiencies = works + launches;

    for (size_t i = 0; i < n; i++) {
        for (size_t l = 0; l < launches; l++) {
            const struct metg_point p = point_of(m, curve[i].number, roofs[i], l);
            works[l] = p.work_ns;
            efficiencies[l] = p.efficiency;
        }
        points[i] = (struct metg_point){median_of(works, launches), median_of(efficiencies, launches)};
    }
    return metg_find(points, n, models_level[0]);
}

bool models_add_metg(struct models_maker *m, const struct models_entry *curve, size_t n)
{
    const size_t launches = m->plan->launches;
    struct models_metg *metg = &m->models->metgs[m->models->metg_count++];
    struct metg_point *points = calloc(n, sizeof *points);
    size_t *roofs = calloc(n, sizeof *roofs);
    const bool ok = points && roofs;

    for (size_t i = 0; ok && i < n; i++)
        roofs[i] = models_roof_of(m->plan, curve[i].number);
    if (ok) {
        *metg = (struct models_metg){.like = curve[0].number,
                                     .roof = m->plan->cells[roofs[0]].strategy,
                                     .smallest_ns = (double)curve[0].cell->work_ns,
                                     .largest_ns = (double)curve[n - 1].cell->work_ns};
        for (size_t l = 0; l < launches; l++)
            metg_of_launch(m, curve, roofs, n, l, points);
        for (size_t level = 0; level < MODELS_LEVELS; level++)
            metg->metg[level] = metg_over_launches(m->values + level * launches, launches);
        metg->w50 = metg_over_launches(m->values + MODELS_LEVELS * launches, launches);
        metg->curve = metg_of_medians(m, curve, roofs, n, points);
    }
    free(roofs);
    free(points);
    return ok;
}
