/*
 * canary.h - how steady a machine is, from the times that one fixed serial kernel took again and again.
 *
 * Errors: none.
 */
#ifndef CANARY_H
#define CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CANARY_WINDOW 31    /* the latest ones: what the machine is like by now */
#define CANARY_FEWEST 5     /* fewer tell nothing yet */
#define CANARY_NOTED 0.03   /* range by least: to be told */
#define CANARY_INVALID 0.10 /* off the median: what ran beside it does not count */

struct canary {
    int64_t window[CANARY_WINDOW];
    size_t count; /* so far */
    int64_t least_ns, most_ns;
};

/* Take a time. True: it is off the median of the latest by more than CANARY_INVALID, up or down. */
bool canary_take(struct canary *, int64_t ns);

/* How far the greatest is above the least. 0: there is none. */
double canary_range(const struct canary *);
#endif
