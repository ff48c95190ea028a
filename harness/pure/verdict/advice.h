/*
 * advice.h - from measured grids to "which strategy for tasks like mine": a prediction per strategy, with its grounds.
 *
 *   call = what a call costs in itself + items * (time per item at that work + what the payload adds)
 *
 * with items rounded up to a multiple of the CPUs in use: the last turn takes as long as any.
 *
 * Time per item lies on a straight line between two measured works, both axes logarithmic, and so does the payload's
 * part. Beyond the measured works the pool's own cost is taken to stay what it is at the nearest one.
 *
 * Errors: false when memory is short.
 */
#ifndef ADVICE_H
#define ADVICE_H

#include "../summary.h"

struct advice_question {
    double task_ns;   /* above 0 */
    size_t count;     /* items of a call, at least 1 */
    size_t arg_bytes; /* of each item's argument; 0: a few */
    size_t workers;   /* 0: as many as are best */
};

/* How far a grid carries. */
enum advice_ground {
    ADVICE_NONE,    /* not measured: left out */
    ADVICE_INSIDE,  /* measured there, or between two points */
    ADVICE_OUTSIDE, /* beyond the last point */
};

/* What one strategy is expected to do, at its best worker count. */
struct advice_option {
    size_t strategy, workers;
    struct stats_median call_ns;
    double item_ns, payload_ns, start_ns; /* its parts: per item, per item, per call */
    double life_ns;                       /* create, close and join; NAN: not measured */
    enum advice_ground work, payload, start;
    double nearest_ns[2]; /* the measured works on either side; equal: one point only */
    bool tied;            /* with the first: their intervals overlap */
};

struct advice {
    struct advice_option *options; /* the fastest first; one per strategy */
    size_t count;
    size_t workload; /* whose times they are; SIZE_MAX: nothing suitable was measured, and count is 0 */
};

/* Owns: the caller frees options. */
bool advice_make(const struct plan *, const struct summary *, const struct advice_question *, struct advice *);
#endif
