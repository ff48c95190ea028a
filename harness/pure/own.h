/*
 * own.h - what a run says about itself: the empty region, the canary, what the harness costs, A against A.
 *
 * Errors: false when memory is short.
 */
#ifndef OWN_H
#define OWN_H

#include "sample.h"
#include "verdict/soundness.h"

/* The lines that are no measurements, and the samples they stand between. */
struct own_lines {
    const struct sample *samples, *canaries, *empties, *sessions;
    size_t sample_count, canary_count, empty_count, session_count;
};

/* Medians over launches. */
struct own {
    struct stats_median empty_ns, canary_ns;
    struct stats_median sample_ns; /* verification and book-keeping for a sample */
    struct stats_median percent;   /* the same by the wall time of the sessions */
    struct stats_median aa;        /* over rounds; n 0: there is no pair */
    size_t twin;                   /* the strategy of that pair */
};

bool own_make(const struct plan *, const struct own_lines *, const struct soundness *, struct own *);

/* Its lines of summary.csv (summary.h has the header), behind those of the cells. Owns: the caller. NULL: no memory. */
char *own_to_csv(const struct plan *, const struct own *);
#endif
