#include "more.h"

#include "stats/looks.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cells that get launches together: a group, or all groups that a metric spans. */
struct unit {
    size_t number;  /* of its first group */
    double width;   /* the widest interval by its target; 0: all are reached */
    double cost_ns; /* of one launch */
};

static bool same_span(const struct plan *p, size_t a, size_t b)
{
    return plan_metric_of(p, a)->spans && p->cells[a].metric == p->cells[b].metric &&
           p->cells[a].workload == p->cells[b].workload;
}

/* The unit of each group: the first group it is together with. first[g]: a cell of it. Cells come by group, mostly. */
static void number_units(const struct plan *p, size_t *unit_of, size_t *first, size_t groups)
{
    for (size_t g = 0; g < groups; g++)
        first[g] = SIZE_MAX;
    for (size_t i = 0; i < p->cell_count; i++)
        if (first[p->cells[i].group] == SIZE_MAX)
            first[p->cells[i].group] = i;
    for (size_t g = 0; g < groups; g++) {
        unit_of[g] = g;
        for (size_t k = 0; first[g] != SIZE_MAX && plan_metric_of(p, first[g])->spans && k < g; k++)
            if (first[k] != SIZE_MAX && same_span(p, first[k], first[g])) {
                unit_of[g] = unit_of[k];
                break;
            }
    }
}

static double width_of(const struct summary_row *row)
{
    return row->target > 0 && row->estimate.n > 0 && !row->reached
               ? fmax(looks_half_width(&row->estimate) / row->target, DBL_MIN)
               : 0;
}

/* Of all that its metric wants of a cell. */
static double cell_width(const struct more *m, size_t cell)
{
    double width = 0;

    for (size_t q = 0; plan_metric_of(m->plan, cell)->quantities[q].name; q++)
        width = fmax(width, width_of(summary_of(m->summary, cell, q)));
    return width;
}

static void weigh_units(const struct more *m, const size_t *unit_of, struct unit *units)
{
    for (size_t i = 0; i < m->plan->cell_count; i++) {
        struct unit *u = &units[unit_of[m->plan->cells[i].group]];
        const size_t base = plan_base(m->plan, i);
        u->number = unit_of[m->plan->cells[i].group];
        if (m->dead[i])
            continue;
        u->width = fmax(u->width, cell_width(m, i));
        u->cost_ns += m->session_ns[i] + (base != SIZE_MAX && base != i ? m->session_ns[base] : 0);
    }
}

/* A unit that was left behind at an earlier look stays there. */
static void drop_absent(const struct more *m, const size_t *unit_of, struct unit *units, bool *wanted)
{
    const struct plan *p = m->plan;
    const size_t *row = p->order + (p->launches - 1) * p->cell_count, visits = plan_visits(p, p->launches - 1);

    for (size_t i = 0; i < visits; i++)
        wanted[row[i]] = true;
    for (size_t i = 0; i < p->cell_count; i++)
        if (!wanted[i] && !m->dead[i])
            units[unit_of[p->cells[i].group]].width = 0;
    memset(wanted, 0, p->cell_count * sizeof *wanted);
}

static int widest_first(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;

    if (x->width != y->width)
        return x->width > y->width ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void want_unit(const struct more *m, const size_t *unit_of, size_t number, bool *wanted)
{
    for (size_t i = 0; i < m->plan->cell_count; i++)
        if (unit_of[m->plan->cells[i].group] == number) {
            wanted[i] = true;
            if (plan_base(m->plan, i) != SIZE_MAX)
                wanted[plan_base(m->plan, i)] = true;
        }
}

static bool take_widest(const struct more *m, const size_t *unit_of, struct unit *units, size_t groups, size_t launches,
                        bool *wanted)
{
    double left_ns = m->left_ns;
    bool any = false;

    qsort(units, groups, sizeof *units, widest_first);
    for (size_t u = 0; u < groups && units[u].width > 0; u++) {
        const double cost_ns = (double)launches * units[u].cost_ns;
        if (cost_ns > left_ns)
            continue;
        left_ns -= cost_ns;
        want_unit(m, unit_of, units[u].number, wanted);
        any = true;
    }
    return any;
}

size_t more_choose(const struct more *m, bool *wanted)
{
    const size_t groups = plan_groups(m->plan), next = looks_next(m->plan->launches);
    size_t *unit_of, *first;
    struct unit *units;
    bool any = false;

    memset(wanted, 0, m->plan->cell_count * sizeof *wanted);
    if (next == 0 || next > m->plan->launches_max)
        return 0;
    unit_of = calloc(2 * groups, sizeof *unit_of);
    units = calloc(groups, sizeof *units);
    if (unit_of && units) {
        first = unit_of + groups;
        number_units(m->plan, unit_of, first, groups);
        weigh_units(m, unit_of, units);
        drop_absent(m, unit_of, units, wanted);
        any = take_widest(m, unit_of, units, groups, next - m->plan->launches, wanted);
    }
    const bool ok = unit_of && units;
    free(units);
    free(unit_of);
    return !ok ? SIZE_MAX : any ? next - m->plan->launches : 0;
}
