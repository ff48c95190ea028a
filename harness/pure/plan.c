#include "plan.h"

#include "plan_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORK_NS_DEFAULT UINT64_C(100000)

static const struct {
    const char *name;
    size_t launches, launches_max, rounds;
    uint64_t call_ns;
} profiles[] = {
    {"quick", PLAN_LAUNCHES_MIN, PLAN_LAUNCHES_MIN, 3, UINT64_C(10000000)},
    {"default", 9, 31, 3, UINT64_C(20000000)},
    {"publication", 15, 31, 3, UINT64_C(50000000)},
};

static bool say(char why[WHY_SIZE], const char *text)
{
    snprintf(why, WHY_SIZE, "%s", text);
    return false;
}

static bool take_profile(struct plan *p, const char *name, char why[WHY_SIZE])
{
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++)
        if (strcmp(profiles[i].name, name) == 0) {
            p->launches = profiles[i].launches;
            p->launches_max = profiles[i].launches_max;
            p->rounds = profiles[i].rounds;
            p->call_ns = profiles[i].call_ns;
            return true;
        }
    snprintf(why, WHY_SIZE, "there is no profile '%s': quick, default or publication", name);
    return false;
}

static bool copy_names(struct plan_name **names, size_t *count, const struct plan_subject *from, size_t n)
{
    *names = calloc(n + 1, sizeof **names); /* one more for a twin */
    if (!*names)
        return false;
    for (*count = 0; *count < n; ++*count) {
        struct plan_name *to = &(*names)[*count];
        to->name = strdup(from[*count].name);
        to->options = from[*count].options ? strdup(from[*count].options) : NULL;
        if (!to->name || (from[*count].options && !to->options)) {
            ++*count;
            return false;
        }
    }
    return true;
}

/* One metric on one workload with one work, payload, resident size and chunk, at one point: a cell for each strategy
 * that takes so many workers. */
struct corner {
    const struct plan_request *request;
    const struct metric *metric;
    struct plan_cell like;
    bool first; /* of its series: serial stands here */
};

static void add_group(struct plan *p, const struct corner *c, size_t *groups)
{
    const size_t before = p->cell_count;

    for (size_t s = 0; s < c->request->strategy_count; s++) {
        const struct plan_subject *subject = &c->request->strategies[s];
        struct plan_cell cell = c->like;
        if (subject->workers_max == 1 ? !c->first : cell.workers > subject->workers_max)
            continue;
        if ((subject->capabilities & c->metric->needs) != c->metric->needs)
            continue;
        if (subject->workers_max == 1) {
            cell.workers = 1;
            cell.oversubscribed = false;
            cell.chunk = 0;
        }
        if (subject->roof && (!c->metric->roofs || cell.oversubscribed))
            continue;
        cell.strategy = s;
        cell.count = c->metric->item_per_worker ? cell.workers : 0;
        cell.group = *groups;
        p->cells[p->cell_count++] = cell;
    }
    *groups += p->cell_count > before;
}

/* The points of a metric, which are consecutive. */
static size_t first_point(const struct corner *c, size_t *end)
{
    const struct plan_request *r = c->request;
    size_t full = 0;

    *end = r->point_count;
    if (!c->metric->full_only)
        return 0;
    while (full + 1 < r->point_count && r->points[full + 1].workers <= r->usable)
        full++;
    *end = full + 1;
    return full;
}

static void add_points(struct plan *p, struct corner *c, size_t *groups)
{
    const struct plan_request *r = c->request;
    size_t end;

    for (size_t i = first_point(c, &end); i < end; i++) {
        c->like.workers = r->points[i].workers;
        c->like.oversubscribed = c->like.workers > r->usable;
        add_group(p, c, groups);
        c->first = false;
    }
}

/* The value at a place of a list; with an empty list, the one that stands for it. */
static uint64_t value_of(struct metric_values values, size_t i, uint64_t otherwise)
{
    return values.count ? values.list[i] : otherwise;
}

static size_t length_of(struct metric_values values)
{
    return values.count ? values.count : 1;
}

static void add_chunks(struct plan *p, struct corner *c, const struct metric_ladders *l, size_t *groups)
{
    c->first = true;
    for (size_t i = 0; i < length_of(l->chunks); i++) {
        c->like.chunk = (size_t)value_of(l->chunks, i, 0);
        add_points(p, c, groups);
    }
}

/* Lists that the workload has no use for are left out. */
static void add_workload(struct plan *p, const struct plan_request *r, struct metric_ladders l, struct plan_cell like,
                         size_t *groups)
{
    const struct plan_subject *subject = &r->workloads[like.workload];
    struct corner c = {.request = r, .metric = r->metrics[like.metric].metric, .like = like};

    if (!subject->tunable)
        l.works_ns = (struct metric_values){0};
    l.refined = l.refined && subject->tunable;
    if (!subject->payload)
        l.payloads = (struct metric_values){0};
    for (size_t w = 0; w < length_of(l.works_ns); w++)
        for (size_t b = 0; b < length_of(l.payloads); b++)
            for (size_t m = 0; m < length_of(l.residents); m++) {
                c.like.rung = l.refined && w % 2 == 1 ? RUNG_BETWEEN : RUNG_SOLID;
                c.like.work_ns = subject->tunable ? value_of(l.works_ns, w, WORK_NS_DEFAULT) : 0;
                c.like.in_bytes = c.like.out_bytes = (size_t)value_of(l.payloads, b, 0);
                c.like.resident_bytes = (size_t)value_of(l.residents, m, 0);
                add_chunks(p, &c, &l, groups);
            }
}

/* With an item per worker there is nothing to hand out in chunks. */
static struct metric_ladders ladders_of(const struct plan_request *r, size_t metric)
{
    struct metric_ladders l = r->ladders;

    if (r->metrics[metric].metric->item_per_worker)
        l.chunks = (struct metric_values){0};
    if (r->metrics[metric].metric->shape)
        r->metrics[metric].metric->shape(r, &l);
    return l;
}

static size_t workloads_of(const struct plan_request *r, size_t metric)
{
    return r->metrics[metric].workloads ? r->metrics[metric].workload_count : r->workload_count;
}

/* The most cells that a request can make. In floating point: a product of long lists overflows nothing. */
static double cells_at_most(const struct plan_request *r)
{
    double cells = 0;

    for (size_t m = 0; m < r->metric_count; m++) {
        const struct metric_ladders l = ladders_of(r, m);
        cells += (double)length_of(l.chunks) * (double)length_of(l.works_ns) * (double)length_of(l.payloads) *
                 (double)length_of(l.residents) * (double)workloads_of(r, m) *
                 (r->metrics[m].metric->full_only ? 1 : (double)r->point_count);
    }
    return cells * (double)r->strategy_count;
}

static bool add_cells(struct plan *p, const struct plan_request *r, size_t *groups)
{
    p->cells = calloc((size_t)cells_at_most(r) + 2, sizeof *p->cells);
    if (!p->cells)
        return false;
    for (size_t m = 0; m < r->metric_count; m++)
        for (size_t w = 0; w < workloads_of(r, m); w++) {
            const size_t workload = r->metrics[m].workloads ? r->metrics[m].workloads[w] : w;
            add_workload(p, r, ladders_of(r, m), (struct plan_cell){.metric = m, .workload = workload}, groups);
        }
    return true;
}

static bool copy_metrics(struct plan *p, const struct plan_request *r)
{
    p->metrics = calloc(r->metric_count + 1, sizeof *p->metrics);
    if (!p->metrics)
        return false;
    for (; p->metric_count < r->metric_count; p->metric_count++)
        p->metrics[p->metric_count] = r->metrics[p->metric_count].metric;
    return true;
}

static bool copy_request(struct plan *p, const struct plan_request *r)
{
    p->seed = r->seed;
    p->budget_ns = r->budget_ns;
    p->usable = r->usable;
    p->bind = r->bind;
    p->wait = r->wait;
    p->profile = strdup(r->profile);
    p->points = calloc(r->point_count + 1, sizeof *p->points);
    if (!p->profile || !p->points)
        return false;
    p->point_count = r->point_count;
    memcpy(p->points, r->points, r->point_count * sizeof *p->points);
    return copy_metrics(p, r) && copy_names(&p->strategies, &p->strategy_count, r->strategies, r->strategy_count) &&
           copy_names(&p->workloads, &p->workload_count, r->workloads, r->workload_count);
}

bool plan_make(const struct plan_request *r, struct plan *p, char why[WHY_SIZE])
{
    size_t groups = 0;

    *p = (struct plan){0};
    if (!take_profile(p, r->profile, why))
        return false;
    if (cells_at_most(r) > PLAN_CELLS_MAX)
        return say(why,
                   "the plan has too many cells to be measured: choose fewer strategies, workloads or list elements");
    if (!copy_request(p, r) || !add_cells(p, r, &groups)) {
        plan_free(p);
        return say(why, "out of memory for the plan");
    }
    if (p->cell_count == 0) {
        plan_free(p);
        return say(
            why,
            "the plan is empty: no chosen strategy takes any of these worker counts and can do what the metric needs");
    }
    const bool twin = !r->twin || plan_add_twin(p, r);
    plan_fit_budget(p);
    if (!twin || !plan_make_series(p) || !plan_make_order(p, groups)) {
        plan_free(p);
        return say(why, "out of memory for the plan");
    }
    return true;
}

static void free_names(struct plan_name *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(names[i].name);
        free(names[i].options);
    }
    free(names);
}

void plan_free(struct plan *p)
{
    free_names(p->strategies, p->strategy_count);
    free_names(p->workloads, p->workload_count);
    free(p->profile);
    free(p->points);
    free(p->cells);
    free(p->order);
    free(p->series);
    free(p->bases);
    free(p->metrics);
    *p = (struct plan){0};
}
