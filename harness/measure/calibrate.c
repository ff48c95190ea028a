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

/* What the calls of one pool gave. */
struct timing {
    int64_t wall_ns, check_ns;
    size_t item_bytes, result_bytes;
};

/* One pool with `job->spec.count` items: the fastest of a few calls, for whatever disturbs only slows down. */
static bool time_calls(const struct session_job *job, struct timing *t, char why[WHY_SIZE])
{
    enum { CALLS = 4 };
    struct session_cost cost = {0};
    struct session s;
    bool ok = true;

    if (!session_open(&s, job, why))
        return false;
    *t = (struct timing){
        .wall_ns = INT64_MAX, .item_bytes = session_item_bytes(&s), .result_bytes = s.run.task.out_size};
    for (int i = 0; ok && i < CALLS && cost.wall_ns < 10 * LONG_ENOUGH_NS; i++) {
        const int64_t before_ns = s.check_ns;
        ok = session_call(&s, false, &cost, why);
        t->wall_ns = cost.wall_ns < t->wall_ns ? cost.wall_ns : t->wall_ns;
        t->check_ns = s.check_ns - before_ns; /* of the last one: the first is dearer */
    }
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

static bool is_enough(const struct timing *t, size_t count)
{
    return t->wall_ns >= LONG_ENOUGH_NS || count >= PLAN_COUNT_MAX || count * t->item_bytes > BYTES_MAX / 2;
}

static int cost_body(void *arg, int report)
{
    struct session_job job = runner_job(arg);
    struct timing t = {0};
    char why[WHY_SIZE];
    struct note note;

    for (job.spec.count = job.workers;; job.spec.count = next_count(job.spec.count, t.wall_ns)) {
        if (!time_calls(&job, &t, why))
            return channel_fail(report, why);
        if (is_enough(&t, job.spec.count))
            break;
    }
    memset(&note, 0, sizeof note);
    note.kind = NOTE_COST;
    note.cost.item_ns = (double)(t.wall_ns > 0 ? t.wall_ns : 1) / (double)job.spec.count;
    note.cost.check_ns = (double)t.check_ns / (double)job.spec.count;
    note.cost.item_bytes = t.item_bytes;
    note.cost.result_bytes = t.result_bytes;
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
    const struct runner_cell c = {r, cell, NULL};

    *cost = (struct counts_cost){0};
    return runner_run(cost_body, &c, COST_TIMEOUT_NS, take_cost, cost, why);
}
