/*
 * kin.h - what /proc tells of the threads of this process and of the processes that descend from it and live.
 *
 * Errors: none; what cannot be told is SAMPLE_UNKNOWN or empty.
 */
#ifndef KIN_H
#define KIN_H

#include "../pure/sample.h"

/*
 * Add what living descendants have used, and the migrations of all threads that live. The kernel tells CPU time to the
 * nanosecond, but how it divides into user and system by ticks only.
 */
void kin_count(struct sample_counters *);

/* Memory in bytes: what is shared counts in parts (PSS). SAMPLE_UNKNOWN: it cannot be told. */
struct kin_memory {
    int64_t own, descendants;
    size_t count; /* descendants */
};
struct kin_memory kin_memory_now(void);

/* Where all these threads ran last: "0-3;8". */
void kin_cpus(char text[SAMPLE_CPUS_SIZE]);
#endif
