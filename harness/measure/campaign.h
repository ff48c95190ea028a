/*
 * campaign.h - the whole run: strategies proven, calls sized, launches measured, what fails left out, and more launches
 * for what has not reached its target.
 *
 * What goes wrong with a strategy or a cell is said on stderr in one sentence and remembered in `found`; the others go
 * on.
 *
 * Errors: see enum campaign_end; why says it where it is CAMPAIGN_CANNOT or CAMPAIGN_TOO_LONG.
 */
#ifndef CAMPAIGN_H
#define CAMPAIGN_H

#include "../machine/progress.h"
#include "../pure/canary.h"
#include "../pure/more.h"
#include "journal.h"

enum campaign_end {
    CAMPAIGN_DONE,
    CAMPAIGN_INTERRUPTED,
    CAMPAIGN_TOO_LONG, /* the budget is far too small for the items' real costs */
    CAMPAIGN_CANNOT,   /* the store is full, or memory is, or CPUs were taken away */
};

/* Where a plan goes that a run has filled in further. */
struct campaign_keeper {
    void *arg;
    bool (*keep)(void *arg, const struct plan *, char why[WHY_SIZE]);
};

struct campaign {
    struct world world;
    struct journal journal;
    struct plan *plan;
    struct campaign_keeper keeper;
    size_t most_workers; /* of any cell */
    size_t usable;       /* CPUs, at the start */
    bool *dead;          /* cells that are left out */
    bool *done;          /* launches_max x cells: what is measured */
    struct counts_cost *costs;
    double *seen_ns; /* what the sessions of each cell took */
    size_t *seen;    /* and how many these were */
    bool found;      /* a strategy failed its proof, or a cell */
    size_t launches_done;
    int64_t started_ns;     /* the proofs */
    int64_t measuring_ns;   /* when the launches began */
    int64_t before_ns;      /* what an earlier run of this plan has spent on them */
    uint64_t left_ns;       /* of the budget, for them */
    struct more_ahead more; /* what is going to be added to the plan, as far as it can be foreseen */
    struct canary canary;
    bool off;                  /* the last one was */
    size_t sessions, repeated; /* sessions so far, and those that did not count */
    struct progress progress;
};

/* Owns: campaign_free, if true. */
bool campaign_open(struct campaign *, struct plan *, const struct world *, struct campaign_keeper, char why[WHY_SIZE]);
void campaign_free(struct campaign *);

/* Go on after these samples, which it takes over, of an earlier run of this plan. Before campaign_prepare. */
void campaign_take_over(struct campaign *, struct samples *);

/* Refuse what does not keep the contract, then find what items cost and give every cell its count. */
enum campaign_end campaign_prepare(struct campaign *, char why[WHY_SIZE]);

/* All launches that are not done yet, samples to the store. */
enum campaign_end campaign_run(struct campaign *, struct store *, char why[WHY_SIZE]);
#endif
