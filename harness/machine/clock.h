/*
 * clock.h - the one clock that measurements use: CLOCK_MONOTONIC.
 *
 * Errors: none.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now_ns(void);

/* What the clock itself costs and resolves, measured now. */
struct clock_facts {
    double cost_ns; /* one reading */
    double tick_ns; /* the smallest step seen */
};
struct clock_facts clock_measure(void);
#endif
