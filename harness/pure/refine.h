/*
 * refine.h - which rungs between those of a coarse ladder of work are measured: the ones near a level of efficiency.
 *
 * Errors: see refine_plan.
 */
#ifndef REFINE_H
#define REFINE_H

#include "counts.h"

/*
 * Decide about every cell that is RUNG_BETWEEN: it becomes RUNG_SOLID or RUNG_DROPPED.
 *
 * One stays where the efficiency of its strategy, as costs make it, passes a level of models_level between the solid
 * rungs next to it or next but one, for costs are of one short look; with it stay the base and the roofs of its series.
 *
 * costs  one per cell; those of solid cells count, 0: not known.
 * Errors: false when memory is short.
 */
bool refine_plan(struct plan *, const struct counts_cost *costs);
#endif
