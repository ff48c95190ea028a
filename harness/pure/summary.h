/*
 * summary.h - samples into estimates: one row per cell and quantity, as summary.csv has them.
 *
 * The median of a quantity over the rounds of a launch is the launch's value; derived quantities are computed from
 * these, launch by launch; estimates are over launches.
 *
 * Errors: false when memory is short.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "launches.h"
#include "stats.h"

struct summary_row {
    size_t cell, quantity;
    size_t count, samples;           /* 0 samples: nothing was measured, or it is derived */
    struct stats_median estimate;    /* n: launches; 0: there is none, and all else is 0 */
    double min, mean, p90, p99, mad; /* over all samples */
    double target;                   /* of the quantity; 0: none */
    bool reached;                    /* it has one, and has reached it at a look (stats/looks.h) */
};

struct summary {
    struct summary_row *rows; /* by cell, then quantity */
    size_t count;
    struct launches launches; /* what the estimates are made of */
};

/* Warm-up and unverified samples do not count. */
bool summary_make(const struct plan *, const struct sample *, size_t count, struct summary *);
void summary_free(struct summary *);

const struct summary_row *summary_of(const struct summary *, size_t cell, size_t quantity);

/* summary.csv: rows without an estimate are left out. Owns: the caller frees. NULL: out of memory. */
char *summary_to_csv(const struct plan *, const struct summary *);
#endif
