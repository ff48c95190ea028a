/*
 * soundness.h - how far a session may be believed: A against A, the drift canary, what is missing.
 *
 * Errors: false when memory is short.
 */
#ifndef SOUNDNESS_H
#define SOUNDNESS_H

#include "../stats/paired.h"
#include "rounds.h"

#define SOUNDNESS_DRIFT_NOTED 0.03 /* range of the canary, by its least */
#define SOUNDNESS_DRIFT_BAD 0.1

struct soundness {
    bool has_aa; /* a strategy is enrolled twice */
    size_t twin; /* which: of the plan */
    struct stats_median aa;
    bool aa_sound;
    double drift;                       /* NAN: no canary */
    size_t cells_empty, launches_least; /* least of the cells that have any */
    size_t unverified;
};

/* canaries  count of them; their wall_ns are compared. */
bool soundness_find(const struct rounds *, const struct sample *samples, size_t count, const struct sample *canaries,
                    size_t canary_count, struct soundness *);
#endif
