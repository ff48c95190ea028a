/*
 * usage.h - what the kernel has counted for this process and for its children that have ended.
 *
 * Errors: none.
 */
#ifndef USAGE_H
#define USAGE_H

#include <stdint.h>

struct usage {
    int64_t user_ns, system_ns, switches, faults_minor, faults_major;
};

struct usage usage_now(void);

/* What was used since then. */
struct usage usage_since(const struct usage *then);
#endif
