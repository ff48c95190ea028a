/*
 * clock.h - the one clock that measurements use, CLOCK_MONOTONIC, and the calendar's for names and stamps.
 *
 * Errors: none.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now_ns(void);

/* Seconds since 1970. Never the base of a duration: it jumps when the clock is set. */
int64_t clock_epoch_s(void);

/* What the clock itself costs and resolves, measured now. */
struct clock_facts {
    double cost_ns; /* one reading */
    double tick_ns; /* the smallest step seen */
};
struct clock_facts clock_measure(void);
#endif
