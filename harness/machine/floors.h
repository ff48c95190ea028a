/*
 * floors.h - what the machine itself charges for the steps that every pool is made of. No pool can be cheaper.
 *
 * Each floor is measured in a process of its own, under a deadline: 31 samples after a warm-up, given as their median
 * with its exact interval of at least 95 %.
 *
 * Errors: a floor that could not be measured says why; the others are measured all the same.
 */
#ifndef FLOORS_H
#define FLOORS_H

#include "pure/stats.h"
#include "topology.h"

#include <jansson.h>

struct floor {
    const char *name; /* cache_line, ... */
    const char *what; /* the same in words */
    struct stats_median ns;
    char why[WHY_SIZE]; /* why it was not measured; "": it was */
};

/*
 * Takes a few seconds, most of them for the forks of a large parent.
 * progress  called before each floor with its words; may be NULL.
 * Owns: the caller frees the list. NULL: out of memory.
 */
struct floor *floors_measure(const struct topology *, void (*progress)(const char *what), size_t *count);

/* [{"name", "what", "n", "median_ns", "low_ns", "high_ns", "why"}]. Owns: the caller, a reference. NULL: out of memory.
 */
json_t *floors_json(const struct floor *, size_t count);
#endif
