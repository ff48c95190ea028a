/*
 * plan_parts.h - the later steps of making a plan, whose cells are there already.
 *
 * Errors: see each.
 */
#ifndef PLAN_PARTS_H
#define PLAN_PARTS_H

#include "plan.h"

/* Fill plan->series and plan->bases. False: out of memory. */
bool plan_make_series(struct plan *);

/* Reduce rounds, launches and calls until the budget holds, and say so in plan->reduced. */
void plan_fit_budget(struct plan *);

/* Enrol one strategy a second time, for one cell; the lists have room for it. False: out of memory. */
bool plan_add_twin(struct plan *, const struct plan_request *);

/* Fill plan->order. False: out of memory. */
bool plan_make_order(struct plan *, size_t groups);
#endif
