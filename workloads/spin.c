/* spin - a chain of multiplications of the same length in each item, calibrated to spec.work_ns. */
#include "parts/spin.h"
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <stdlib.h>
#include <string.h>

static int spin_call(const void *const argv[], void *out, const void *context)
{
    uint64_t value, loops;

    memcpy(&value, argv[0], sizeof value);
    memcpy(&loops, context, sizeof loops);
    value = workload_spin_loop(loops, value);
    memcpy(out, &value, sizeof value);
    return 0;
}

static int spin_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    uint64_t *loops = malloc(sizeof *loops);

    if (!loops || options_refuse(spec->options, why) || options_check_count(spec, sizeof(uint64_t), why) ||
        spin_loops(spec, loops, why)) {
        if (!loops)
            strcpy(why, "no memory to prepare spin");
        free(loops);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "spin",
                 .call = spin_call,
                 .nargs = 1,
                 .arg_size = {sizeof(uint64_t)},
                 .out_size = sizeof(uint64_t),
                 .context = loops,
                 .context_size = sizeof *loops},
        .mine = loops,
    };
    return 0;
}

static void spin_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const uint64_t value = mix_item(run->spec.seed, i);
        memcpy(items + i * sizeof value, &value, sizeof value);
    }
}

static bool spin_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const uint64_t *loops = run->mine;
    const uint64_t right = spin_result(*loops, mix_item(run->spec.seed, index));

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

static void spin_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_spin = {
    .abi = WORKLOAD_ABI,
    .name = "spin",
    .summary = "computes for a given time, the same in each item",
    .work_is_tunable = true,
    .prepare = spin_prepare,
    .fill = spin_fill,
    .check = spin_check,
    .release = spin_release,
};
