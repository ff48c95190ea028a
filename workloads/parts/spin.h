/*
 * spin.h - work of a known length, and its result without doing it.
 *
 * A step is x -> a x + c (mod 2^64), a linear congruential generator: doing n steps takes n dependent multiplications,
 * but n steps at once are again one such step, which repeated squaring finds in log n. So the check of a result
 * is cheap, and independent of the loop.
 *
 * Errors: spin_loops returns nonzero, with one sentence in why.
 */
#ifndef SPIN_H
#define SPIN_H

#include "workload.h"

/* What workload_spin_loop(loops, seed) returns. */
uint64_t spin_result(uint64_t loops, uint64_t seed);

/* How many loops take spec->work_ns. */
int spin_loops(const struct workload_spec *spec, uint64_t *loops, char why[WORKLOAD_WHY]);
#endif
