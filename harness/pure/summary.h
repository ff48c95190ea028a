/*
 * summary.h - samples into estimates: one row per cell, as summary.csv has them.
 *
 * A sample's value is its time per item. Its median over the rounds of a launch is the launch's; estimates are over
 * launches. A speed-up is taken inside each launch: serial's median by the cell's.
 *
 * Errors: false when memory is short.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "sample.h"
#include "stats.h"

struct summary_row {
    size_t cell, count, samples;
    struct stats_median item_ns;     /* n: launches; 0: nothing was measured, and all else is 0 */
    double min, mean, p90, p99, mad; /* of item_ns over all samples */
    struct stats_median speedup;     /* n 0: serial was not measured in these launches */
    struct stats_median efficiency;
};

struct summary {
    struct summary_row *rows; /* one per cell of the plan */
    size_t count;
};

/* Warm-up and unverified samples do not count. */
bool summary_make(const struct plan *, const struct sample *, size_t count, struct summary *);
void summary_free(struct summary *);

/* summary.csv: cells without a sample are left out. Owns: the caller frees. NULL: out of memory. */
char *summary_to_csv(const struct plan *, const struct summary *);
#endif
