/*
 * cost - what an item costs the machine, not the one who waits for it: CPU time, events of the hardware, energy.
 *
 * Of all calls of a session together, with what the pool's threads and processes do between them; creation is outside.
 */
#include "../../machine/counters.h"
#include "../../pure/launches.h"
#include "../sampler.h"

#include <math.h>

enum { CPU, PER_USEFUL, CYCLES, INSTRUCTIONS, CACHE_MISSES, ENERGY };

static const struct metric_quantity quantities[] = {
    [CPU] = {.name = "cpu_per_item", .unit = "ns", .summary = "CPU time per item"},
    [PER_USEFUL] = {.name = "cpu_per_useful",
                    .unit = "1",
                    .summary = "CPU time by the serial loop's",
                    .derived = true,
                    .place = METRIC_BEHIND},
    [CYCLES] = {.name = "cycles", .unit = "1", .summary = "cycles per item", .place = METRIC_FILE},
    [INSTRUCTIONS] = {.name = "instructions", .unit = "1", .summary = "instructions per item", .place = METRIC_FILE},
    [CACHE_MISSES] = {.name = "cache_misses", .unit = "1", .summary = "cache misses per item", .place = METRIC_FILE},
    [ENERGY] = {.name = "energy", .unit = "J", .summary = "energy of the packages per item", .place = METRIC_FILE},
    {0},
};

static void derive(const struct launches *l, const struct metric *m)
{
    for (size_t cell = 0; cell < l->plan->cell_count; cell++) {
        const size_t base = plan_metric_of(l->plan, cell) == m ? plan_base(l->plan, cell) : SIZE_MAX;
        for (size_t i = 0; base != SIZE_MAX && i < l->plan->launches; i++)
            launches_of(l, cell, PER_USEFUL)[i] = launches_of(l, cell, CPU)[i] / launches_of(l, base, CPU)[i];
    }
}

/* The rounds' calls, counted as one. */
static bool call_all(const struct sampler *s, struct session *session, struct sample *sample, char why[WHY_SIZE])
{
    bool ok = true;

    sample->calls = 0;
    sample->wall_ns = 0;
    sample->used = (struct sample_counters){0};
    while (ok && sample->calls < s->runner->plan->rounds) {
        struct session_cost cost;
        ok = session_call(session, true, &cost, why);
        sample->calls++;
        sample->wall_ns += cost.wall_ns;
        usage_add(&sample->used, &cost.used);
    }
    return ok;
}

/* Those that can be had, per item. The hardware's counts hold the checks too, which are alike for all strategies. */
static bool send_all(const struct sampler *s, struct sample sample, const double before[COUNTERS],
                     const double after[COUNTERS], char why[WHY_SIZE])
{
    const double items = (double)sample.calls * (double)sample.count;

    if (sample.used.cpu_user_ns != SAMPLE_UNKNOWN) {
        sample.value = (double)(sample.used.cpu_user_ns + sample.used.cpu_system_ns) / items;
        if (!sampler_send(s, &sample, why))
            return false;
    }
    for (enum counter k = 0; k < COUNTERS; k++) {
        struct sample counted = sampler_begin(s, CYCLES + (size_t)k);
        counted.calls = sample.calls;
        counted.value = (after[k] - before[k]) / items;
        if (!isnan(counted.value) && counted.value >= 0 &&
            !sampler_send(s, &counted, why)) /* below 0: it has wrapped */
            return false;
    }
    return true;
}

static bool sample(struct sampler *s, char why[WHY_SIZE])
{
    struct sample sample = sampler_begin(s, CPU);
    double before[COUNTERS], after[COUNTERS];
    struct session session;
    struct counters counters;

    counters_open(&counters);
    if (!session_open(&session, &s->job, why)) {
        counters_close(&counters);
        return false;
    }
    bool ok = sampler_warm_up(s, &session, true, why);
    counters_read(&counters, before);
    ok = ok && call_all(s, &session, &sample, why);
    counters_read(&counters, after);
    counters_close(&counters);
    return sampler_close(s, &session, ok && send_all(s, sample, before, after, why), why);
}

const struct metric metric_cost = {
    .name = "cost",
    .summary = "CPU time per item, and where the hardware tells: cycles, instructions, cache misses, energy",
    .quantities = quantities,
    .derive = derive,
    .sample = sample,
};
