/* throughput - time per item of whole calls, against the serial loop, one worker, and the roofs without any pool. */
#include "throughput.h"
#include "../../machine/clock.h"
#include "../kin.h"

#include <math.h>
#include <string.h>

enum { CALLS_MAX = 1000 };
enum {
    TIME_PER_ITEM = THROUGHPUT_TIME_PLACE,
    SPEEDUP,
    EFFICIENCY,
    RATE,
    OVER_ONE,
    OVER_BEST_ONE,
    LOST_TO_MACHINE,
    LOST_TO_POOL
};

const struct metric_quantity throughput_quantities[] = {
    [TIME_PER_ITEM] = THROUGHPUT_TIME,
    [SPEEDUP] = {.name = "speedup",
                 .unit = "1",
                 .summary = "speed-up over serial",
                 .derived = true,
                 .more_is_better = true,
                 .target = LOOKS_TARGET_RATIO,
                 .place = METRIC_BEHIND},
    [EFFICIENCY] = {.name = "efficiency",
                    .unit = "1",
                    .summary = "efficiency, speed-up by min(workers, usable CPUs)",
                    .derived = true,
                    .more_is_better = true,
                    .place = METRIC_FILE},
    [RATE] = THROUGHPUT_RATE,
    [OVER_ONE] = {.name = "over_one_worker",
                  .unit = "1",
                  .summary = "speed-up over one worker of its own",
                  .derived = true,
                  .more_is_better = true,
                  .place = METRIC_FILE},
    [OVER_BEST_ONE] = {.name = "over_best_one_worker",
                       .unit = "1",
                       .summary = "speed-up over the best pool with one worker",
                       .derived = true,
                       .more_is_better = true,
                       .place = METRIC_FILE},
    [LOST_TO_MACHINE] = {.name = "lost_to_machine",
                         .unit = "%",
                         .summary = "lost to the machine, of the CPUs' time, by the roof",
                         .derived = true,
                         .place = METRIC_FILE},
    [LOST_TO_POOL] = {.name = "lost_to_pool",
                      .unit = "%",
                      .summary = "lost to the pool, of its time, against the roof",
                      .derived = true,
                      .place = METRIC_FILE},
    {0},
};

static bool is_roof(const struct plan *p, size_t cell)
{
    return strncmp(p->strategies[p->cells[cell].strategy].name, "roof_", 5) == 0;
}

/* The better of the roofs over a cell, which stand in its group beside it, in one launch. NAN: there is none. */
static double roof_ns(const struct launches *l, size_t cell, size_t launch)
{
    const struct plan *p = l->plan;
    const size_t group = p->cells[cell].group;
    double best = NAN;

    for (size_t i = cell; i > 0 && p->cells[i - 1].group == group;)
        cell = --i;
    for (; cell < p->cell_count && p->cells[cell].group == group; cell++)
        if (is_roof(p, cell))
            best = fmin(best, launches_of(l, cell, TIME_PER_ITEM)[launch]); /* fmin passes over NAN */
    return best;
}

static void derive_losses(const struct launches *l, size_t cell, size_t base, double cpus)
{
    if (l->plan->cells[cell].oversubscribed || cell == base)
        return;
    for (size_t i = 0; i < l->plan->launches; i++) {
        const double roof = roof_ns(l, cell, i);
        if (base != SIZE_MAX)
            launches_of(l, cell, LOST_TO_MACHINE)[i] =
                100 * (1 - launches_of(l, base, TIME_PER_ITEM)[i] / (roof * cpus));
        launches_of(l, cell, LOST_TO_POOL)[i] = 100 * (1 - roof / launches_of(l, cell, TIME_PER_ITEM)[i]);
    }
}

/* A pool of one worker; the serial loop is none. */
static bool is_alone(const struct plan *p, size_t cell)
{
    return p->cells[cell].workers == 1 && plan_base(p, cell) != cell && !is_roof(p, cell);
}

/* Against the pools of one worker that stand beside a cell in its series, with its chunk. */
static void derive_over_ones(const struct launches *l, size_t cell)
{
    const struct plan *p = l->plan;
    const double *ns = launches_of(l, cell, TIME_PER_ITEM);
    double *own = launches_of(l, cell, OVER_ONE), *best = launches_of(l, cell, OVER_BEST_ONE);
    const size_t twin_of = plan_twin_of(p, cell); /* a twin stands behind all others */
    const size_t like = twin_of == SIZE_MAX ? cell : twin_of;
    size_t other = like;

    while (other > 0 && p->series[other - 1] == p->series[cell])
        other--;
    for (; other < p->cell_count && p->series[other] == p->series[cell]; other++) {
        if (!is_alone(p, other) || p->cells[other].chunk != p->cells[cell].chunk)
            continue;
        for (size_t i = 0; i < p->launches; i++) {
            const double ratio = launches_of(l, other, TIME_PER_ITEM)[i] / ns[i];
            best[i] = fmin(best[i], ratio); /* fmin passes over NAN */
            if (p->cells[other].strategy == p->cells[like].strategy)
                own[i] = ratio;
        }
    }
}

void throughput_derive_rate(const struct launches *l, size_t cell, size_t quantity)
{
    for (size_t i = 0; i < l->plan->launches; i++)
        launches_of(l, cell, quantity)[i] = 1e9 / launches_of(l, cell, TIME_PER_ITEM)[i];
}

static void derive_cell(const struct launches *l, size_t cell)
{
    const struct plan_cell *c = &l->plan->cells[cell];
    const double cpus = (double)(c->workers < l->plan->usable ? c->workers : l->plan->usable);
    const double *ns = launches_of(l, cell, TIME_PER_ITEM);
    const size_t base = plan_base(l->plan, cell);

    derive_losses(l, cell, base, cpus);
    derive_over_ones(l, cell);
    throughput_derive_rate(l, cell, RATE);
    for (size_t i = 0; base != SIZE_MAX && i < l->plan->launches; i++) {
        launches_of(l, cell, SPEEDUP)[i] = launches_of(l, base, TIME_PER_ITEM)[i] / ns[i];
        launches_of(l, cell, EFFICIENCY)[i] = launches_of(l, cell, SPEEDUP)[i] / cpus;
    }
}

void throughput_derive(const struct launches *l, const struct metric *m)
{
    for (size_t cell = 0; cell < l->plan->cell_count; cell++)
        if (plan_metric_of(l->plan, cell) == m)
            derive_cell(l, cell);
}

/* Calls until the sample is long enough. False: a result was wrong, and the sample says so. */
static bool take_sample(struct session *session, int64_t ns_min, struct sample *s, char why[WHY_SIZE])
{
    s->calls = 0;
    s->wall_ns = 0;
    s->used = (struct sample_counters){0};
    do {
        struct session_cost cost;
        s->verified = session_call(session, true, &cost, why);
        s->calls++;
        s->wall_ns += cost.wall_ns;
        usage_add(&s->used, &cost.used);
    } while (s->verified && s->wall_ns < ns_min && s->calls < CALLS_MAX);
    s->value = (double)s->wall_ns / ((double)s->calls * (double)s->count);
    const int64_t booking_ns = clock_now_ns();
    kin_cpus(s->worker_cpus);
    session->book_ns += clock_now_ns() - booking_ns;
    return s->verified;
}

static bool take_samples(struct sampler *s, struct session *session, char why[WHY_SIZE])
{
    bool ok = sampler_warm_up(s, session, true, why);

    for (size_t i = 0; ok && i < s->runner->plan->rounds; i++) {
        struct sample sample = sampler_begin(s, TIME_PER_ITEM);
        sample.round = i;
        ok = take_sample(session, s->runner->sample_ns_min, &sample, why);
        ok = sampler_send(s, &sample, why) && ok;
    }
    return ok;
}

bool throughput_sample(struct sampler *s, char why[WHY_SIZE])
{
    struct session session;

    if (!session_open(&session, &s->job, why))
        return false;
    return sampler_close(s, &session, take_samples(s, &session, why), why);
}

const struct metric metric_throughput = {
    .name = "throughput",
    .summary = "time per item against worker count, with speed-up over serial",
    .roofs = true,
    .quantities = throughput_quantities,
    .derive = throughput_derive,
    .sample = throughput_sample,
};
