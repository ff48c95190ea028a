/*
 * measure.h - the measurements behind floors.h. Each runs in a process of its own and may change it as it likes.
 *
 * Errors: false, with one sentence in run->why.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "command/units.h"

#include <sys/types.h>

#define FLOOR_SAMPLES 31
#define FLOOR_WARMUP 3 /* samples that are taken first and dropped */

struct floor_run {
    unsigned cpu[2];       /* two CPUs, of different cores where there are two */
    size_t cpus;           /* how many of them there are */
    size_t resident_bytes; /* of the forking parent */
    double ns[FLOOR_SAMPLES];
    char why[WHY_SIZE];
};

/* Fill run->ns: each sample is the time of `calls` calls of step, divided by them. False as soon as step fails. */
bool measure_samples(struct floor_run *, bool (*step)(void *arg), void *arg, size_t calls);

/* Bind the calling thread. */
bool measure_pin(struct floor_run *, unsigned cpu);

/* run->why = "WHAT: the error's text"; false. */
bool measure_failed(struct floor_run *, const char *what, int error);

bool measure_cache_line(struct floor_run *);
bool measure_atomic_add(struct floor_run *);
bool measure_futex(struct floor_run *);
bool measure_pipe(struct floor_run *);
bool measure_thread(struct floor_run *);
bool measure_fork(struct floor_run *);
bool measure_vfork(struct floor_run *);
bool measure_spawn(struct floor_run *);
#endif
