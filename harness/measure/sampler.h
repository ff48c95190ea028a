/*
 * sampler.h - what a metric's `sample` works with: one session of one cell, in a child process of its own.
 *
 * The child is fresh: no pool has been created in it. The parent adds launch, position, load and time to what is sent.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef SAMPLER_H
#define SAMPLER_H

#include "../pure/metric.h"
#include "runner.h"

struct sampler {
    const struct runner *runner;
    const struct plan_cell *cell;
    struct session_job job; /* the cell's, ready for session_open */
    int report;             /* where notes go */
    int64_t check_ns;       /* spent in checking, of the sessions that are closed */
    int64_t book_ns;        /* and in reading counters */
    int64_t warmup_ns;      /* spent in warming up so far, of what the runner allows */
};

/* A sample of this cell to be filled: measured, verified, one call, no time and no counters yet. */
struct sample sampler_begin(const struct sampler *, size_t quantity);

/* Errors: the parent is gone. */
bool sampler_send(const struct sampler *, const struct sample *, char why[WHY_SIZE]);

/* A sample of one timed region: quantity, round and ns. */
bool sampler_send_ns(const struct sampler *, size_t quantity, size_t round, int64_t ns, char why[WHY_SIZE]);

/*
 * Call until the times have settled (pure/stats/warmup.h), or the time for that is over; every call is a sample that
 * does not count.
 * counted  as the calls are that follow: what the kernel counts is read around each.
 */
bool sampler_warm_up(struct sampler *, struct session *, bool counted, char why[WHY_SIZE]);

/* Close the session. True if all was ok before, and is still; the first trouble is the one that why tells. */
bool sampler_close(struct sampler *, struct session *, bool ok, char why[WHY_SIZE]);

/* The same, but the pool is terminated. */
bool sampler_terminate(struct sampler *, struct session *, bool ok, char why[WHY_SIZE]);
#endif
