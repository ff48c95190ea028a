/*
 * nqueens - one subtree of the n queens problem per item: real, and irregular. An item is a way to place the queens of
 * the first three rows; it counts the ways to place the others. Many subtrees are empty, as the queens of the first
 * rows attack each other already, and the others differ in size for no reason that a schedule could guess.
 */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#define PLACED_ROWS 3

/* The record of an item. The key is its own, so that equal subtrees have unlike results. */
struct nqueens_item {
    uint64_t key;
    uint64_t placement; /* the columns of the first rows, as digits in base n */
};

struct nqueens_result {
    uint64_t proof; /* the key, mixed with what was counted */
    uint64_t solutions;
    uint64_t nodes; /* queens that were placed on the way */
};

struct search {
    uint32_t all; /* one bit per column */
    uint64_t solutions, nodes;
};

/* Place queens in the rows that are left. taken, left, right: columns attacked along columns and both diagonals. */
static void place_rest(struct search *s, uint32_t taken, uint32_t left, uint32_t right)
{
    if (taken == s->all) {
        s->solutions++;
        return;
    }
    for (uint32_t open = s->all & ~(taken | left | right); open; open &= open - 1) {
        const uint32_t queen = open & -open;
        s->nodes++;
        place_rest(s, taken | queen, (left | queen) << 1, (right | queen) >> 1);
    }
}

static struct nqueens_result count_subtree(uint64_t size, const struct nqueens_item *item)
{
    struct search s = {.all = (UINT32_C(1) << size) - 1};
    uint32_t taken = 0, left = 0, right = 0;
    uint64_t rest = item->placement;
    int row = 0;

    for (; row < PLACED_ROWS; row++, rest /= size) {
        const uint32_t queen = UINT32_C(1) << rest % size;
        if (queen & (taken | left | right))
            break;
        taken |= queen;
        left = (left | queen) << 1;
        right = (right | queen) >> 1;
    }
    if (row == PLACED_ROWS)
        place_rest(&s, taken, left, right);
    return (struct nqueens_result){mix_u64(item->key ^ mix_u64(s.solutions) ^ s.nodes), s.solutions, s.nodes};
}

/* Neighbours are of like size. The seed says where the round through all placements begins. */
static struct nqueens_item item_at(const struct workload_run *run, size_t index)
{
    const uint64_t size = *(const uint64_t *)run->mine, placements = size * size * size;

    return (struct nqueens_item){mix_item(run->spec.seed, index),
                                 (index % placements + run->spec.seed % placements) % placements};
}

static int nqueens_call(const void *const argv[], void *out, const void *context)
{
    struct nqueens_item item;
    uint64_t size;

    memcpy(&size, context, sizeof size);
    memcpy(&item, argv[0], sizeof item);
    const struct nqueens_result result = count_subtree(size, &item);
    memcpy(out, &result, sizeof result);
    return 0;
}

static int read_spec(const struct workload_spec *spec, uint64_t *size, char why[WORKLOAD_WHY])
{
    struct workload_option options[] = {{.key = "size", .value = size, .min = 4, .max = 20}, {0}};

    *size = 12;
    return options_parse(spec->options, options, why) || options_check_count(spec, sizeof(struct nqueens_result), why);
}

static int nqueens_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    uint64_t *size = malloc(sizeof *size);

    if (!size) {
        strcpy(why, "no memory to prepare nqueens");
        return 1;
    }
    if (read_spec(spec, size, why)) {
        free(size);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "nqueens",
                 .call = nqueens_call,
                 .nargs = 1,
                 .arg_size = {sizeof(struct nqueens_item)},
                 .out_size = sizeof(struct nqueens_result),
                 .context = size,
                 .context_size = sizeof *size},
        .mine = size,
    };
    return 0;
}

static void nqueens_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const struct nqueens_item item = item_at(run, i);
        memcpy(items + i * sizeof item, &item, sizeof item);
    }
}

static bool nqueens_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const struct nqueens_item item = item_at(run, index);
    const struct nqueens_result right = count_subtree(*(const uint64_t *)run->mine, &item);

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

static void nqueens_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_nqueens = {
    .abi = WORKLOAD_ABI,
    .name = "nqueens",
    .summary = "one subtree of the n queens problem: real and irregular",
    .options_help = "size=N  queens, 4 to 20, 12; N^3 items are the whole problem",
    .prepare = nqueens_prepare,
    .fill = nqueens_fill,
    .check = nqueens_check,
    .release = nqueens_release,
};
