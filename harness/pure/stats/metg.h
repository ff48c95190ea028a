/*
 * metg.h - the minimum effective task granularity: how small tasks may be before the pool eats the machine.
 *
 * Efficiency E is the share of the workers' time that is useful work, against the roof; work w is the useful time per
 * task; granularity G = w / E is what a task costs in all. METG(e) is G where E falls through e, coming from large
 * tasks. Between two points logit(E) is a straight line over log(w), as it is exactly where a task costs w + d.
 *
 * A value is never made up: -INFINITY stands for "at or below the smallest task measured", INFINITY for "at or above
 * the largest", NAN for "cannot be told".
 *
 * Errors: none.
 * Source: Slaughter et al., "Task Bench", SC20.
 */
#ifndef METG_H
#define METG_H

#include "../stats.h"

#define METG_CROSSINGS_MAX 8

struct metg_point {
    double work_ns;    /* useful time per task, as the roof does it */
    double efficiency; /* clamped to [0.001, 0.999] for the logit: noise may bring it to 1 and above */
};

struct metg {
    double work_ns; /* w at the first downward crossing; w50 for level 0.5 */
    double metg_ns; /* work_ns / level */
    size_t crossings;
    double at_ns[METG_CROSSINGS_MAX]; /* w of every crossing, up and down, from large to small tasks; the first ones */
};

/*
 * Points with a value that is not finite and positive do not count. crossings > 1: the curve is not monotone.
 *
 * points  in any order; sorted here, from large to small tasks.
 * level  in (0, 1): 0.5, 0.9, 0.95.
 */
struct metg metg_find(struct metg_point *points, size_t n, double level);

/*
 * The median over launches with its interval, each maybe one of the three values that stand for none. Sorts the
 * values; NANs do not count.
 */
struct stats_median metg_over_launches(double *values, size_t n);
#endif
