/*
 * sleep - waits for a given time and computes nothing: what a task does that asks a disk or another machine. It waits
 * through pool_sleep, so that a strategy whose tasks share a thread can run others meanwhile.
 */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <string.h>

/* What the result is made of: one that knows how long to wait, and who waits. */
struct sleep_item {
    uint64_t key, ns;
};

static uint64_t result_of(struct sleep_item item)
{
    return mix_u64(item.key ^ mix_u64(item.ns));
}

static struct sleep_item item_at(const struct workload_run *run, size_t index)
{
    return (struct sleep_item){mix_item(run->spec.seed, index), run->spec.work_ns};
}

/* An item whose pool was terminated has not waited long enough, and says so. */
static int sleep_call(const void *const argv[], void *out, const void *context)
{
    struct sleep_item item;

    (void)context;
    memcpy(&item, argv[0], sizeof item);
    const uint64_t result = result_of(item);
    memcpy(out, &result, sizeof result);
    return (int)pool_sleep(item.ns);
}

static int sleep_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    if (options_refuse(spec->options, why) || options_check_count(spec, sizeof(struct sleep_item), why))
        return 1;
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "sleep",
                 .call = sleep_call,
                 .nargs = 1,
                 .arg_size = {sizeof(struct sleep_item)},
                 .out_size = sizeof(uint64_t)},
    };
    return 0;
}

static void sleep_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const struct sleep_item item = item_at(run, i);
        memcpy(items + i * sizeof item, &item, sizeof item);
    }
}

static bool sleep_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const uint64_t right = result_of(item_at(run, index));

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

const struct workload workload_sleep = {
    .abi = WORKLOAD_ABI,
    .name = "sleep",
    .summary = "waits for a given time, and gives way to other tasks where the strategy can",
    .work_is_tunable = true,
    .prepare = sleep_prepare,
    .fill = sleep_fill,
    .check = sleep_check,
};
