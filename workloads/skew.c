/* skew - like spin, but the items' costs differ: they are drawn from a distribution whose mean is spec.work_ns. */
#include "mix.h"
#include "parts/options.h"
#include "parts/spin.h"
#include "workload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum distribution { FIXED, UNIFORM, BIMODAL, PARETO };

static const char *const distribution_names[] = {"fixed", "uniform", "bimodal", "pareto", NULL};

struct skew_state {
    uint64_t distribution;
    uint64_t mean_loops;
};

struct skew_item {
    uint64_t value, loops;
};

/* A cost whose mean over u, uniform in (0, 1), is 1. */
static double cost_at(enum distribution distribution, double u)
{
    /* Pareto, shape 1.5: E[min(X, 4096)] = 3 - 2 / sqrt(4096) in units of the least. Capped, one item cannot last for
     * ever, and the mean exists for samples of a thousand items already. */
    const double least = 1 / (3 - 2 / 64.0), cap = 4096;

    switch (distribution) {
    case FIXED: return 1;
    case UNIFORM: return 2 * u;
    case BIMODAL: return u < 0.9 ? 1 / 1.9 : 10 / 1.9; /* one in ten takes ten times as long */
    case PARETO: return least * fmin(1 / cbrt(u * u), cap);
    }
    return 1;
}

static struct skew_item item_at(const struct workload_run *run, size_t index)
{
    const struct skew_state *state = run->mine;
    const uint64_t value = mix_item(run->spec.seed, index);
    const double u = ((double)(mix_u64(value) >> 11) + 0.5) * 0x1p-53;
    const double loops = round((double)state->mean_loops * cost_at((enum distribution)state->distribution, u));

    return (struct skew_item){value, (uint64_t)loops};
}

static int skew_call(const void *const argv[], void *out, const void *context)
{
    struct skew_item item;

    (void)context;
    memcpy(&item, argv[0], sizeof item);
    item.value = workload_spin_loop(item.loops, item.value);
    memcpy(out, &item.value, sizeof item.value);
    return 0;
}

static int read_spec(const struct workload_spec *spec, struct skew_state *state, char why[WORKLOAD_WHY])
{
    struct workload_option options[] = {
        {.key = "dist", .value = &state->distribution, .words = distribution_names},
        {0},
    };

    *state = (struct skew_state){.distribution = PARETO};
    return options_parse(spec->options, options, why) || options_check_count(spec, sizeof(struct skew_item), why) ||
           spin_loops(spec, &state->mean_loops, why);
}

static int skew_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    struct skew_state *state = malloc(sizeof *state);

    if (!state) {
        strcpy(why, "no memory to prepare skew");
        return 1;
    }
    if (read_spec(spec, state, why)) {
        free(state);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "skew",
                 .call = skew_call,
                 .nargs = 1,
                 .arg_size = {sizeof(struct skew_item)},
                 .out_size = sizeof(uint64_t)},
        .mine = state,
    };
    return 0;
}

static void skew_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const struct skew_item item = item_at(run, i);
        memcpy(items + i * sizeof item, &item, sizeof item);
    }
}

static bool skew_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const struct skew_item item = item_at(run, index);
    const uint64_t right = spin_result(item.loops, item.value);

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

static void skew_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_skew = {
    .abi = WORKLOAD_ABI,
    .name = "skew",
    .summary = "computes for a time that differs from item to item",
    .options_help = "dist=fixed|uniform|bimodal|pareto  how the times differ, pareto",
    .work_is_tunable = true,
    .prepare = skew_prepare,
    .fill = skew_fill,
    .check = skew_check,
    .release = skew_release,
};
