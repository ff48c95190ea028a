/*
 * models.h - what follows from curves of a session: METG from the ladder of work, scaling laws from that of workers.
 *
 * Errors: false when memory is short.
 */
#ifndef MODELS_H
#define MODELS_H

#include "../launches.h"
#include "../stats/metg.h"
#include "../stats/scaling.h"

#define MODELS_LADDER_MIN 3 /* different works for a METG, worker counts for a law */
#define MODELS_LEVELS 3

extern const double models_level[MODELS_LEVELS]; /* 0.5, 0.9, 0.95 */

struct models_metg {
    size_t like;                    /* a cell: strategy, workers, workload, chunk; its work is one of several */
    size_t roof;                    /* the strategy that efficiency is taken against */
    double smallest_ns, largest_ns; /* works measured */
    struct stats_median metg[MODELS_LEVELS]; /* over launches; infinite values as metg.h has them */
    struct stats_median w50;
    struct metg curve; /* of the medians over launches, level 0.5: where it crosses, and how often */
};

struct models_law {
    size_t like;                                     /* a cell: strategy, workload, work, chunk */
    size_t points;                                   /* worker counts in the regime */
    size_t workers_max;                              /* of these */
    struct stats_median contention, coherence, peak; /* over launches; peak may be infinite */
    struct stats_median serial;                      /* Karp-Flatt at workers_max, from the speed-up over serial */
};

struct models {
    struct models_metg *metgs;
    size_t metg_count;
    struct models_law *laws;
    size_t law_count;
    size_t regime; /* workers up to which the laws are fitted: the first break of the topology */
};

/* No pool: what the efficiency of pools is taken against. */
bool models_is_roof(const struct plan *, size_t strategy);

/* The cell that a cell's efficiency is taken against: the roof's at so many workers, else serial's. SIZE_MAX: none. */
size_t models_roof_of(const struct plan *, size_t cell);

/* Owns: models_free. */
bool models_make(const struct launches *, struct models *);
void models_free(struct models *);
#endif
