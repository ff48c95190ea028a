/*
 * counts.h - how many items each call has, from what an item costs.
 *
 * Errors: see counts_choose.
 */
#ifndef COUNTS_H
#define COUNTS_H

#include "plan.h"

/* What calibration found for a cell. */
struct counts_cost {
    double item_ns;    /* wall time of an item; 0: not known, the cell cannot run */
    double check_ns;   /* of verifying the result of an item */
    size_t item_bytes; /* that a session holds of an item */
    size_t result_bytes;
};

/*
 * Set the count of every cell that has none, so that a call lasts about plan->call_ns, and its check
 * no longer, on cells that have a cost.
 *
 * Cells of one block (blocks.h) get equal counts, the smallest of theirs, where these lie within a factor of
 * eight of serial's: equal arrays make equal cache footprints. Slower ones (a process per item) get their own. Where
 * a metric counts per worker, a strategy has the same count for each worker at every number of workers.
 *
 * Errors: false when memory is short.
 */
bool counts_choose(struct plan *, const struct counts_cost *costs);

/* The most workers of any cell: every call has enough items for them. */
size_t counts_most_workers(const struct plan *);

/* Items for one cell alone, which so many workers share at most: enough for each of them. */
size_t counts_for_cost(const struct plan *, const struct metric *, struct counts_cost, size_t workers_max);
#endif
