/*
 * census.h - what a process holds: descriptors, threads, children and memory, so that a leak shows.
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

/*
 * Ends the case with FAIL if, after some patience, there is more than before. what: "after destroy".
 * pools_ran  whole pools have run since: a runtime may keep their threads for the next one, as OpenMP's does. They are
 * no leak if another whole pool, which is tried, does not add to them.
 */
void census_compare(const struct subject *, const struct census *before, bool pools_ran, const char *what);

/* Bytes that this process has from malloc; a sanitizer's allocator says 0. */
size_t heap_bytes(void);

/*
 * FAIL unless, after some patience, the heap has at most `more` bytes above `before`: what was dropped is freed when
 * the worker that has it is done. calls, what  "40", "iterators that were left early".
 */
void heap_expect(const struct subject *, size_t before, size_t more, size_t calls, const char *what);
#endif
