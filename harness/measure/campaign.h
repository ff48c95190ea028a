/*
 * campaign.h - the whole run: strategies proven, calls sized, launches measured, what fails left out.
 *
 * What goes wrong with a strategy or a cell is said on stderr in one sentence and remembered in `found`; the others go
 * on.
 *
 * Errors: see enum campaign_end; why says it where it is CAMPAIGN_CANNOT or CAMPAIGN_TOO_LONG.
 */
#ifndef CAMPAIGN_H
#define CAMPAIGN_H

#include "../machine/progress.h"
#include "measure.h"

enum campaign_end {
    CAMPAIGN_DONE,
    CAMPAIGN_INTERRUPTED,
    CAMPAIGN_TOO_LONG, /* the budget is far too small for the items' real costs */
    CAMPAIGN_CANNOT,   /* the store is full, or memory is */
};

struct campaign {
    struct measure measure;
    struct plan *plan;
    size_t most_workers; /* of any cell */
    bool *dead;          /* cells that are left out */
    struct counts_cost *costs;
    bool found; /* a strategy failed its proof, or a cell */
    size_t launches_done;
    int64_t started_ns;                   /* the proofs */
    int64_t measuring_ns;                 /* when the launches began */
    uint64_t left_ns;                     /* of the budget, for them */
    int64_t canary_ns_min, canary_ns_max; /* 0: none yet */
    struct progress progress;
};

/* runner: all but loops_per_ns and sample_ns_min, which calibration finds. Owns: campaign_free, if true. */
bool campaign_open(struct campaign *, struct plan *, const struct runner *, char why[WHY_SIZE]);
void campaign_free(struct campaign *);

/* Refuse what does not keep the contract, then find what items cost and give every cell its count. */
enum campaign_end campaign_prepare(struct campaign *, char why[WHY_SIZE]);

/* All launches, samples to the store. */
enum campaign_end campaign_run(struct campaign *, struct store *, char why[WHY_SIZE]);
#endif
