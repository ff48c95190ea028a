/* idle - what a pool that waits for work uses of a CPU. serial has no workers: its row is what looking costs. */
#include "../../machine/clock.h"
#include "../../pure/plan.h"
#include "../sampler.h"

#include <stdio.h>
#include <time.h>

enum { WINDOW = 200 };               /* serial calls' worth of time: 2 s, 4 s and 10 s in the three profiles */
#define GRACE_NS UINT64_C(200000000) /* what spins before it sleeps is asleep by then */
enum { USE };

static const struct metric_quantity quantities[] = {
    [USE] = {.name = "use", .unit = "%", .summary = "use of one CPU while there is no work"},
    {0},
};

static void pause_ns(uint64_t ns)
{
    struct timespec left = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};

    while (nanosleep(&left, &left) != 0)
        ;
}

static bool watch(const struct sampler *s, char why[WHY_SIZE])
{
    struct sample sample = sampler_begin(s, USE);

    pause_ns(GRACE_NS);
    const struct sample_counters before = usage_now();
    const int64_t start_ns = clock_now_ns();
    pause_ns(WINDOW * s->runner->plan->call_ns);
    sample.used = usage_since(&before);
    sample.wall_ns = clock_now_ns() - start_ns;
    if (sample.used.cpu_user_ns == SAMPLE_UNKNOWN) {
        snprintf(why, WHY_SIZE, "this system does not tell what living workers use");
        return false;
    }
    sample.value = 100.0 * (double)(sample.used.cpu_user_ns + sample.used.cpu_system_ns) / (double)sample.wall_ns;
    return sampler_send(s, &sample, why);
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    struct session session;
    struct session_cost cost;

    if (!session_open(&session, &s->job, why))
        return false;
    return sampler_close(s, &session, session_call(&session, false, &cost, why) && watch(s, why), why);
}

static uint64_t session_ns(const struct plan *p)
{
    return GRACE_NS + WINDOW * p->call_ns;
}

const struct metric metric_idle = {
    .name = "idle",
    .summary = "CPU time of a pool that waits for work, threads and worker processes together",
    .workloads = "nothing",
    .item_per_worker = true,
    .full_only = true,
    .quantities = quantities,
    .session_ns = session_ns,
    .sample = sample,
};
