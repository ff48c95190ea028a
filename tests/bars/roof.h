/*
 * roof.h - the pool-less figure: pinned workers that run the same items, split beforehand, behind a start barrier.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef ROOF_H
#define ROOF_H

#include "bars.h"

#define ROOF_WORKERS_MAX 64
#define ROOF_CALLS_MAX 16

/* The wall time of each call, from the first worker's start to the last one's end. threads: else processes. */
bool roof_measure(const struct bars *, const char *workload, uint64_t work_ns, size_t count, bool threads, size_t calls,
                  double ns[], char why[WHY_SIZE]);
#endif
