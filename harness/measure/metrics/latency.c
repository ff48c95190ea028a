/* latency - how long a call of one item per worker takes, back to back and after a pause that puts workers to sleep. */
#include "../../machine/clock.h"
#include "../../pure/stats.h"
#include "../kin.h"
#include "../sampler.h"

#include <time.h>

enum { BUSY_CALLS = 1000, IDLE_CALLS = 200, CALLS_MIN = 20, PAUSE_NS = 2000000 };

#define QUANTITY(which, words, of, shown)                                                                              \
    {                                                                                                                  \
        .name = which "_" of, .unit = "ns", .summary = of " of a call" words, .place = shown                           \
    }

enum { P50, P90, P99, MAX, KINDS };

static const struct metric_quantity quantities[] = {
    QUANTITY("back_to_back", ", back to back", "p50", METRIC_TABLE),
    QUANTITY("back_to_back", ", back to back", "p90", METRIC_FILE),
    QUANTITY("back_to_back", ", back to back", "p99", METRIC_TABLE),
    QUANTITY("back_to_back", ", back to back", "max", METRIC_FILE),
    QUANTITY("after_idle", " after 2 ms idle", "p50", METRIC_TABLE),
    QUANTITY("after_idle", " after 2 ms idle", "p90", METRIC_FILE),
    QUANTITY("after_idle", " after 2 ms idle", "p99", METRIC_TABLE),
    QUANTITY("after_idle", " after 2 ms idle", "max", METRIC_FILE),
    {0},
};

static void pause_ns(long ns)
{
    struct timespec left = {.tv_nsec = ns};

    while (ns > 0 && nanosleep(&left, &left) != 0)
        ;
}

/* The calls of one kind. */
struct block {
    size_t first; /* quantity */
    size_t calls_max;
    long pause_ns;
    double ns[BUSY_CALLS];
    struct sample like; /* what all samples made from it have in common */
};

/* Call and call again, until there are enough calls or this kind has had its time. */
static bool take_calls(const struct sampler *s, struct session *session, struct block *b, char why[WHY_SIZE])
{
    const int64_t start_ns = clock_now_ns(), limit_ns = 10 * (int64_t)s->runner->plan->call_ns;
    const struct sample_counters before = usage_now();
    bool ok = true;

    b->like = sampler_begin(s, b->first);
    b->like.calls = 0;
    b->like.wall_ns = 0;
    while (ok && b->like.calls < b->calls_max && (b->like.calls < CALLS_MIN || clock_now_ns() - start_ns < limit_ns)) {
        struct session_cost cost;
        pause_ns(b->pause_ns);
        ok = session_call(session, false, &cost, why);
        b->ns[b->like.calls++] = (double)cost.wall_ns;
        b->like.wall_ns += cost.wall_ns;
    }
    b->like.verified = ok;
    b->like.used = usage_since(&before);
    kin_cpus(b->like.worker_cpus);
    return ok;
}

static bool send_quantiles(const struct sampler *s, struct block *b, char why[WHY_SIZE])
{
    static const double levels[KINDS] = {[P50] = 0.5, [P90] = 0.9, [P99] = 0.99, [MAX] = 1};

    stats_sort(b->ns, b->like.calls);
    for (size_t k = 0; k < KINDS; k++) {
        b->like.quantity = b->first + k;
        b->like.value = stats_quantile(b->ns, b->like.calls, levels[k]);
        if (!sampler_send(s, &b->like, why))
            return false;
    }
    return true;
}

static bool take_block(const struct sampler *s, struct session *session, struct block b, char why[WHY_SIZE])
{
    const bool ok = take_calls(s, session, &b, why);

    return send_quantiles(s, &b, why) && ok;
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    const struct block busy = {.first = 0, .calls_max = BUSY_CALLS};
    const struct block idle = {.first = KINDS, .calls_max = IDLE_CALLS, .pause_ns = PAUSE_NS};
    struct session session;

    if (!session_open(&session, &s->job, why))
        return false;
    const bool ok = sampler_warm_up(s, &session, false, why) && take_block(s, &session, busy, why) &&
                    take_block(s, &session, idle, why);
    return sampler_close(s, &session, ok, why);
}

static uint64_t session_ns(const struct plan *p)
{
    return 20 * p->call_ns;
}

const struct metric metric_latency = {
    .name = "latency",
    .summary = "time of a call of one item per worker, back to back and after an idle pause",
    .workloads = "nothing",
    .item_per_worker = true,
    .quantities = quantities,
    .session_ns = session_ns,
    .sample = sample,
};
