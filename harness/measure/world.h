/*
 * world.h - all that a campaign asks of the machine. Tests put a scripted one with a virtual clock in its place.
 *
 * Errors: see each; why says what is wrong.
 */
#ifndef WORLD_H
#define WORLD_H

#include "runner.h"

struct world {
    void *arg;
    int64_t (*now_ns)(void *arg);
    bool (*interrupted)(void *arg);

    /* Does a strategy of the plan keep the contract? */
    bool (*prove)(void *arg, size_t strategy, char why[WHY_SIZE]);

    /* Find how fast the machine is, where that is not known from the run that goes on. */
    void (*calibrate)(void *arg);
    enum runner_end (*cost)(void *arg, const struct plan_cell *, struct counts_cost *, char why[WHY_SIZE]);

    /* One session of a cell; warmup_ns: what its warm-up may last. */
    enum runner_end (*session)(void *arg, const struct plan_cell *, int64_t warmup_ns, int64_t timeout_ns,
                               void (*take)(void *take_arg, const struct note *), void *take_arg, char why[WHY_SIZE]);

    /* A fixed serial kernel on one CPU, how long it took now, and its size; the time between two clock readings. */
    int64_t (*canary_ns)(void *arg, uint64_t *loops);
    double (*empty_ns)(void *arg);

    /* CPUs that this process may use now. */
    size_t (*usable)(void *arg);

    /* Load and time of day. */
    void (*stamp)(void *arg, struct sample *);
};

/* This machine. The runner outlives it. */
struct world world_real(struct runner *);
#endif
