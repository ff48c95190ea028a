/*
 * answers.h - the right results of what a run measures, kept where the process of every session sees them.
 *
 * The first session of some items has the workload check each result, and leaves them here; the later ones compare.
 *
 * Errors: false when memory is short. Where it is not enough for all results, sessions keep their own.
 */
#ifndef ANSWERS_H
#define ANSWERS_H

#include "../pure/plan.h"
#include "verify.h"

struct answers {
    const struct plan *plan;
    size_t *result_bytes; /* of an item of each cell; 0: not known */
    struct verify_right **of;
    size_t bytes; /* of all */
};

/* Owns: answers_close, if true. The plan outlives it. */
bool answers_open(struct answers *, const struct plan *);
void answers_close(struct answers *);

/* How large a cell's results are. */
void answers_tell(struct answers *, size_t cell, size_t result_bytes);

/* Those of a cell, which has its count by now. NULL: none are kept. */
struct verify_right *answers_of(struct answers *, size_t cell);
#endif
