/* fail_at - some items return a code of their own; their results are delivered all the same. */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct fail_at_state {
    uint64_t at, every, code; /* every 0: only `at` fails */
};

/* The record says what to return, so that a worker needs nothing but its argument. */
struct fail_at_item {
    uint64_t value;
    int64_t code;
};

static int fail_at_code(const struct workload_run *run, size_t index)
{
    const struct fail_at_state *state = run->mine;
    const bool fails = index == state->at || (state->every && index % state->every == state->every - 1);

    return fails ? (int)state->code : 0;
}

static uint64_t result_of(uint64_t value)
{
    return mix_u64(~value);
}

static int fail_at_call(const void *const argv[], void *out, const void *context)
{
    struct fail_at_item item;

    (void)context;
    memcpy(&item, argv[0], sizeof item);
    const uint64_t result = result_of(item.value);
    memcpy(out, &result, sizeof result);
    return (int)item.code;
}

static int read_spec(const struct workload_spec *spec, struct fail_at_state *state, char why[WORKLOAD_WHY])
{
    struct workload_option options[] = {
        {.key = "at", .value = &state->at, .max = SIZE_MAX - 1},
        {.key = "every", .value = &state->every, .min = 1, .max = SIZE_MAX},
        {.key = "code", .value = &state->code, .min = 1, .max = INT_MAX},
        {0},
    };

    *state = (struct fail_at_state){.at = spec->count / 2, .code = 7};
    if (options_parse(spec->options, options, why) || options_check_count(spec, sizeof(struct fail_at_item), why))
        return 1;
    if (options[1].given && !options[0].given)
        state->at = SIZE_MAX;
    return 0;
}

static int fail_at_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    struct fail_at_state *state = malloc(sizeof *state);

    if (!state) {
        strcpy(why, "no memory to prepare fail_at");
        return 1;
    }
    if (read_spec(spec, state, why)) {
        free(state);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "fail_at",
                 .call = fail_at_call,
                 .nargs = 1,
                 .arg_size = {sizeof(struct fail_at_item)},
                 .out_size = sizeof(uint64_t)},
        .mine = state,
    };
    return 0;
}

static void fail_at_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const struct fail_at_item item = {mix_item(run->spec.seed, i), fail_at_code(run, i)};
        memcpy(items + i * sizeof item, &item, sizeof item);
    }
}

static bool fail_at_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const uint64_t right = result_of(mix_item(run->spec.seed, index));

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

static void fail_at_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_fail_at = {
    .abi = WORKLOAD_ABI,
    .name = "fail_at",
    .summary = "some items fail with a code of their own; without options the one in the middle, with 7",
    .options_help = "at=INDEX  one item; every=N  the last of each N items; code=CODE  7",
    .prepare = fail_at_prepare,
    .fill = fail_at_fill,
    .check = fail_at_check,
    .code = fail_at_code,
    .release = fail_at_release,
};
