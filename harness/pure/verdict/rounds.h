/*
 * rounds.h - the samples that count, cell by cell in the order of rounds, and what two cells have in common.
 *
 * Errors: false when memory is short.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#include "../launches.h"

struct rounds {
    const struct launches *launches;
    const struct sample **sorted; /* by cell, quantity, launch, round */
    size_t *first;                /* of each slot of launches, and the end */
};

/* Warm-up and unverified samples do not count. The samples outlive it. Owns: rounds_free. */
bool rounds_open(struct rounds *, const struct launches *, const struct sample *, size_t count);
void rounds_free(struct rounds *);

/* The samples of a cell's quantity. Returns how many. */
size_t rounds_of(const struct rounds *, size_t cell, size_t quantity, const struct sample *const **list);

/*
 * The values of two cells in the rounds that both took.
 *
 * a, b  as long as either cell has samples; filled. Returns how many.
 */
size_t rounds_pair(const struct rounds *, size_t cell_a, size_t cell_b, size_t quantity, double *a, double *b);
#endif
