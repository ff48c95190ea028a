/*
 * alloc - a round of malloc and free per item: how workers get along with one allocator. An item keeps 32 blocks of 16
 * to 2,063 bytes alive, and replaces one of them at random, over and over. Each block is stamped at both ends when
 * it is got and read when it is given back, so that memory given out twice shows in the result.
 */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 32, SIZE_MIN = 16, SIZES = 2048 };

struct alloc_block {
    unsigned char *memory; /* NULL: none */
    size_t size;
};

/* What step `step` of an item does: which slot it empties and fills again, with how many bytes and which stamp. */
struct alloc_step {
    uint64_t stamp;
    size_t slot, size;
};

static struct alloc_step step_of(uint64_t key, uint64_t step)
{
    const uint64_t bits = mix_item(key, step);

    return (struct alloc_step){bits, bits % SLOTS, SIZE_MIN + bits / SLOTS % SIZES};
}

static bool block_get(struct alloc_block *block, const struct alloc_step *step)
{
    block->size = step->size;
    block->memory = malloc(step->size);
    if (!block->memory)
        return false;
    memcpy(block->memory, &step->stamp, sizeof step->stamp);
    memcpy(block->memory + step->size - sizeof step->stamp, &step->stamp, sizeof step->stamp);
    return true;
}

/* Give a block back. Returns what became of its stamps: 0 for no block. */
static uint64_t block_give(struct alloc_block *block)
{
    uint64_t head, tail;

    if (!block->memory)
        return 0;
    memcpy(&head, block->memory, sizeof head);
    memcpy(&tail, block->memory + block->size - sizeof tail, sizeof tail);
    free(block->memory);
    block->memory = NULL;
    return mix_u64(head) ^ tail;
}

static int alloc_call(const void *const argv[], void *out, const void *context)
{
    struct alloc_block blocks[SLOTS] = {{0}};
    uint64_t key, steps, digest;
    int code = 0;

    memcpy(&steps, context, sizeof steps);
    memcpy(&key, argv[0], sizeof key);
    digest = key;
    for (uint64_t i = 0; i < steps && !code; i++) {
        const struct alloc_step step = step_of(key, i);
        digest = mix_u64(digest ^ block_give(&blocks[step.slot]));
        code = !block_get(&blocks[step.slot], &step);
    }
    for (size_t slot = 0; slot < SLOTS; slot++)
        digest = mix_u64(digest ^ block_give(&blocks[slot]));
    memcpy(out, &digest, sizeof digest);
    return code;
}

static int read_spec(const struct workload_spec *spec, uint64_t *steps, char why[WORKLOAD_WHY])
{
    struct workload_option options[] = {{.key = "steps", .value = steps, .min = 1, .max = 1000000}, {0}};

    *steps = 100;
    return options_parse(spec->options, options, why) || options_check_count(spec, sizeof(uint64_t), why);
}

static int alloc_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    uint64_t *steps = malloc(sizeof *steps);

    if (!steps) {
        strcpy(why, "no memory to prepare alloc");
        return 1;
    }
    if (read_spec(spec, steps, why)) {
        free(steps);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "alloc",
                 .call = alloc_call,
                 .nargs = 1,
                 .arg_size = {sizeof(uint64_t)},
                 .out_size = sizeof(uint64_t),
                 .context = steps,
                 .context_size = sizeof *steps},
        .mine = steps,
    };
    return 0;
}

static void alloc_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const uint64_t key = mix_item(run->spec.seed, i);
        memcpy(items + i * sizeof key, &key, sizeof key);
    }
}

/* The same digest without any block: only the stamps are kept. */
static bool alloc_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const uint64_t key = mix_item(run->spec.seed, index), steps = *(const uint64_t *)run->mine;
    uint64_t given[SLOTS] = {0}, digest = key;

    (void)argv;
    for (uint64_t i = 0; i < steps; i++) {
        const struct alloc_step step = step_of(key, i);
        digest = mix_u64(digest ^ given[step.slot]);
        given[step.slot] = mix_u64(step.stamp) ^ step.stamp;
    }
    for (size_t slot = 0; slot < SLOTS; slot++)
        digest = mix_u64(digest ^ given[slot]);
    return memcmp(out, &digest, sizeof digest) == 0;
}

static void alloc_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_alloc = {
    .abi = WORKLOAD_ABI,
    .name = "alloc",
    .summary = "mallocs and frees: how workers get along with the allocator",
    .options_help = "steps=N  frees and mallocs of an item, 100",
    .prepare = alloc_prepare,
    .fill = alloc_fill,
    .check = alloc_check,
    .release = alloc_release,
};
