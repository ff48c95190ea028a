/*
 * census.h - what a process holds: descriptors, threads and children, so that a leak shows.
 *
 * Errors: none; what cannot be read counts 0.
 */
#ifndef CENSUS_H
#define CENSUS_H

#include "subject.h"

struct census {
    size_t descriptors, threads, children; /* zombies are children too */
};

struct census census_take(void);

/* Ends the case with FAIL if, after some patience, there is more than before. what: "after destroy". */
void census_compare(const struct subject *, const struct census *before, const char *what);
#endif
