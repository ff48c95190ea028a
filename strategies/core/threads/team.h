/*
 * team.h - what the OpenMP strategies share: all but the pragma.
 *
 * A strategy is a share: a function that every thread of a parallel region calls, and that gives team_run each of the
 * chunks [0, team->chunks) once, in the way of its pragma. Concurrent calls share the pool's seats. The caller's OpenMP
 * settings and every thread's affinity are put back.
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

struct team_member;

/* One call. */
struct team {
    struct team_pool *pool;
    struct pool_batch *batch;
    int threads;
    size_t chunks;                /* numbered from 0 */
    size_t chunk;                 /* items of each but the last; 0: as even a split as can be */
    size_t *seats;                /* Shape: threads; each thread's number as a worker */
    struct team_member **members; /* Shape: threads; of those that have joined */
    int dynamic, levels;          /* the caller's OpenMP settings */
    struct pool_fault fault;      /* why no item runs; status POOL_OK: they do */
};

/* One thread of a team, on its stack. */
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

/*
 * The strategy's hook `run`: wait for seats, and have every thread of a team call `share`.
 * chunk: items of a chunk; 0: an even split, one chunk for each thread.
 * Errors: ENOMEM; EOS where OpenMP gives fewer threads, or one of them cannot be bound; EBROKEN.
 */
enum pool_status team_share(void *self, struct pool_batch *, size_t chunk, void (*share)(struct team_member *),
                            struct pool_fault *);

/* In a share: run a chunk. */
void team_run(const struct team_member *, size_t chunk);

/* What is the same in the table of every OpenMP strategy. */
#define TEAM_TABLE                                                                                                     \
    .abi = POOL_ABI, .workers_max = POOL_WORKERS_MAX, .create = team_create, .destroy = team_destroy,                  \
    .wait_rule = "as the runtime's variables say, which bench sets before it starts",                                  \
    .waits = POOL_WAIT_BIT(POOL_WAIT_YIELD) | POOL_WAIT_BIT(POOL_WAIT_SPIN) | POOL_WAIT_BIT(POOL_WAIT_SLEEP)
#define TEAM_CAPABILITIES (POOL_CAP_OVERLAP | POOL_CAP_INLINE | POOL_CAP_FRESH)
#endif
