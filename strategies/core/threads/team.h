/*
 * team.h - what the OpenMP strategies share: all but the pragma.
 *
 * A strategy opens a team, enters a parallel region of team.threads, in which every thread joins, shares out
 * [0, team.chunks) as its schedule says, calls team_run for each, and leaves; then it closes the team. Concurrent
 * calls share the pool's seats. The caller's OpenMP settings and every thread's affinity are put back.
 *
 * Errors: an enum pool_status with its fault; no item has run then.
 */
#ifndef TEAM_H
#define TEAM_H

#include "../worker.h"
#include "seats.h"
#include "strategy.h"

/* A pool: self of an OpenMP strategy. */
struct team_pool {
    const struct pool_setup *setup;
    struct seats seats;
    struct worker_mask home; /* the creator's: the runtime's threads may have any */
    pthread_mutex_t lock;    /* guards the faults of teams that begin */
};

/* One call. */
struct team {
    struct team_pool *pool;
    struct pool_batch *batch;
    int threads;
    size_t chunks;           /* numbered from 0 */
    size_t chunk;            /* items of each but the last; 0: as even a split as can be */
    size_t *seats;           /* Shape: threads; each thread's number as a worker */
    int dynamic, levels;     /* the caller's OpenMP settings */
    struct pool_fault fault; /* why no item runs; status POOL_OK: they do */
};

/* One thread of a team, on its stack from team_join to team_leave. */
struct team_member {
    struct team *team;
    struct pool_records records;
    struct pool_frame frame;
    struct worker_loan loan;
};

/* Errors: EINVAL more workers than OpenMP's thread limit; ENOMEM; EOS. */
enum pool_status team_create(const struct pool_setup *, void **self, struct pool_fault *);
void team_destroy(void *self);

/* For strategies whose automatic chunk is their option `chunk`: team_options, and what it makes of a batch's chunk. */
extern const struct pool_option team_options[];
size_t team_chunk(void *self, const struct pool_batch *);

/* Wait for seats. chunk: items of a chunk; 0: an even split, one chunk for each thread. Errors: ENOMEM. */
enum pool_status team_open(struct team *, void *self, struct pool_batch *, size_t chunk, struct pool_fault *);

/* In every thread of the region, before any item. The same answer in all: false, there is nothing to run. */
bool team_join(struct team *, struct team_member *);

void team_run(struct team_member *, size_t chunk);

/* In every thread of the region, after its last item. */
void team_leave(struct team_member *);

enum pool_status team_close(struct team *, struct pool_fault *);
#endif
