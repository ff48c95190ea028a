/*
 * proof.h - the task of most cases: its result depends on every byte of every argument, their order, and the seed.
 *
 * The first bytes of a record are the item's number, so that the task can sign the ledger; the rest is noise that
 * belongs to that item and column.
 *
 * Errors: none.
 */
#ifndef PROOF_H
#define PROOF_H

#include "ledger.h"
#include "pool.h"

/* The context of the task. */
struct proof {
    struct ledger *ledger;
    uint64_t seed;
    size_t nargs, arg_size[POOL_ARGS_MAX], out_size;
    size_t index_column, index_bytes;        /* where an item finds its number; 0 bytes: nowhere */
    size_t fail_first, fail_last, fail_step; /* every step-th item from first to last fails; step 0: none */
};

/* Choose the column that tells `count` items apart. Call once the sizes are set. */
void proof_number_items(struct proof *, size_t count);

void proof_fill(const struct proof *, size_t column, size_t index, unsigned char *record);

/* The item's number; SIZE_MAX where its records do not say. */
size_t proof_index(const struct proof *, const void *const argv[]);

/* What item `index` returns. */
int proof_code(const struct proof *, size_t index);

/* The pure function, which the serial loop of the oracle calls too. */
void proof_evaluate(const struct proof *, const void *const argv[], unsigned char *out);

/* pool_call: sign the ledger, evaluate, fail where the context says so. */
int proof_call(const void *const argv[], void *out, const void *context);

/* 64 bits that depend on every byte. */
uint64_t proof_digest(const void *bytes, size_t count, uint64_t start);
#endif
