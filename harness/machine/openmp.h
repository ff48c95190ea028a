/*
 * openmp.h - making OpenMP's threads bind and wait as all other workers do.
 *
 * Binding is the pools' own business, so the runtime must not bind; how it waits is told by its variables, which a
 * runtime reads when it is loaded - before main. Where they are not right yet, the program has to start again.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef OPENMP_H
#define OPENMP_H

#include "../command/units.h"

#include "pool.h"

/* Set the variables. *changed: they were not like this before. */
bool openmp_set_environment(enum pool_wait, bool *changed, char why[WHY_SIZE]);

/* Start this program again with the arguments of one of its commands. Returns only if that fails. */
void openmp_restart(int argc, char **argv, char why[WHY_SIZE]);
#endif
