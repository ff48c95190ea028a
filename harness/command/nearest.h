/*
 * nearest.h - which of several names somebody meant who mistyped one.
 *
 *     struct nearest n = {.typed = "ftok"};
 *     nearest_try(&n, "list"); nearest_try(&n, "fork"); ...
 *     nearest_name(&n): "fork", or NULL if none is close enough.
 *
 * Errors: none.
 */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

struct nearest {
    const char *typed;
    const char *best; /* NULL before the first try */
    size_t distance;  /* of best: letters inserted, deleted, replaced or swapped with their neighbour */
};

void nearest_try(struct nearest *, const char *name);

/* The best so far, if it is closer than half of what was typed, or starts with all of it. The first wins a tie. */
const char *nearest_name(const struct nearest *);
#endif
