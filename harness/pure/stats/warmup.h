/*
 * warmup.h - when the first samples of a pool's life have settled.
 *
 * Errors: none.
 */
#ifndef WARMUP_H
#define WARMUP_H

#include <stddef.h>

#define WARMUP_WINDOW 5
#define WARMUP_TOLERANCE 0.02
#define WARMUP_CALLS_MIN 3

enum warmup {
    WARMUP_GOES_ON,
    WARMUP_STEADY, /* the last two windows have medians within WARMUP_TOLERANCE */
    WARMUP_CUT,    /* its share of the budget is spent: samples that follow may not have settled */
};

/*
 * values  so far, in the order they were taken; only the last two windows count.
 * spent, allowed  of the budget, in one unit; at least WARMUP_CALLS_MIN values are taken whatever they cost.
 */
enum warmup warmup_judge(const double *values, size_t n, double spent, double allowed);
#endif
