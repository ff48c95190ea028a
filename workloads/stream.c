/*
 * stream - out = a + 3 b over blocks of 64-bit words, as the triad of McCalpin's STREAM: three words moved for two
 * operations, so that many items are limited by the memory's bandwidth. Integers, so that the check is exact.
 */
#include "parts/blocks.h"
#include "parts/payload.h"
#include "workload.h"

#define DEFAULT_BYTES 65536
#define FACTOR 3

static int stream_call(const void *const argv[], void *out, const void *context)
{
    size_t words;

    memcpy(&words, context, sizeof words);
    for (size_t i = 0; i < words; i++)
        blocks_store(out, i, blocks_load(argv[0], i) + FACTOR * blocks_load(argv[1], i));
    return 0;
}

static int stream_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    const struct pool_task task = {.name = "stream", .call = stream_call, .nargs = 2};

    return blocks_prepare(spec, DEFAULT_BYTES, &task, run, why);
}

static bool stream_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const size_t words = run->task.out_size / sizeof(uint64_t);
    const uint64_t a = blocks_key(run, index, 0), b = blocks_key(run, index, 1);

    (void)argv;
    for (size_t i = 0; i < words; i++)
        if (blocks_load(out, i) != payload_word(a, i) + FACTOR * payload_word(b, i))
            return false;
    return true;
}

const struct workload workload_stream = {
    .abi = WORKLOAD_ABI,
    .name = "stream",
    .summary = "a + 3 b over blocks of 64-bit words: the memory's bandwidth",
    .has_payload = true,
    .prepare = stream_prepare,
    .fill = blocks_fill,
    .check = stream_check,
    .release = blocks_release,
};
