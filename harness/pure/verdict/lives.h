/*
 * lives.h - the life of a pool against workers that are born for every call.
 *
 * Errors: none.
 */
#ifndef LIVES_H
#define LIVES_H

#include "../launches.h"
#include "../stats.h"

/* A cell of the metric lifecycle, the only ones that these functions take. */
bool lives_is_life(const struct plan *, size_t cell);

/* create, close and join of one launch; NAN: not measured. */
double lives_life_ns(const struct launches *, size_t cell, size_t launch);

/*
 * After how many calls the pool has cost less in all than the other: breakeven_calls launch by launch, over launches.
 * The median is INFINITY where it never does.
 * scratch  one value per launch.
 */
struct stats_median lives_break_even(const struct launches *, size_t pool, size_t other, double *scratch);
#endif
