/*
 * random.h - random permutations that a seed repeats (GSL's Mersenne twister).
 *
 * Errors: false when memory is short.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shuffle `list` in place. stream: which of the seed's independent permutations. */
bool random_shuffle(size_t *list, size_t count, uint64_t seed, uint64_t stream);
#endif
