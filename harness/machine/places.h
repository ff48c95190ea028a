/*
 * places.h - the CPUs that workers may be placed on, and where in the machine each lies. Plain data, no hwloc.
 *
 * Errors: NULL or false when memory is exhausted.
 */
#ifndef PLACES_H
#define PLACES_H

#include "topology.h"

/* Parts of a machine, the smallest first. The last holds everything. */
enum place_level { LEVEL_CORE, LEVEL_L3, LEVEL_NUMA, LEVEL_PACKAGE, LEVEL_MACHINE, LEVELS };

struct place {
    unsigned cpu;        /* the operating system's number */
    unsigned in[LEVELS]; /* which core, L3, ... it belongs to; 0 where the machine has no such part */
    int slowness;        /* 0: the fastest kind of core */
    size_t sibling;      /* how many threads of its core come before it */
    size_t turn;         /* used while sorting */
};

struct places {
    size_t count, capacity;
    struct place at[];
};

struct places *places_new(size_t capacity); /* Owns: places_free */
void places_free(struct places *);

/* Append; threads of a core are added one after the other. Sets `sibling`. No more than capacity. */
void places_add(struct places *, struct place);

/* The CPU numbers in binding order, `count` of them. BIND_COMPACT or BIND_SPREAD. Owns: the caller frees the list. */
unsigned *places_order(const struct places *, enum bind_policy);

/* How many cores share the part of this level that compact binding fills first. */
size_t places_cores_in_first(const struct places *, enum place_level);

/* Cores of the fastest kind. */
size_t places_fast_cores(const struct places *);
#endif
