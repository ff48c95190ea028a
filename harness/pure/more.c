#include "more.h"

#include "stats/looks.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cells that get launches together: a group, or all groups that a metric spans. */
struct unit {
    size_t number;  /* of its first group */
    double width;   /* the widest interval by its target; 0: all are reached */
    double cost_ns; /* of one launch */
    bool behind;    /* some of its cells were not in the last launch: it was left behind at an earlier look */
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

/* How wide a row's interval is against its target, as measured; 0: it is reached, or has none. */
static double width_of(const struct summary_row *row)
{
    return row->target > 0 && row->estimate.n > 0 && !row->reached
               ? fmax(looks_half_width(&row->estimate) / row->target, DBL_MIN)
               : 0;
}

/* Half an interval's width over n launches by their standard deviation, if it is a normal one. */
static double normal_half_width(size_t n)
{
    return gsl_cdf_ugaussian_Qinv((double)stats_interval_rank(n) / ((double)n + 1));
}

/* The standard deviation of a row's launches by their mean; of one launch: 0. */
static double scatter_of(const struct summary_row *row, const struct launches *l)
{
    const double *values = launches_of(l, row->cell, row->quantity);
    double sum = 0, squares = 0;
    size_t n = 0;

    for (size_t i = 0; i < l->plan->launches; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            n++;
        }
    for (size_t i = 0; n > 1 && i < l->plan->launches; i++)
        if (!isnan(values[i]))
            squares += (values[i] - sum / (double)n) * (values[i] - sum / (double)n);
    return n > 1 ? sqrt(squares / ((double)n - 1)) / fabs(sum / (double)n) : 0;
}

/* The same as is to be expected at so many launches, from those that there are. */
static double expected_width(const struct summary_row *row, const struct launches *l, size_t at)
{
    if (!(row->target > 0) || row->estimate.n == 0)
        return 0;
    if (!looks_is(at))
        return DBL_MIN;
    const struct stats_median *m = &row->estimate;
    const double one = m->has_interval ? looks_half_width(m) / normal_half_width(m->n) : scatter_of(row, l);
    const double width = one * normal_half_width(at) / row->target;
    return width > 1 ? width : 0;
}

/* One look: what wants more there, and what it takes. */
struct look_at {
    const struct more *more;
    size_t at;     /* launches */
    bool expected; /* they have not been measured yet */
    size_t groups;
    size_t *unit_of; /* of each group */
    bool *taken;     /* of each unit */
    struct unit *units;
};

/* Of all that its metric wants of a cell. */
static double cell_width(const struct look_at *a, size_t cell)
{
    const struct summary *s = a->more->summary;
    double width = 0;

    for (size_t q = 0; plan_metric_of(a->more->plan, cell)->quantities[q].name; q++) {
        const struct summary_row *row = summary_of(s, cell, q);
        width = fmax(width, a->expected ? expected_width(row, &s->launches, a->at) : width_of(row));
    }
    return width;
}

/* before: the cells of the launch before. */
static void weigh_units(const struct look_at *a, const bool *before)
{
    const struct more *m = a->more;

    for (size_t u = 0; u < a->groups; u++)
        a->units[u] = (struct unit){.number = u};
    for (size_t i = 0; i < m->plan->cell_count; i++) {
        struct unit *u = &a->units[a->unit_of[m->plan->cells[i].group]];
        const size_t base = plan_base(m->plan, i);
        if (m->dead[i])
            continue;
        u->behind = u->behind || !before[i];
        u->width = fmax(u->width, cell_width(a, i));
        u->cost_ns += m->session_ns[i] + (base != SIZE_MAX && base != i ? m->session_ns[base] : 0);
    }
}

static int widest_first(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;

    if (x->width != y->width)
        return x->width > y->width ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void take_widest(const struct look_at *a, size_t launches, double left_ns)
{
    memset(a->taken, 0, a->groups * sizeof *a->taken);
    qsort(a->units, a->groups, sizeof *a->units, widest_first);
    for (size_t u = 0; u < a->groups && a->units[u].width > 0; u++) {
        const double cost_ns = (double)launches * a->units[u].cost_ns;
        if (a->units[u].behind || cost_ns > left_ns)
            continue;
        left_ns -= cost_ns;
        a->taken[a->units[u].number] = true;
    }
}

/* From the cells of the launch before to those that are wanted next, with the bases of their speed-ups. */
static bool look(const struct look_at *a, size_t launches, double left_ns, bool *wanted)
{
    const struct plan *p = a->more->plan;
    bool any = false;

    weigh_units(a, wanted);
    take_widest(a, launches, left_ns);
    memset(wanted, 0, p->cell_count * sizeof *wanted);
    for (size_t i = 0; i < p->cell_count; i++) {
        if (!a->taken[a->unit_of[p->cells[i].group]])
            continue;
        wanted[i] = any = true;
        if (plan_base(p, i) != SIZE_MAX)
            wanted[plan_base(p, i)] = true;
    }
    return any;
}

static bool look_open(struct look_at *a, const struct more *m)
{
    const size_t groups = plan_groups(m->plan);

    *a = (struct look_at){.more = m,
                          .groups = groups,
                          .unit_of = calloc(2 * groups, sizeof *a->unit_of),
                          .taken = calloc(groups, sizeof *a->taken),
                          .units = calloc(groups, sizeof *a->units)};
    if (!a->unit_of || !a->taken || !a->units)
        return false;
    number_units(m->plan, a->unit_of, a->unit_of + groups, groups);
    return true;
}

static void look_close(struct look_at *a)
{
    free(a->unit_of);
    free(a->taken);
    free(a->units);
}

/* The cells of the last launch that is planned. */
static void take_part(const struct plan *p, bool *cells)
{
    const size_t *row = p->order + (p->launches - 1) * p->cell_count;

    memset(cells, 0, p->cell_count * sizeof *cells);
    for (size_t i = 0, n = plan_visits(p, p->launches - 1); i < n; i++)
        cells[row[i]] = true;
}

/* Up to the next look. 0: there is none that a run may reach, or too few launches to tell who needs more. */
static size_t launches_to_next(const struct plan *p, size_t at)
{
    const size_t next = looks_next(at);

    return at >= PLAN_LAUNCHES_MIN && next > 0 && next <= p->launches_max ? next - at : 0;
}

size_t more_choose(const struct more *m, bool *wanted)
{
    size_t launches = launches_to_next(m->plan, m->plan->launches);
    struct look_at a;
    const bool ok = look_open(&a, m);

    take_part(m->plan, wanted);
    if (ok && launches > 0 && !look(&a, launches, m->left_ns, wanted))
        launches = 0;
    look_close(&a);
    return ok ? launches : SIZE_MAX;
}

static struct more_ahead sum(const struct more *m, const bool *wanted)
{
    struct more_ahead s = {0};

    for (size_t i = 0; i < m->plan->cell_count; i++)
        if (wanted[i] && !m->dead[i]) {
            s.sessions++;
            s.ns += m->session_ns[i];
        }
    return s;
}

bool more_foresee(const struct more *m, struct more_ahead *ahead)
{
    bool *wanted = calloc(m->plan->cell_count, sizeof *wanted);
    struct look_at a;
    const bool ok = look_open(&a, m) && wanted;

    *ahead = (struct more_ahead){0};
    a.expected = true;
    a.at = m->plan->launches;
    if (ok)
        take_part(m->plan, wanted);
    for (size_t n; ok && (n = launches_to_next(m->plan, a.at)) > 0; a.at += n) {
        if (!look(&a, n, m->left_ns - ahead->ns, wanted))
            break;
        const struct more_ahead one = sum(m, wanted);
        ahead->sessions += n * one.sessions;
        ahead->ns += (double)n * one.ns;
    }
    look_close(&a);
    free(wanted);
    return ok;
}
