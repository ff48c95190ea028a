/*
 * interference - what a pool loses when it does not have the machine for itself: another pool at the same time, pools
 * inside its items, more workers than CPUs. Each is the time of the same work alone by its time then: 1 loses nothing.
 */
#include "../../machine/clock.h"
#include "../../pure/plan.h"
#include "../sampler.h"

#include <pthread.h>
#include <stdio.h>

enum { BESIDE, NESTED, TIMES_2, TIMES_4, TIMES_8 };

#define KEPT(which, words)                                                                                             \
    {                                                                                                                  \
        .name = which, .unit = "1", .summary = "speed kept " words, .more_is_better = true                             \
    }

static const struct metric_quantity quantities[] = {
    [BESIDE] = KEPT("beside_another", "by two pools at once"),
    [NESTED] = KEPT("nested", "by pools inside a pool's items"),
    [TIMES_2] = KEPT("workers_2x", "with 2 workers per CPU"),
    [TIMES_4] = KEPT("workers_4x", "with 4 workers per CPU"),
    [TIMES_8] = KEPT("workers_8x", "with 8 workers per CPU"),
    {0},
};

/* One pool of this job, warm: the time of a call. False: why says what went wrong. */
static bool time_alone(struct sampler *s, const struct session_job *job, int64_t *ns, char why[WHY_SIZE])
{
    struct session session;
    struct session_cost cost = {0};

    if (!session_open(&session, job, why))
        return false;
    const bool ok = sampler_warm_up(s, &session, false, why) && session_call(&session, false, &cost, why);
    *ns = cost.wall_ns;
    return sampler_close(s, &session, ok, why);
}

/* One of two pools that start together, after as many calls each. */
struct rival {
    const struct session_job *job;
    pthread_barrier_t *start;
    int64_t ns, check_ns;
    bool ok;
    char why[WHY_SIZE];
};

/* Both call equally often, so that neither ends up alone for long; whoever cannot begin still comes to the start. */
static void *compete(void *arg)
{
    struct rival *r = arg;
    struct session session;
    struct session_cost cost = {0};
    const bool open = session_open(&session, r->job, r->why);

    r->ok = open;
    for (int i = 0; r->ok && i < PLAN_WARMUPS; i++)
        r->ok = session_call(&session, false, &cost, r->why);
    pthread_barrier_wait(r->start);
    if (r->ok)
        r->ok = session_call(&session, false, &cost, r->why);
    r->ns = cost.wall_ns;
    if (open) {
        char later[WHY_SIZE];
        r->check_ns = session.check_ns;
        r->ok = session_close(&session, r->ok ? r->why : later) && r->ok;
    }
    return NULL;
}

/* Two pools have twice the work: half the speed each is all of it. */
static bool time_beside(struct sampler *s, int64_t *ns, char why[WHY_SIZE])
{
    pthread_barrier_t start;
    struct rival rivals[2] = {{.job = &s->job, .start = &start}, {.job = &s->job, .start = &start}};
    pthread_t other;

    if (pthread_barrier_init(&start, NULL, 2) != 0)
        return false;
    if (pthread_create(&other, NULL, compete, &rivals[1]) != 0) {
        pthread_barrier_destroy(&start);
        snprintf(why, WHY_SIZE, "no thread for a second pool");
        return false;
    }
    compete(&rivals[0]);
    pthread_join(other, NULL);
    pthread_barrier_destroy(&start);
    for (int i = 0; i < 2; i++) {
        s->check_ns += rivals[i].check_ns;
        if (!rivals[i].ok) {
            snprintf(why, WHY_SIZE, "%s", rivals[i].why);
            return false;
        }
    }
    *ns = (rivals[0].ns > rivals[1].ns ? rivals[0].ns : rivals[1].ns) / 2;
    return true;
}

/* What an item does that has a pool of its own. */
struct inner {
    const struct session_job *job;
};

static int call_inner(const void *const argv[], void *out, const void *context)
{
    const struct inner *inner = context;
    struct session session;
    struct session_cost cost;
    char why[WHY_SIZE];

    (void)argv;
    if (!session_open(&session, inner->job, why))
        return 1;
    bool ok = session_call(&session, false, &cost, why);
    ok = session_close(&session, why) && ok;
    *(unsigned char *)out = ok;
    return ok ? 0 : 2;
}

/* As many items as workers, each with a pool of as many workers and its part of the work. */
static bool time_nested(const struct sampler *s, int64_t *ns, char why[WHY_SIZE])
{
    static unsigned char items[POOL_WORKERS_MAX], out[POOL_WORKERS_MAX];
    struct session_job part = s->job;
    const struct inner inner = {&part};
    const struct pool_task task = {.name = "poolbench_nested",
                                   .call = call_inner,
                                   .nargs = 1,
                                   .arg_size = {1},
                                   .out_size = 1,
                                   .context = &inner,
                                   .context_size = sizeof inner};
    struct session outer;
    struct pool_fault fault = {0};

    part.spec.count = (s->job.spec.count + s->job.workers - 1) / s->job.workers;
    if (!session_open(&outer, &s->job, why))
        return false;
    const int64_t start_ns = clock_now_ns();
    const enum pool_status status = pool_map(outer.pool, &task, s->job.workers, items, out, 1, &fault);
    *ns = clock_now_ns() - start_ns;
    if (status != POOL_OK)
        snprintf(why, WHY_SIZE, "pools in a pool's items failed: %.150s", fault.text);
    char later[WHY_SIZE];
    return session_close(&outer, status == POOL_OK ? why : later) && status == POOL_OK;
}

static bool send_kept(const struct sampler *s, size_t quantity, size_t round, int64_t alone_ns, int64_t ns,
                      char why[WHY_SIZE])
{
    struct sample sample = sampler_begin(s, quantity);

    sample.round = round;
    sample.value = (double)alone_ns / (double)ns;
    return sampler_send(s, &sample, why);
}

static bool take_crowded(struct sampler *s, size_t round, int64_t alone_ns, char why[WHY_SIZE])
{
    int64_t ns = 0;

    for (size_t k = 0; k <= TIMES_8 - TIMES_2; k++) {
        struct session_job crowded = s->job;
        crowded.workers = s->job.workers << (k + 1);
        if (crowded.workers > s->job.strategy->ops->workers_max)
            return true;
        if (!time_alone(s, &crowded, &ns, why) || !send_kept(s, TIMES_2 + k, round, alone_ns, ns, why))
            return false;
    }
    return true;
}

/* A strategy whose workers cannot have pools has no nested ones; one of a single worker cannot have more. */
static bool take_round(struct sampler *s, size_t round, char why[WHY_SIZE])
{
    const bool nests = s->job.strategy->ops->capabilities & POOL_CAP_NEST;
    int64_t alone_ns = 0, ns = 0;

    return time_alone(s, &s->job, &alone_ns, why) && time_beside(s, &ns, why) &&
           send_kept(s, BESIDE, round, alone_ns, ns, why) &&
           (!nests || (time_nested(s, &ns, why) && send_kept(s, NESTED, round, alone_ns, ns, why))) &&
           take_crowded(s, round, alone_ns, why);
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    bool ok = true;

    for (size_t round = 0; ok && round < s->runner->plan->rounds; round++)
        ok = take_round(s, round, why);
    return ok;
}

static uint64_t session_ns(const struct plan *p)
{
    return p->rounds * 6 * (PLAN_WARMUPS + 1) * p->call_ns;
}

const struct metric metric_interference = {
    .name = "interference",
    .summary = "speed that is left beside another pool, in nested pools, and with 2, 4 and 8 workers per CPU",
    .workloads = "spin",
    .full_only = true,
    .quantities = quantities,
    .session_ns = session_ns,
    .sample = sample,
};
