/* lifecycle - what a pool costs before, at, and after its first call. */
#include "../sampler.h"

enum { NTH = 10 }; /* the call that is taken for any later one */
enum { FIRST_RESULT, CREATE, FIRST_CALL, NTH_CALL, CLOSE_JOIN, TERMINATE };

static const struct metric_quantity quantities[] = {
    [FIRST_RESULT] = {.name = "first_result", .unit = "ns", .summary = "create and first call"},
    [CREATE] = {.name = "create", .unit = "ns", .summary = "create"},
    [FIRST_CALL] = {.name = "first_call", .unit = "ns", .summary = "first call"},
    [NTH_CALL] = {.name = "nth_call", .unit = "ns", .summary = "tenth call"},
    [CLOSE_JOIN] = {.name = "close_join", .unit = "ns", .summary = "close and join"},
    [TERMINATE] = {.name = "terminate", .unit = "ns", .summary = "terminate and join"},
    {0},
};

/* A whole life that ends by itself. */
static bool live(struct sampler *s, size_t round, char why[WHY_SIZE])
{
    struct session session;
    struct session_cost first, nth;

    if (!session_open(&session, &s->job, why))
        return false;
    bool ok = session_call(&session, false, &first, why);
    nth = first;
    for (int i = 1; ok && i < NTH; i++)
        ok = session_call(&session, false, &nth, why);
    ok = sampler_close(s, &session, ok, why);
    return ok && sampler_send_ns(s, FIRST_RESULT, round, session.create_ns + first.wall_ns, why) &&
           sampler_send_ns(s, CREATE, round, session.create_ns, why) &&
           sampler_send_ns(s, FIRST_CALL, round, first.wall_ns, why) &&
           sampler_send_ns(s, NTH_CALL, round, nth.wall_ns, why) &&
           sampler_send_ns(s, CLOSE_JOIN, round, session.end_ns, why);
}

/* A life that is cut short while the pool is idle. */
static bool cut_short(struct sampler *s, size_t round, char why[WHY_SIZE])
{
    struct session session;
    struct session_cost cost;

    if (!session_open(&session, &s->job, why))
        return false;
    bool ok = session_call(&session, false, &cost, why);
    ok = sampler_terminate(s, &session, ok, why);
    return ok && sampler_send_ns(s, TERMINATE, round, session.end_ns, why);
}

/* Each round's pools are new; what the process itself does once (loading, first faults) is in the first round's. */
static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    bool ok = true;

    for (size_t round = 0; ok && round < s->runner->plan->rounds; round++)
        ok = live(s, round, why) && cut_short(s, round, why);
    return ok;
}

static uint64_t session_ns(const struct plan *p)
{
    const uint64_t life_ns = 10000000; /* of slow ones: processes, a few calls */

    return p->rounds * life_ns;
}

const struct metric metric_lifecycle = {
    .name = "lifecycle",
    .summary = "create, first call, tenth call, close and join, terminate and join",
    .workloads = "nothing",
    .item_per_worker = true,
    .quantities = quantities,
    .session_ns = session_ns,
    .sample = sample,
};
