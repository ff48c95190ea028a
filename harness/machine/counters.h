/*
 * counters.h - what the hardware counts of this process and of all that it starts from now on: events of the CPU
 * through perf_event_open, and the energy of the packages through RAPL, which is the whole machine's.
 *
 * Errors: none; a counter that cannot be had is NAN, and counters_why says why.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

enum counter { COUNTER_CYCLES, COUNTER_INSTRUCTIONS, COUNTER_CACHE_MISSES, COUNTER_ENERGY, COUNTERS };

#define COUNTERS_WHY 160

extern const char *const counter_names[COUNTERS]; /* as in machine.json and samples.csv */

struct counters {
    int fd[COUNTERS]; /* -1: not to be had */
};

/* Begin to count. Before a pool is created: threads and processes that live already are not counted. */
void counters_open(struct counters *);
void counters_close(struct counters *);

/* Counts since the opening, and joules. What was counted only part of the time is scaled to all of it. */
void counters_read(const struct counters *, double values[COUNTERS]);

/* True if it can be had here; else why is one sentence. */
bool counters_try(enum counter, char why[COUNTERS_WHY]);
#endif
