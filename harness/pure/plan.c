#include "plan.h"

#include "random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Starting a process and a pool, filling the arrays, ending both: the part of a session that no call accounts for. */
#define SESSION_NS UINT64_C(15000000)
#define CALL_NS_MIN UINT64_C(1000000)
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

uint64_t plan_estimate_ns(const struct plan *p)
{
    return p->launches * p->cell_count * (SESSION_NS + (PLAN_WARMUPS + p->rounds) * p->call_ns);
}

static void shorten_calls(struct plan *p, uint64_t budget_ns)
{
    const uint64_t session_ns = budget_ns / (p->launches * p->cell_count);
    uint64_t call_ns = session_ns > SESSION_NS ? (session_ns - SESSION_NS) / (PLAN_WARMUPS + p->rounds) : 0;

    p->call_ns = call_ns < CALL_NS_MIN ? CALL_NS_MIN : call_ns;
}

/* Rounds first, for launches are what an interval is made of; then launches; then the items of a call. */
static void fit_budget(struct plan *p)
{
    const uint64_t budget_ns = p->budget_ns / 100 * 85; /* the rest proves, calibrates and plots */
    const size_t rounds = p->rounds, launches = p->launches;
    const uint64_t call_ns = p->call_ns;
    char was[32], is[32], needs[32];

    while (p->rounds > 1 && plan_estimate_ns(p) > budget_ns)
        p->rounds--;
    while (p->launches > PLAN_LAUNCHES_MIN && plan_estimate_ns(p) > budget_ns)
        p->launches--;
    if (plan_estimate_ns(p) > budget_ns)
        shorten_calls(p, budget_ns);
    if (p->rounds == rounds)
        return;
    snprintf(p->reduced, sizeof p->reduced,
             "to fit the budget, rounds went from %zu to %zu, launches from %zu to %zu, a call from %s to %s%s%s",
             rounds, p->rounds, launches, p->launches, units_format_ns((double)call_ns, was, sizeof was),
             units_format_ns((double)p->call_ns, is, sizeof is),
             plan_estimate_ns(p) > budget_ns ? "; it still needs about " : "",
             plan_estimate_ns(p) > budget_ns ? units_format_ns((double)plan_estimate_ns(p), needs, sizeof needs) : "");
}

/* The cells of one group, in this launch's order, to `row`; returns how many. */
static size_t order_group(const struct plan *p, size_t launch, size_t group, size_t groups, size_t *members,
                          size_t *row)
{
    size_t n = 0;

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].group == group)
            members[n++] = i;
    if (!random_shuffle(members, n, p->seed, 2 * (launch / n * groups + group) + 1))
        return 0;
    for (size_t i = 0; i < n; i++)
        row[i] = members[(i + launch) % n];
    return n;
}

static bool order_launch(struct plan *p, size_t launch, size_t groups, size_t *scratch)
{
    size_t *row = p->order + launch * p->cell_count, *members = scratch + groups;
    size_t filled = 0;

    for (size_t g = 0; g < groups; g++)
        scratch[g] = g;
    if (!random_shuffle(scratch, groups, p->seed, 2 * launch))
        return false;
    for (size_t g = 0; g < groups; g++) {
        const size_t n = order_group(p, launch, scratch[g], groups, members, row + filled);
        if (n == 0)
            return false;
        filled += n;
    }
    return true;
}

static bool make_order(struct plan *p, size_t groups)
{
    size_t *scratch = calloc(groups + p->cell_count + 1, sizeof *scratch);
    bool ok = scratch != NULL;

    p->order = calloc(p->launches * p->cell_count + 1, sizeof *p->order);
    for (size_t l = 0; ok && p->order && l < p->launches; l++)
        ok = order_launch(p, l, groups, scratch);
    free(scratch);
    return ok && p->order;
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
    fit_budget(p);
    if (!make_order(p, groups)) {
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
