/*
 * fresh.h - a pool whose every task has a fresh process, at most `workers` alive, forked by the host or by a helper.
 *
 * Results come back through an area of shared memory, one per slot, which the next process of that slot uses again; so
 * memory is bounded by what runs at a time, whatever the count. A process forked by the host finds its arguments in the
 * memory that it has from there; for one forked by a helper (nursery.h) they are copied into the area.
 *
 * The functions are hooks of the same names (strategy.h). A pool's self begins with its struct dispatch.
 *
 * Errors: an enum pool_status with its fault; nothing is left running then.
 */
#ifndef FRESH_H
#define FRESH_H

#include "strategy.h"

#include <stdbool.h>

/* helped: a helper forks. */
enum pool_status fresh_create(const struct pool_setup *, bool helped, void **self, struct pool_fault *);
enum pool_status fresh_submit(void *self, struct pool_batch *, struct pool_fault *);
bool fresh_cancel(void *self, struct pool_batch *);
enum pool_status fresh_stop(void *self, int64_t deadline_ns);
void fresh_destroy(void *self);

/* The automatic chunk is one item. */
size_t fresh_chunk(size_t workers, size_t count);
#endif
