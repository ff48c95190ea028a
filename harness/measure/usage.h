/*
 * usage.h - what the kernel has counted for this process and for its children that have ended.
 *
 * Errors: none.
 */
#ifndef USAGE_H
#define USAGE_H

#include "../pure/sample.h"

struct usage {
    int64_t user_ns, system_ns, switches, faults_minor, faults_major;
};

struct usage usage_now(void);

/* What was used since `before`, added to the sample's counters. */
void usage_add(struct sample *, const struct usage *before);
#endif
