/* nothing - eight bytes in, the same eight bytes out: what remains is the pool's own cost. */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <string.h>

static int nothing_call(const void *const argv[], void *out, const void *context)
{
    (void)context;
    memcpy(out, argv[0], sizeof(uint64_t));
    return 0;
}

static int nothing_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    if (options_refuse(spec->options, why) || options_check_count(spec, sizeof(uint64_t), why))
        return 1;
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "nothing",
                 .call = nothing_call,
                 .nargs = 1,
                 .arg_size = {sizeof(uint64_t)},
                 .out_size = sizeof(uint64_t)},
    };
    return 0;
}

static void nothing_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const uint64_t value = mix_item(run->spec.seed, i);
        memcpy(items + i * sizeof value, &value, sizeof value);
    }
}

static bool nothing_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const uint64_t value = mix_item(run->spec.seed, index);

    (void)argv;
    return memcmp(out, &value, sizeof value) == 0;
}

const struct workload workload_nothing = {
    .abi = WORKLOAD_ABI,
    .name = "nothing",
    .summary = "eight bytes in, the same out: the pool's own cost",
    .prepare = nothing_prepare,
    .fill = nothing_fill,
    .check = nothing_check,
};
