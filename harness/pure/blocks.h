/*
 * blocks.h - the cells of a plan by block: what stands in one table, and gets calls of one size.
 *
 * A block is the cells of one series and one chunk. Serial, which has no chunk, is listed in one of its series' blocks
 * only, but belongs to all: plan_base finds it.
 *
 * Errors: false when memory is short.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "plan.h"

struct blocks {
    size_t *cells; /* all cells of the plan but the dropped ones, block by block */
    size_t *first; /* of each block, and one more: the end of the last */
    size_t count;
};

/* Owns: blocks_free. */
bool blocks_make(const struct plan *, struct blocks *);

/* The block is serial alone, although its series has others. */
bool blocks_is_base_alone(const struct plan *, const struct blocks *, size_t block);

void blocks_free(struct blocks *);
#endif
