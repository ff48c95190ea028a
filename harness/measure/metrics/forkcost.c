/* forkcost - what starting workers costs a program that has much memory: a fork copies its page tables. */
#include "../../pure/plan.h"
#include "../sampler.h"

enum { CALLS = 3 }; /* the last is taken: the first ones fault in what they touch */
enum { CREATE, CALL };

static const struct metric_quantity quantities[] = {
    [CREATE] = {.name = "create", .unit = "ns", .summary = "create"},
    [CALL] = {.name = "call", .unit = "ns", .summary = "call of one item per worker"},
    {0},
};

static bool take_round(struct sampler *s, size_t round, char why[WHY_SIZE])
{
    struct session session;
    struct session_cost cost = {0};

    if (!session_open(&session, &s->job, why))
        return false;
    bool ok = true;
    for (int i = 0; ok && i < CALLS; i++)
        ok = session_call(&session, false, &cost, why);
    ok = sampler_close(s, &session, ok, why);
    return ok && sampler_send_ns(s, CREATE, round, session.create_ns, why) &&
           sampler_send_ns(s, CALL, round, cost.wall_ns, why);
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    bool ok = true;

    for (size_t round = 0; ok && round < s->runner->plan->rounds; round++)
        ok = take_round(s, round, why);
    return ok;
}

/* As far as the memory of the machine reaches. */
static void shape(const struct plan_request *r, struct metric_ladders *l)
{
    static const uint64_t residents[] = {0, UINT64_C(64) << 20, UINT64_C(512) << 20, UINT64_C(2) << 30};
    size_t n = 1;

    while (n < sizeof residents / sizeof *residents && residents[n] <= r->memory_bytes)
        n++;
    l->residents = (struct metric_values){residents, n};
}

/* Filling two gigabytes, and forking from them a few times. */
static uint64_t session_ns(const struct plan *p)
{
    return UINT64_C(300000000) + p->rounds * UINT64_C(100000000);
}

const struct metric metric_forkcost = {
    .name = "forkcost",
    .summary = "create, and a call of one item per worker, against the memory that the program has touched",
    .workloads = "nothing",
    .item_per_worker = true,
    .full_only = true,
    .quantities = quantities,
    .shape = shape,
    .session_ns = session_ns,
    .sample = sample,
};
