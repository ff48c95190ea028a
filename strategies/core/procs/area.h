/*
 * area.h - what one process of a fresh.h pool is to do, and what it leaves behind, as one block of shared memory.
 *
 * Errors: none.
 */
#ifndef AREA_H
#define AREA_H

#include "work.h"

#include <stdbool.h>

struct fresh;

struct failure {
    size_t index; /* in the range */
    int code;
};

/*
 * What a process is to do, and what it leaves behind: in shared memory, for one that a helper has forked knows nothing
 * else of its batch. Behind it lie results and failures, each as many as the range has items; and, for a helper's
 * process, copies of the range's arguments and of the context.
 */
struct area {
    struct fresh *pool; /* whose task it is, and of which worker: for the owner to set */
    size_t worker;
    size_t count; /* items */
    struct pool_task task;
    const void *columns[POOL_ARGS_MAX]; /* of the range */
    const unsigned char *initial;       /* what results are before the call; NULL: they are in place */
    unsigned char *results;
    struct failure *failures;
    size_t ended;        /* items whose results are in place */
    size_t failed;       /* items that returned a code */
    const int *canceled; /* set from outside: begin no other item */
};

/* What an area for this range takes. copied: its process does not have the host's memory. */
size_t area_bytes(const struct work_range *, bool copied);

/* Lay the range out in a block of so many bytes, with clean books. */
void area_fill(struct area *, const struct work_range *, bool copied);
#endif
