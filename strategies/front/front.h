/*
 * front.h - what the files of the front share: the pool and one call of a verb.
 *
 * Locks: `lock` guards the state, the list of calls and their faults; it is never held while a hook runs or a caller
 * waits. `ending` lets one thread at a time run the hooks that end a pool; it is taken before `lock`.
 */
#ifndef FRONT_H
#define FRONT_H

#include "strategy.h"

#include <pthread.h>

enum pool_state { POOL_RUN, POOL_CLOSED, POOL_TERMINATED, POOL_JOINED };

/* One call of a verb, on the stack of its caller. */
struct pool_call_record {
    struct pool_batch batch; /* first: the strategy's view, and the way back */
    struct pool *pool;
    struct pool_fault fault; /* the lowest failing item so far */
    uint32_t over;           /* 1 once the strategy has called done */
    struct pool_call_record *before, *after;
};

struct pool {
    const struct pool_ops *ops;
    void *self; /* the strategy's */
    struct pool_setup setup;
    struct pool_config config; /* setup.config; its strings and lists are copies */
    pid_t owner;               /* a forked child has the struct, not the workers */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a call has ended, on CLOCK_MONOTONIC */
    pthread_mutex_t ending;
    pthread_mutex_t one_batch; /* held around a batch where the strategy cannot overlap */
    enum pool_state state;
    bool broken;
    struct pool_fault cause; /* of broken */
    struct pool_call_record *calls;
};

/* What strategies call. */
extern const struct pool_host front_host;

/* POOL_OK, or why this process or thread must not use the pool now: forked child, own task. */
enum pool_status front_check_caller(const struct pool *, struct pool_fault *);

/* End every pending call with ECANCELED, or EBROKEN once the pool is broken. The lock is held. */
void front_cancel_calls(struct pool *);

/* Free what creation allocated; the strategy is gone already. */
void front_free(struct pool *);
#endif
