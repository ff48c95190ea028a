/*
 * usage.h - what the kernel has counted for this process, for its children that have ended, and for its descendants
 * that live: a pool's workers are among these, whatever they are made of.
 *
 * What the kernel does not tell is SAMPLE_UNKNOWN. Errors: none.
 */
#ifndef USAGE_H
#define USAGE_H

#include "../pure/sample.h"

/* Reads a few files of /proc for every worker process: not for timed regions. */
struct sample_counters usage_now(void);

/* What was used since then. */
struct sample_counters usage_since(const struct sample_counters *then);

/* Add b to a, counter by counter; an unknown one stays so. */
void usage_add(struct sample_counters *a, const struct sample_counters *b);
#endif
