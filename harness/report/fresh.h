/*
 * fresh.h - the strategies of a run whose workers are born for every call or item, with which pools are compared.
 *
 * Errors: none.
 */
#ifndef FRESH_H
#define FRESH_H

#include "../pure/plan.h"

#define FRESH_MAX 8

/* As this build has the strategy. */
bool fresh_is(const struct plan *, size_t strategy);

/* Those of the plan, serial aside; returns how many. */
size_t fresh_find(const struct plan *, size_t fresh[FRESH_MAX]);

/* The cell of a strategy that is like this one in all else; SIZE_MAX: there is none. */
size_t fresh_counterpart(const struct plan *, size_t cell, size_t strategy);
#endif
