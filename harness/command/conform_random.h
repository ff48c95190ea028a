/*
 * conform_random.h - poolbench conform --random and --replay: sequences of commands instead of cases.
 *
 * Errors: an exit code; by then the reason is on stderr.
 */
#ifndef CONFORM_RANDOM_H
#define CONFORM_RANDOM_H

#include "../conform/random/explore.h"
#include "../machine/progress.h"

#include <stdio.h>

struct conform_random {
    struct explore_request request; /* progress and arg are filled in */
    const char *plugin;             /* for the line that repeats a failure; NULL: none */
    struct progress progress;
};

int conform_random(struct conform_random *, const struct chosen_strategy *, size_t count, FILE *out);
#endif
