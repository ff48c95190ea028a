/*
 * looks.h - when a cell has been measured often enough: looks at pre-set numbers of launches only.
 *
 * Looking after every launch and stopping when the interval happens to be narrow makes intervals that cover less than
 * they say.
 *
 * Errors: none.
 */
#ifndef LOOKS_H
#define LOOKS_H

#include "series.h"

#define LOOKS_TARGET_THROUGHPUT 0.02
#define LOOKS_TARGET_RATIO 0.05 /* METG and speed-up */

struct look {
    struct stats_median estimate;
    double half_width; /* of the interval, by the median. INFINITY: no interval */
    enum series_halves halves;
    bool reached; /* at a pre-set look, narrow enough, and no two halves that disagree */
};

/* The first pre-set look at more than n launches: 6, 9, 15, 21, 31. 0: there is none. */
size_t looks_next(size_t n);
bool looks_is(size_t n);

/* Half the interval's width by the median's size; INFINITY: no interval. */
double looks_half_width(const struct stats_median *);

/*
 * values  one per launch, in the order of launches.
 * target  LOOKS_TARGET_*.
 * scratch  n values.
 */
struct look looks_judge(const double *values, size_t n, double target, double *scratch);
#endif
