/*
 * runner.h - what calibration and measuring share: who is measured, on what, and a child process for one cell.
 *
 * Errors: see runner_run.
 */
#ifndef MEASURE_RUNNER_H
#define MEASURE_RUNNER_H

#include "answers.h"
#include "channel.h"
#include "session.h"

struct runner {
    const struct plan *plan;
    const struct chosen_strategy *strategies; /* in the plan's order */
    const struct chosen_workload *workloads;
    double loops_per_ns;
    int64_t sample_ns_min; /* a sample lasts at least this long */
    int64_t warmup_ns;     /* what the warm-up of a session may last, beyond its fewest calls */
    const unsigned *cpus;
    size_t cpu_count; /* 0: not bound */
    struct answers answers;
};

/* One cell, seen from the child that runs it. */
struct runner_cell {
    const struct runner *runner;
    const struct plan_cell *cell;
    struct verify_right *right; /* NULL: none are kept */
};

enum runner_end {
    RUNNER_DONE,
    RUNNER_FAILED,      /* the cell cannot be measured, why says it */
    RUNNER_INTERRUPTED, /* by a signal that asks for an end */
};

struct session_job runner_job(const struct runner_cell *);

/* Run body in a child with a deadline; take gets its notes, except those of a failure, which end up in why. */
enum runner_end runner_run(int (*body)(void *, int), const struct runner_cell *, int64_t timeout_ns,
                           void (*take)(void *arg, const struct note *), void *arg, char why[WHY_SIZE]);
#endif
