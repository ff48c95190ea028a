/*
 * more.h - which cells get more launches: those that have not reached their targets, the widest against it first, as
 * far as the time goes.
 *
 * Errors: see more_choose.
 */
#ifndef MORE_H
#define MORE_H

#include "summary.h"

struct more {
    const struct plan *plan;
    const struct summary *summary;
    const bool *dead;         /* cells that are left out */
    const double *session_ns; /* of each cell */
    double left_ns;
};

/*
 * Cells of one group get more launches together, with the bases of their speed-ups; where a metric spans groups, all of
 * that metric and workload. None stops between two looks (stats/looks.h): what does not fit up to the next look is not
 * begun.
 *
 * wanted  one per cell, filled.
 * Returns how many launches lead to the next look; 0: nothing wants more, or there is no time for it. SIZE_MAX: out of
 * memory.
 */
size_t more_choose(const struct more *, bool *wanted);

struct more_ahead {
    size_t sessions;
    double ns;
};

/*
 * What is going to be chosen, look by look, if launches go on to scatter as they did so far; left_ns: behind the
 * launches that are planned. One launch says nothing yet, and wants nothing.
 * Errors: out of memory.
 */
bool more_foresee(const struct more *, struct more_ahead *);
#endif
