#include "plan.h"

#include "plan_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORK_NS_DEFAULT UINT64_C(100000)

static const struct {
    const char *name;
    size_t launches, rounds;
    uint64_t call_ns;
} profiles[] = {
    {"quick", PLAN_LAUNCHES_MIN, 3, UINT64_C(10000000)},
    {"default", 9, 3, UINT64_C(20000000)},
    {"publication", 15, 3, UINT64_C(50000000)},
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
            p->rounds = profiles[i].rounds;
            p->call_ns = profiles[i].call_ns;
            return true;
        }
    snprintf(why, WHY_SIZE, "there is no profile '%s': quick, default or publication", name);
    return false;
}

static bool copy_names(struct plan_name **names, size_t *count, const struct plan_subject *from, size_t n)
{
    *names = calloc(n ? n : 1, sizeof **names);
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

/* One workload with one work, payload and chunk, at one point: a cell for each strategy that takes so many workers. */
struct corner {
    const struct plan_request *request;
    struct plan_cell like;
    bool first; /* of its workload, work and payload: serial stands here */
};

static void add_group(struct plan *p, const struct corner *c, size_t *groups)
{
    const size_t before = p->cell_count;

    for (size_t s = 0; s < c->request->strategy_count; s++) {
        const struct plan_subject *subject = &c->request->strategies[s];
        struct plan_cell cell = c->like;
        if (subject->workers_max == 1 ? !c->first : cell.workers > subject->workers_max)
            continue;
        if (subject->workers_max == 1) {
            cell.workers = 1;
            cell.oversubscribed = false;
            cell.chunk = 0;
        }
        cell.strategy = s;
        cell.group = *groups;
        p->cells[p->cell_count++] = cell;
    }
    *groups += p->cell_count > before;
}

static void add_points(struct plan *p, struct corner *c, size_t *groups)
{
    const struct plan_request *r = c->request;

    for (size_t i = 0; i < r->point_count; i++) {
        c->like.workers = r->points[i].workers;
        c->like.oversubscribed = c->like.workers > r->usable;
        add_group(p, c, groups);
        c->first = false;
    }
}

static void add_workload(struct plan *p, const struct plan_request *r, size_t w, size_t *groups)
{
    const struct plan_subject *subject = &r->workloads[w];
    const size_t works = subject->tunable && r->work_count ? r->work_count : 1;
    const size_t payloads = subject->payload && r->payload_count ? r->payload_count : 1;
    const size_t chunks = r->chunk_count ? r->chunk_count : 1;

    for (size_t i = 0; i < works * payloads; i++) {
        struct corner c = {.request = r, .like = {.workload = w}, .first = true};
        if (subject->tunable)
            c.like.work_ns = r->work_count ? r->works_ns[i / payloads] : WORK_NS_DEFAULT;
        if (subject->payload && r->payload_count)
            c.like.in_bytes = c.like.out_bytes = (size_t)r->payloads[i % payloads];
        for (size_t k = 0; k < chunks; k++) {
            c.like.chunk = r->chunk_count ? (size_t)r->chunks[k] : 0;
            add_points(p, &c, groups);
        }
    }
}

/* The most cells that a request can make. In floating point: a product of five long lists overflows nothing. */
static double cells_at_most(const struct plan_request *r)
{
    const double lists = (double)(r->work_count ? r->work_count : 1) *
                         (double)(r->payload_count ? r->payload_count : 1) *
                         (double)(r->chunk_count ? r->chunk_count : 1);

    return lists * (double)r->workload_count * (double)r->strategy_count * (double)r->point_count;
}

static bool add_cells(struct plan *p, const struct plan_request *r, size_t *groups)
{
    p->cells = calloc((size_t)cells_at_most(r) + 1, sizeof *p->cells);
    if (!p->cells)
        return false;
    for (size_t w = 0; w < r->workload_count; w++)
        add_workload(p, r, w, groups);
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
    return copy_names(&p->strategies, &p->strategy_count, r->strategies, r->strategy_count) &&
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
        return say(why, "the plan is empty: no chosen strategy takes any of these worker counts");
    }
    plan_fit_budget(p);
    if (!plan_make_order(p, groups)) {
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
    *p = (struct plan){0};
}
