/*
 * launches.h - one number per cell, quantity and launch: the medians over rounds, and what metrics derive from them.
 *
 * Errors: false when memory is short.
 */
#ifndef LAUNCHES_H
#define LAUNCHES_H

#include "sample.h"

struct launches {
    const struct plan *plan;
    size_t *first;  /* of each cell: its first slot; a cell has one for each quantity of its metric */
    size_t slots;   /* of all cells */
    double *values; /* slots x launches of the plan; NAN: none */
};

/* Every slot NAN, nothing derived yet. Owns: launches_free. */
bool launches_open(struct launches *, const struct plan *);

/* Let every metric of the plan fill its derived quantities. */
void launches_derive(const struct launches *);

/* The values of one quantity of a cell, one per launch: to be read, or filled by a metric's derive. */
double *launches_of(const struct launches *, size_t cell, size_t quantity);

void launches_free(struct launches *);
#endif
