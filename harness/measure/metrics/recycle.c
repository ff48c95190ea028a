/* recycle - what it costs that workers are replaced: items that each get a new worker, beside workers that stay. */
#include "../../pure/plan.h"
#include "../sampler.h"

enum { CALLS = 20 }; /* of one pool; the first one is left out, as its workers were born before it */
enum { KEPT, RECYCLED };

static const struct metric_quantity quantities[] = {
    [KEPT] = {.name = "item_kept", .unit = "ns", .summary = "time per item, workers stay"},
    [RECYCLED] = {.name = "item_recycled", .unit = "ns", .summary = "time per item, a new worker for each"},
    {0},
};

/* One pool whose workers leave after so many items; 0: they stay. */
static bool take(struct sampler *s, size_t quantity, size_t round, size_t items_max, char why[WHY_SIZE])
{
    struct session session;
    struct session_cost cost = {0};
    int64_t wall_ns = 0;

    s->job.items_max = items_max;
    if (!session_open(&session, &s->job, why))
        return false;
    bool ok = session_call(&session, false, &cost, why);
    for (int i = 1; ok && i < CALLS; i++) {
        ok = session_call(&session, false, &cost, why);
        wall_ns += cost.wall_ns;
    }
    ok = sampler_close(s, &session, ok, why);
    struct sample sample = sampler_begin(s, quantity);
    sample.round = round;
    sample.calls = CALLS - 1;
    sample.wall_ns = wall_ns;
    sample.value = (double)wall_ns / (double)((CALLS - 1) * s->cell->count);
    return ok && sampler_send(s, &sample, why);
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    bool ok = true;

    for (size_t round = 0; ok && round < s->runner->plan->rounds; round++)
        ok = take(s, KEPT, round, 0, why) && take(s, RECYCLED, round, 1, why);
    return ok;
}

static uint64_t session_ns(const struct plan *p)
{
    const uint64_t call_ns = 2000000; /* in which every worker is replaced */

    return p->rounds * CALLS * call_ns;
}

/* A worker leaves after a chunk, so a chunk is an item. */
static void shape(const struct plan_request *r, struct metric_ladders *l)
{
    static const uint64_t one[] = {1};

    (void)r;
    l->chunks = (struct metric_values){one, 1};
}

const struct metric metric_recycle = {
    .name = "recycle",
    .summary = "an item's time where each gets a new worker, and where workers stay",
    .workloads = "nothing",
    .item_per_worker = true,
    .needs = POOL_CAP_RECYCLE,
    .quantities = quantities,
    .shape = shape,
    .session_ns = session_ns,
    .sample = sample,
};
