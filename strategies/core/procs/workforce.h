/*
 * workforce.h - worker processes that serve a board: born, replaced when they die, ended.
 *
 * The owner's lock is taken in the supervisor's thread whenever the board's jobs are looked at.
 *
 * Errors: an enum pool_status with its fault; nothing is left running then.
 */
#ifndef WORKFORCE_H
#define WORKFORCE_H

#include "../lanes/board.h"
#include "shmem.h"
#include "supervisor.h"

struct workforce_hooks {
    /* An item was lost with its worker. The lock is held. */
    void (*lost)(void *owner, struct job *, size_t item, const struct pool_fault *how);
    /* No worker is left and none will come: end every batch. */
    void (*dead)(void *owner);
    /* Somebody has called workforce_kick. */
    void (*kicked)(void *owner);
};

struct workforce {
    const struct pool_setup *setup;
    const struct workforce_hooks *hooks;
    void *owner;
    pthread_mutex_t *lock;
    struct board *board;     /* in shared memory */
    struct books *books;     /* in shared memory. Shape: one per worker */
    struct newborn *newborn; /* Shape: one per worker */
    struct supervisor supervisor;
    bool terminating, dead;  /* workers are to be killed; they are gone for ever. Under the lock */
    struct pool_fault cause; /* why the pool is broken; status 0: it is not */
    unsigned *barren;        /* for each worker: its deaths in a row before it had begun */
    bool *timed_out;         /* for each worker: it is being killed for that */
    unsigned fork_fails;     /* in a row */
    bool wounded;            /* a job may end without anybody noticing */
};

/*
 * Make a board in shared memory and fork setup->workers workers to serve it. board->finish and arg are set from the
 * arguments. With a binding or an initializer it waits until every worker has begun, and fails if one has not.
 */
enum pool_status workforce_start(struct workforce *, const struct pool_setup *, struct shmem *, pthread_mutex_t *lock,
                                 const struct workforce_hooks *, void (*finish)(void *owner, struct job *), void *owner,
                                 struct pool_fault *);

/* In the creator or a worker: let the hook `kicked` run soon, in the supervisor's thread. */
void workforce_kick(struct workforce *);

/* Kill all workers. Returns at once; `dead` follows. The lock is not held. */
void workforce_terminate(struct workforce *);

/* The hook `stop` of a strategy whose self begins with its workforce: let all workers go and wait for them. */
enum pool_status workforce_stop(void *self, int64_t deadline_ns);
#endif
