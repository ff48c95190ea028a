/*
 * roofs.h - the roof over every pool: workers that share nothing but a start and an end, with the work split
 * beforehand.
 *
 * Two of them, `roof_threads` and `roof_processes`, filled in as strategies so that they are measured as strategies
 * are. They are no pools: nothing is queued, nobody is replaced, idle workers spin, each bound to a CPU, and the caller
 * is the first of them. What serial loses to a roof is lost to the machine, what a pool loses to it is lost to the
 * pool.
 *
 * Errors: those of strategy.h.
 */
#ifndef ROOFS_H
#define ROOFS_H

#include "strategy.h"

/* Ended by NULL. */
extern const struct pool_ops *const roofs[];

bool roofs_have(const struct pool_ops *);
#endif
