/*
 * fairness - how evenly and how promptly workers are served: each item of a call tells when it ran and who ran it.
 *
 * Only here do items read clocks; what that costs is in no other metric.
 */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../../pure/plan.h"
#include "../../pure/traces.h"
#include "../sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SHARE, START_LAG, STRAGGLER };

static const struct metric_quantity quantities[] = {
    [SHARE] = {.name = "share_max", .unit = "1", .summary = "the busiest worker's share of the work, 1 being fair"},
    [START_LAG] = {.name = "start_lag", .unit = "ns", .summary = "from the call to the last worker's first item"},
    [STRAGGLER] = {.name = "straggler", .unit = "ns", .summary = "from the mean end of the workers to the last"},
    {0},
};

/* Spin, and testify. Threads of one process and processes alike have a number of their own. */
static int trace(const void *const argv[], void *out, const void *context)
{
    struct trace_item *item = out;
    const uint64_t *loops = argv[0];

    (void)context;
    item->start_ns = clock_now_ns();
    item->proof = workload_spin_loop(*loops, 1);
    item->worker = gettid();
    item->end_ns = clock_now_ns();
    return 0;
}

static const struct pool_task task = {.name = "poolbench_trace",
                                      .call = trace,
                                      .nargs = 1,
                                      .arg_size = {sizeof(uint64_t)},
                                      .out_size = sizeof(struct trace_item)};

static bool is_traced(const struct trace_item *items, size_t count, uint64_t proof)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].proof != proof || items[i].end_ns < items[i].start_ns)
            return false;
    return true;
}

/* What one traced call says. */
static bool take_round(const struct sampler *s, struct pool *pool, const uint64_t *loops, struct trace_item *items,
                       size_t round, char why[WHY_SIZE])
{
    const size_t count = s->cell->count;
    struct sample share = sampler_begin(s, SHARE);
    struct pool_fault fault = {0};
    struct trace_shape shape;
    const int64_t start_ns = clock_now_ns();
    const enum pool_status status = pool_map(pool, &task, count, loops, items, s->job.chunk, &fault);

    if (status != POOL_OK || !is_traced(items, count, workload_spin_loop(*loops, 1))) {
        snprintf(why, WHY_SIZE, "a traced call failed: %.150s",
                 fault.text[0] ? fault.text : "an item has not testified");
        return false;
    }
    if (!trace_shape_of(items, count, s->job.workers, start_ns, &shape)) {
        snprintf(why, WHY_SIZE, "out of memory for the trace");
        return false;
    }
    share.round = round;
    share.value = shape.share_max;
    return sampler_send(s, &share, why) && sampler_send_ns(s, START_LAG, round, shape.start_lag_ns, why) &&
           sampler_send_ns(s, STRAGGLER, round, shape.straggler_ns, why);
}

static bool take_rounds(const struct sampler *s, struct pool *pool, char why[WHY_SIZE])
{
    uint64_t *loops = malloc(s->cell->count * sizeof *loops);
    struct trace_item *items = calloc(s->cell->count, sizeof *items);
    bool ok = loops && items;

    if (!ok)
        snprintf(why, WHY_SIZE, "no memory for the arrays of %zu items", s->cell->count);
    for (size_t i = 0; ok && i < s->cell->count; i++)
        loops[i] = (uint64_t)((double)s->cell->work_ns * s->runner->loops_per_ns) + 1;
    for (size_t round = 0; ok && round < s->runner->plan->rounds; round++)
        ok = take_round(s, pool, loops, items, round, why);
    free(loops);
    free(items);
    return ok;
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    struct session session;

    if (!session_open(&session, &s->job, why))
        return false;
    const bool ok = sampler_warm_up(s, &session, false, why);
    return sampler_close(s, &session, ok && take_rounds(s, session.pool, why), why);
}

const struct metric metric_fairness = {
    .name = "fairness",
    .summary = "share of each worker, lag of its start, straggling at the end: a run whose items are traced",
    .workloads = "spin",
    .quantities = quantities,
    .sample = sample,
};
