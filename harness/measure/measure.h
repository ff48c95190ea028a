/*
 * measure.h - one session of one cell: a child process with a fresh pool, warmed up, timed, verified, ended.
 *
 * Errors: see measure_cell.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "../machine/store.h"
#include "runner.h"

struct measure {
    struct runner runner;
    struct store *store;
    struct sample *samples; /* all that were stored, in order. Owns: measure_free */
    size_t count, capacity;
    int64_t check_ns;  /* spent in verifying results, in all sessions */
    bool store_failed; /* and then why is why */
    char why[WHY_SIZE];
};

/*
 * Measure the cell at a place of a launch's order once; its samples go to the store as they arrive. RUNNER_FAILED: the
 * cell is to be left out from now on, and its samples so far must not count; why says the reason.
 */
enum runner_end measure_cell(struct measure *, size_t launch, size_t place, int64_t timeout_ns, char why[WHY_SIZE]);

/* Store the drift canary's time before a launch. */
void measure_store_canary(struct measure *, size_t launch, uint64_t loops, int64_t wall_ns);

void measure_free(struct measure *);
#endif
