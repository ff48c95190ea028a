/* death - how long a pool takes to report that a worker was killed, from the kill to the return of the call. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../../pure/plan.h"
#include "../../pure/stats.h"
#include "../sampler.h"

#include <signal.h>
#include <stdio.h>

enum { DEATHS = 20, ALIVE_MAX = POOL_WORKERS_MAX };
#define AHEAD_NS INT64_C(2000000) /* from the call to the death: the workers are awake and at work */
enum { P50, P90, MAX, KINDS };

static const struct metric_quantity quantities[] = {
    [P50] = {.name = "report_p50", .unit = "ns", .summary = "p50 of kill to report"},
    [P90] = {.name = "report_p90", .unit = "ns", .summary = "p90 of kill to report", .place = METRIC_FILE},
    [MAX] = {.name = "report_max", .unit = "ns", .summary = "longest of kill to report"},
    {0},
};

/* One item: when it dies, on the clock that all processes share; 0: it lives, and gives the number back. */
struct doom {
    int64_t at_ns;
    uint64_t number;
};

static int die(const void *const argv[], void *out, const void *context)
{
    const struct doom *doom = argv[0];

    (void)context;
    while (doom->at_ns && clock_now_ns() < doom->at_ns)
        ;
    if (doom->at_ns)
        (void)raise(SIGKILL);
    *(uint64_t *)out = doom->number;
    return 0;
}

static const struct pool_task task = {
    .name = "poolbench_die", .call = die, .nargs = 1, .arg_size = {sizeof(struct doom)}, .out_size = sizeof(uint64_t)};

/* The first of count items dies, the others live, all reported so. */
static bool lose_one(struct pool *pool, struct doom *dooms, uint64_t *out, size_t count, double *ns, char why[WHY_SIZE])
{
    struct pool_fault fault = {0};

    for (size_t i = 0; i < count; i++) {
        dooms[i].number = i + 1;
        out[i] = 0;
    }
    dooms[0].at_ns = clock_now_ns() + AHEAD_NS;
    const enum pool_status status = pool_map(pool, &task, count, dooms, out, 1, &fault);
    *ns = (double)(clock_now_ns() - dooms[0].at_ns);
    bool right = status == POOL_ELOST && fault.index == 0 && fault.failed == 1 && fault.signal == SIGKILL;
    for (size_t i = 1; i < count; i++)
        right = right && out[i] == i + 1;
    if (!right)
        snprintf(why, WHY_SIZE, "a killed worker was reported wrongly: %.150s",
                 fault.text[0] ? fault.text : pool_status_text(status));
    return right;
}

static bool send(const struct sampler *s, double *ns, char why[WHY_SIZE])
{
    static const double levels[KINDS] = {[P50] = 0.5, [P90] = 0.9, [MAX] = 1};
    bool ok = true;

    stats_sort(ns, DEATHS);
    for (size_t k = 0; ok && k < KINDS; k++) {
        struct sample sample = sampler_begin(s, k);
        sample.calls = DEATHS;
        sample.value = stats_quantile(ns, DEATHS, levels[k]);
        ok = sampler_send(s, &sample, why);
    }
    return ok;
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    static struct doom dooms[ALIVE_MAX + 1];
    static uint64_t out[ALIVE_MAX + 1];
    struct session session;
    double ns[DEATHS];

    if (!session_open(&session, &s->job, why))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < DEATHS; i++)
        ok = lose_one(session.pool, dooms, out, s->job.workers + 1, &ns[i], why);
    return sampler_close(s, &session, ok && send(s, ns, why), why);
}

static uint64_t session_ns(const struct plan *p)
{
    (void)p;
    return DEATHS * UINT64_C(10000000);
}

const struct metric metric_death = {
    .name = "death",
    .summary = "from the kill of a worker to the return of the call that reports it",
    .workloads = "nothing",
    .item_per_worker = true,
    .full_only = true,
    .needs = POOL_CAP_PROCS,
    .quantities = quantities,
    .session_ns = session_ns,
    .sample = sample,
};
