/*
 * blocks.h - workloads that turn blocks of 64-bit words into a block of as many: everything but what they compute.
 *
 * Column k of item i holds what payload_write makes of blocks_key(run, i, k). Blocks may be unaligned.
 *
 * Errors: blocks_prepare returns nonzero, with one sentence in why.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "workload.h"

#include <string.h>

/* A block has spec->in_bytes, default_bytes where that is 0. task: its name, call and nargs; the context is the size of
 * a block in words, a size_t. Owns: blocks_release frees. */
int blocks_prepare(const struct workload_spec *, size_t default_bytes, const struct pool_task *task,
                   struct workload_run *, char why[WORKLOAD_WHY]);
void blocks_fill(const struct workload_run *, size_t first, size_t last, void *const columns[]);
void blocks_release(struct workload_run *);

uint64_t blocks_key(const struct workload_run *, size_t index, size_t column);

static inline uint64_t blocks_load(const void *block, size_t word)
{
    uint64_t value;

    memcpy(&value, (const unsigned char *)block + word * sizeof value, sizeof value);
    return value;
}

static inline void blocks_store(void *block, size_t word, uint64_t value)
{
    memcpy((unsigned char *)block + word * sizeof value, &value, sizeof value);
}
#endif
