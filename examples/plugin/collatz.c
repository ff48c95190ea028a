/*
 * collatz - a workload in one file: how many steps of n -> n / 2 or 3 n + 1 lead to 1.
 *
 * It belongs to the plugin here, and would belong to poolbench itself in workloads/collatz.c with a line
 * WORKLOAD(collatz) in list.def.
 */
#include "workload.h"

#include <stdio.h>
#include <string.h>

/* The proof of which item made a result: it repeats the start. */
struct collatz_result {
    uint64_t start, steps;
};

/* Below 2^31 no way up leaves 64 bits. An odd factor gives each of the first 2^31 items a start of its own. */
static uint64_t start_of(const struct workload_run *run, size_t index)
{
    return (((index + run->spec.seed) * UINT64_C(2654435761)) & INT32_MAX) + 1;
}

static uint64_t count_steps(uint64_t n)
{
    uint64_t steps = 0;

    for (; n != 1; steps++)
        n = n % 2 ? 3 * n + 1 : n / 2;
    return steps;
}

static int collatz_call(const void *const argv[], void *out, const void *context)
{
    struct collatz_result result;

    (void)context;
    memcpy(&result.start, argv[0], sizeof result.start);
    result.steps = count_steps(result.start);
    memcpy(out, &result, sizeof result);
    return 0;
}

static int collatz_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    if (spec->options && *spec->options) {
        snprintf(why, WORKLOAD_WHY, "there is no option '%.60s'", spec->options);
        return 1;
    }
    if (spec->count > (size_t)INT32_MAX) {
        snprintf(why, WORKLOAD_WHY, "%zu items do not all differ; ask for %d or fewer", spec->count, INT32_MAX);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "collatz",
                 .call = collatz_call,
                 .nargs = 1,
                 .arg_size = {sizeof(uint64_t)},
                 .out_size = sizeof(struct collatz_result)},
    };
    return 0;
}

static void collatz_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const uint64_t start = start_of(run, i);
        memcpy(items + i * sizeof start, &start, sizeof start);
    }
}

static bool collatz_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const uint64_t start = start_of(run, index);
    const struct collatz_result right = {start, count_steps(start)};

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

const struct workload workload_collatz = {
    .abi = WORKLOAD_ABI,
    .name = "collatz",
    .summary = "steps of n -> n/2 or 3n+1 down to 1: short, and uneven",
    .prepare = collatz_prepare,
    .fill = collatz_fill,
    .check = collatz_check,
};
