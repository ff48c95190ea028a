/*
 * shrink.h - making a failing sequence as small as one likes to read it (delta debugging, Zeller and Hildebrandt 2002).
 *
 * Errors: none; a predicate that never fails again leaves the sequence as it is.
 */
#ifndef SHRINK_H
#define SHRINK_H

#include "sequence.h"

/* True if the sequence still fails. */
typedef bool shrink_predicate(void *arg, const struct sequence_command *, size_t count);

/*
 * Leave out commands, then make their numbers smaller, as long as the rest still fails.
 *
 * attempts  at most so many questions are asked.
 * Returns how many commands are left, in place.
 */
size_t shrink_sequence(struct sequence_command *, size_t count, shrink_predicate *, void *arg, size_t attempts);
#endif
