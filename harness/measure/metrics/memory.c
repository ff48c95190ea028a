/* memory - what a pool at work adds to a program's memory: its own process grows, and its workers come on top. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../../pure/launches.h"
#include "../kin.h"
#include "../sampler.h"

#include <stdio.h>
#include <time.h>

#define LOOKS 8
#define APART_NS INT64_C(10000000)       /* from one look to the next */
#define HOLD_NS ((LOOKS + 2) * APART_NS) /* all workers hold an item for so long */
enum { TOTAL, WORKERS, PER_WORKER };

static const struct metric_quantity quantities[] = {
    [TOTAL] = {.name = "total", .unit = "B", .summary = "memory of a pool at work, PSS, at most"},
    [WORKERS] = {.name = "workers", .unit = "B", .summary = "of that in worker processes", .place = METRIC_FILE},
    [PER_WORKER] = {.name = "per_worker", .unit = "B", .summary = "memory per worker", .derived = true},
    {0},
};

/* An item is over when it is time, whoever runs it. */
static int hold(const void *const argv[], void *out, const void *context)
{
    const int64_t until_ns = *(const int64_t *)argv[0];
    const struct timespec until = {(time_t)(until_ns / 1000000000), (long)(until_ns % 1000000000)};

    (void)context;
    while (clock_now_ns() < until_ns)
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    *(int64_t *)out = until_ns;
    return 0;
}

static const struct pool_task task = {
    .name = "poolbench_hold", .call = hold, .nargs = 1, .arg_size = {sizeof(int64_t)}, .out_size = sizeof(int64_t)};

static void pause_ns(int64_t ns)
{
    const struct timespec length = {.tv_nsec = (long)ns};

    (void)nanosleep(&length, NULL); /* cut short by a signal, the look is early and harms nothing */
}

/* The most there is while all workers hold an item. */
static struct kin_memory look(void)
{
    struct kin_memory most = {0};

    for (int i = 0; i < LOOKS && most.own != SAMPLE_UNKNOWN; i++) {
        pause_ns(APART_NS);
        const struct kin_memory now = kin_memory_now();
        if (now.own == SAMPLE_UNKNOWN || now.own + now.descendants > most.own + most.descendants)
            most = now;
    }
    return most;
}

static bool watch(const struct sampler *s, struct pool *pool, int64_t before, char why[WHY_SIZE])
{
    static int64_t items[POOL_WORKERS_MAX], out[POOL_WORKERS_MAX];
    const int64_t until_ns = clock_now_ns() + HOLD_NS;
    struct pool_handle *handle = NULL;
    struct pool_fault fault = {0};

    for (size_t i = 0; i < s->job.workers; i++)
        items[i] = until_ns;
    enum pool_status status = pool_map_async(pool, &task, s->job.workers, items, out, 1, NULL, &handle);
    const struct kin_memory most = look();
    if (status == POOL_OK)
        status = pool_handle_get(handle, POOL_FOREVER, &fault);
    pool_handle_free(handle);
    if (status != POOL_OK || out[s->job.workers - 1] != until_ns) {
        snprintf(why, WHY_SIZE, "a call that waits failed: %.150s", pool_status_text(status));
        return false;
    }
    if (before == SAMPLE_UNKNOWN || most.own == SAMPLE_UNKNOWN) {
        snprintf(why, WHY_SIZE, "/proc/self/smaps_rollup cannot be read");
        return false;
    }
    struct sample total = sampler_begin(s, TOTAL), workers = sampler_begin(s, WORKERS);
    total.value = (double)(most.own + most.descendants - before);
    workers.value = (double)most.descendants;
    return sampler_send(s, &total, why) && sampler_send(s, &workers, why);
}

/* The program's own memory before there is a pool is none of its cost, but what forked workers share of it counts
 * there. */
static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    const int64_t before = kin_memory_now().own;
    struct session session;
    struct session_cost cost;

    if (!session_open(&session, &s->job, why))
        return false;
    const bool ok = session_call(&session, false, &cost, why) && watch(s, session.pool, before, why);
    return sampler_close(s, &session, ok, why);
}

static void derive(const struct launches *l, const struct metric *m)
{
    for (size_t cell = 0; cell < l->plan->cell_count; cell++)
        for (size_t i = 0; plan_metric_of(l->plan, cell) == m && i < l->plan->launches; i++)
            launches_of(l, cell, PER_WORKER)[i] = launches_of(l, cell, TOTAL)[i] / (double)l->plan->cells[cell].workers;
}

static uint64_t session_ns(const struct plan *p)
{
    (void)p;
    return HOLD_NS;
}

const struct metric metric_memory = {
    .name = "memory",
    .summary = "memory of a pool whose workers all are at work, shared pages counted in parts",
    .workloads = "nothing",
    .item_per_worker = true,
    .quantities = quantities,
    .derive = derive,
    .session_ns = session_ns,
    .sample = sample,
};
