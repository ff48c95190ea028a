#include "calibrate.h"

#include "../machine/clock.h"

#include <string.h>

static const int64_t LONG_ENOUGH_NS = 2000000, COST_TIMEOUT_NS = 60000000000;
static const size_t BYTES_MAX = 256 * 1024 * 1024;

int64_t calibrate_time_loops(uint64_t loops)
{
    volatile uint64_t result; /* the loop must not be dropped */
    const int64_t start_ns = clock_now_ns();

    result = workload_spin_loop(loops, 1);
    (void)result;
    return clock_now_ns() - start_ns;
}

double calibrate_loops_per_ns(void)
{
    enum { TRIES = 15 };
    uint64_t loops = 1000;
    int64_t best = INT64_MAX;

    while (calibrate_time_loops(loops) < LONG_ENOUGH_NS)
        loops *= 2;
    for (int i = 0; i < TRIES; i++) {
        const int64_t ns = calibrate_time_loops(loops);
        if (ns < best)
            best = ns;
    }
    return (double)loops / (double)best;
}

/* One pool with `job.spec.count` items: the second call's time, the first one warms up. */
static bool time_call(const struct session_job *job, int64_t *wall_ns, size_t *item_bytes, char why[WHY_SIZE])
{
    struct session s;

    if (!session_open(&s, job, why))
        return false;
    *item_bytes = session_item_bytes(&s);
    struct session_cost cost;
    const bool ok = session_call(&s, &cost, why) && session_call(&s, &cost, why);
    *wall_ns = cost.wall_ns;
    return session_close(&s, why) && ok;
}

/* More items: as many as should last long enough, but not too big a step on the word of a short call. */
static size_t next_count(size_t count, int64_t wall_ns)
{
    const double wanted = 1.5 * (double)LONG_ENOUGH_NS / (double)(wall_ns > 0 ? wall_ns : 1);
    const double factor = wanted < 2 ? 2 : wanted > 64 ? 64 : wanted;
    const double next = (double)count * factor;

    return next > PLAN_COUNT_MAX ? PLAN_COUNT_MAX : (size_t)next;
}

static int cost_body(void *arg, int report)
{
    const struct runner_cell *cell = arg;
    struct session_job job = runner_job(cell);
    size_t item_bytes = 0;
    int64_t wall_ns = 0;
    char why[WHY_SIZE];
    struct note note;

    for (job.spec.count = job.workers;; job.spec.count = next_count(job.spec.count, wall_ns)) {
        if (!time_call(&job, &wall_ns, &item_bytes, why))
            return channel_fail(report, why);
        if (wall_ns >= LONG_ENOUGH_NS || job.spec.count >= PLAN_COUNT_MAX ||
            job.spec.count * item_bytes > BYTES_MAX / 2)
            break;
    }
    memset(&note, 0, sizeof note);
    note.kind = NOTE_COST;
    note.cost.item_ns = (double)(wall_ns > 0 ? wall_ns : 1) / (double)job.spec.count;
    note.cost.item_bytes = item_bytes;
    return channel_send(report, &note) ? 0 : 1;
}

static void take_cost(void *arg, const struct note *note)
{
    if (note->kind == NOTE_COST)
        *(struct counts_cost *)arg = note->cost;
}

enum runner_end calibrate_cost(const struct runner *r, const struct plan_cell *cell, struct counts_cost *cost,
                               char why[WHY_SIZE])
{
    const struct runner_cell c = {r, cell};

    *cost = (struct counts_cost){0};
    return runner_run(cost_body, &c, COST_TIMEOUT_NS, take_cost, cost, why);
}
