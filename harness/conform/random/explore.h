/*
 * explore.h - random sequences against a strategy, each in a process of its own, until one fails; then the smallest
 * part of it that still does.
 *
 * Errors: false, with one sentence in why, if no process can be started.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "../../command/catalogue.h"

struct explore_request {
    uint64_t commands; /* at least so many */
    uint64_t seed;
    double factor;      /* of all patience */
    const char *replay; /* this sequence instead; NULL: random ones */
    size_t repeat;      /* at most so many runs of it, until one fails */
    /* Called after each process. NULL: nobody. */
    void (*progress)(void *arg, const char *strategy, uint64_t played, bool shrinking);
    void *arg;
};

struct explore_finding {
    bool failed, interrupted;
    uint64_t played, sequences; /* commands and sequences that were run */
    char message[512];          /* what failed */
    char *details;              /* what the process wrote, and where it hung; NULL: nothing. Owns: explore_free */
    char *replay;               /* the smallest sequence that fails; NULL: none. Owns: explore_free */
    size_t replay_commands;
    unsigned replay_failures, replay_runs; /* how often that fails */
};

bool explore_strategy(const struct explore_request *, const struct chosen_strategy *, struct explore_finding *,
                      char why[WHY_SIZE]);
void explore_free(struct explore_finding *);
#endif
