/*
 * trial.h - one map or starmap, judged by every oracle there is.
 *
 * Oracles: a serial loop's results byte for byte, poison where results belong, zones or guard pages around every array,
 * the inputs' own bytes, the ledger's count of each item, and the fault that the failing items must give.
 *
 * Errors: what does not agree ends the case with FAIL.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "array.h"
#include "proof.h"
#include "subject.h"

struct trial_shape {
    size_t count;
    size_t nargs; /* 1: map; more: starmap */
    size_t arg_size[POOL_ARGS_MAX], out_size;
    enum array_kind memory;
    size_t offset;                           /* bytes that each array is off its alignment */
    size_t fail_first, fail_last, fail_step; /* which items fail; step 0: none */
};

struct trial {
    const struct subject *subject;
    struct pool *pool;
    struct trial_shape shape;
    struct proof proof;
    struct pool_task task;
    struct array column[POOL_ARGS_MAX], out;
    unsigned char *expected;
    size_t failures;
    struct pool_fault fault; /* of the last run */
};

/* Make and fill the arrays, and run the oracle. False: the strategy has no memory of that kind. */
bool trial_open(struct trial *, const struct subject *, struct pool *, const struct trial_shape *);

void trial_run(struct trial *, size_t chunk); /* and judge; may be repeated */
void trial_close(struct trial *);

/* Open, run with that chunk, close. Nothing where the strategy has no memory of that kind. */
void trial_once(const struct subject *, struct pool *, const struct trial_shape *, size_t chunk);

/* One column of eight bytes, results of sixteen, zoned memory. */
struct trial_shape trial_plain(size_t count);

/* Two columns of unlike sizes. */
struct trial_shape trial_starred(size_t count);
#endif
