/*
 * sort - a block of 64-bit words in, the same words in rising order out. Heap sort needs no memory but the block, and
 * visits it all over the place: a block larger than a cache costs that cache's misses.
 */
#include "mix.h"
#include "parts/blocks.h"
#include "parts/payload.h"
#include "workload.h"

#define DEFAULT_BYTES 16384

/* Put `value` where it belongs on the way down from `at`, in a heap of `count` words with the largest on top. */
static void sift_down(void *heap, size_t at, size_t count, uint64_t value)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && blocks_load(heap, child) < blocks_load(heap, child + 1))
            child++;
        if (blocks_load(heap, child) <= value)
            break;
        blocks_store(heap, at, blocks_load(heap, child));
    }
    blocks_store(heap, at, value);
}

static void sort_words(void *block, size_t count)
{
    for (size_t at = count / 2; at > 0; at--)
        sift_down(block, at - 1, count, blocks_load(block, at - 1));
    for (size_t last = count - 1; last > 0; last--) {
        const uint64_t value = blocks_load(block, last);
        blocks_store(block, last, blocks_load(block, 0));
        sift_down(block, 0, last, value);
    }
}

static int sort_call(const void *const argv[], void *out, const void *context)
{
    size_t words;

    memcpy(&words, context, sizeof words);
    memcpy(out, argv[0], words * sizeof(uint64_t));
    sort_words(out, words);
    return 0;
}

static int sort_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    const struct pool_task task = {.name = "sort", .call = sort_call, .nargs = 1};

    return blocks_prepare(spec, DEFAULT_BYTES, &task, run, why);
}

/* In order, and the words of this item: a sum of mixed words is the same in any order, and in next to no other set. */
static bool sort_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const size_t words = run->task.out_size / sizeof(uint64_t);
    const uint64_t key = blocks_key(run, index, 0);
    uint64_t found = 0, wanted = 0;

    (void)argv;
    for (size_t i = 0; i < words; i++) {
        if (i > 0 && blocks_load(out, i) < blocks_load(out, i - 1))
            return false;
        found += mix_u64(blocks_load(out, i));
        wanted += mix_u64(payload_word(key, i));
    }
    return found == wanted;
}

const struct workload workload_sort = {
    .abi = WORKLOAD_ABI,
    .name = "sort",
    .summary = "sorts a block of 64-bit words: memory, visited all over the place",
    .has_payload = true,
    .prepare = sort_prepare,
    .fill = blocks_fill,
    .check = sort_check,
    .release = blocks_release,
};
