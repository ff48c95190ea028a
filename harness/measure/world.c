#define _DEFAULT_SOURCE
#include "world.h"

#include "../conform/conform.h"
#include "../machine/clock.h"
#include "../machine/isolate.h"
#include "../machine/pin.h"
#include "calibrate.h"
#include "measure.h"
#include "roofs.h"

#include "strategy.h"

#include <stdlib.h>

static const int64_t CANARY_NS = 5000000, SAMPLE_NS_MIN = 1000000;
enum { SAMPLE_TICKS_MIN = 1000 };

static int64_t now_ns(void *arg)
{
    (void)arg;
    return clock_now_ns();
}

static bool interrupted(void *arg)
{
    (void)arg;
    return isolate_interrupted();
}

static bool prove(void *arg, size_t strategy, char why[WHY_SIZE])
{
    const struct runner *r = arg;

    /* A roof is no pool and keeps no contract; its results are checked as all are. */
    return roofs_have(r->strategies[strategy].ops) || conform_prove(&r->strategies[strategy], why);
}

static void calibrate(void *arg)
{
    const double ticks_ns = SAMPLE_TICKS_MIN * clock_measure().tick_ns;
    struct runner *r = arg;

    if (r->loops_per_ns > 0)
        return;
    r->sample_ns_min = ticks_ns > (double)SAMPLE_NS_MIN ? (int64_t)ticks_ns : SAMPLE_NS_MIN;
    r->loops_per_ns = calibrate_loops_per_ns();
}

static enum runner_end cost(void *arg, const struct plan_cell *cell, struct counts_cost *found, char why[WHY_SIZE])
{
    struct runner *r = arg;
    const enum runner_end end = calibrate_cost(r, cell, found, why);

    answers_tell(&r->answers, (size_t)(cell - r->plan->cells), found->result_bytes);
    return end;
}

static enum runner_end session(void *arg, const struct plan_cell *cell, int64_t warmup_ns, int64_t timeout_ns,
                               void (*take)(void *take_arg, const struct note *), void *take_arg, char why[WHY_SIZE])
{
    struct runner *r = arg;

    r->warmup_ns = warmup_ns;
    return measure_session(r, cell, timeout_ns, take, take_arg, why);
}

/* Where it can be bound, it is: what moves between CPUs tells less about them. */
static int64_t canary_ns(void *arg, uint64_t *loops)
{
    const struct runner *r = arg;
    struct pin_mask *before = pin_here();

    *loops = (uint64_t)(r->loops_per_ns * (double)CANARY_NS);
    const int64_t ns = calibrate_time_loops(*loops);
    pin_restore(before);
    return ns;
}

static double empty_ns(void *arg)
{
    (void)arg;
    return clock_measure().cost_ns;
}

static size_t usable(void *arg)
{
    (void)arg;
    return pool_cpus_usable();
}

static void stamp(void *arg, struct sample *s)
{
    double load = 0;

    (void)arg;
    s->load1 = getloadavg(&load, 1) == 1 ? load : 0;
    s->timestamp = clock_epoch_s();
}

struct world world_real(struct runner *runner)
{
    return (struct world){.arg = runner,
                          .now_ns = now_ns,
                          .interrupted = interrupted,
                          .prove = prove,
                          .calibrate = calibrate,
                          .cost = cost,
                          .session = session,
                          .canary_ns = canary_ns,
                          .empty_ns = empty_ns,
                          .usable = usable,
                          .stamp = stamp};
}
