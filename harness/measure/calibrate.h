/*
 * calibrate.h - what this machine does in a nanosecond, and what an item costs each strategy: the sizes of all calls.
 *
 * Errors: see each.
 */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include "runner.h"

/* Loops of workload_spin_loop per nanosecond: the fastest of several tries, for whatever disturbs only slows down. */
double calibrate_loops_per_ns(void);

/* Wall time of `loops` of them, now: the drift canary. */
int64_t calibrate_time_loops(uint64_t loops);

/*
 * The cost of an item of one cell at the cell's worker count, into *cost; why says what is wrong with RUNNER_FAILED.
 * A call is made longer until it lasts a few milliseconds.
 */
enum runner_end calibrate_cost(const struct runner *, const struct plan_cell *, struct counts_cost *cost,
                               char why[WHY_SIZE]);
#endif
