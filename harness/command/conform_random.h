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
    char plugins[1024];             /* as arguments, for the line that repeats a failure */
    struct progress progress;
};

/* The plugin is needed to repeat what is found. */
void conform_random_note_plugin(struct conform_random *, const char *path);

int conform_random(struct conform_random *, const struct chosen_strategy *, size_t count, FILE *out);
#endif
