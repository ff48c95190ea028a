/*
 * front.h - what the files of the front share: the pool and one call of a verb.
 *
 * Locks: `lock` guards the state, the list of calls and their faults; it is never held while a hook runs or a caller
 * waits. `ending` lets one thread at a time run the hooks that end a pool; it is taken before `lock`.
 */
#ifndef FRONT_H
#define FRONT_H

#include "errands.h"
#include "strategy.h"

enum pool_state { POOL_RUN, POOL_CLOSED, POOL_TERMINATED, POOL_JOINED };

/* One call of a verb: on the stack of its caller, or in the handle of an asynchronous one. */
struct pool_call_record {
    struct pool_batch batch; /* first: the strategy's view, and the way back */
    struct pool *pool;
    struct pool_fault fault;         /* the lowest failing item so far; in the end, what the caller is told */
    struct pool_handle *handle;      /* of an asynchronous call; NULL: its caller waits for `over` */
    const struct pool_frame *within; /* of the task or callback that waits for this call; NULL: none does */
    uint32_t over;                   /* set once the strategy has called done: idle.h */
    struct pool_call_record *before, *after;
};

struct pool {
    const struct pool_ops *ops;
    void *self; /* the strategy's */
    struct pool_setup setup;
    struct pool_config config; /* setup.config; its strings and lists are copies */
    pid_t owner;               /* a forked child has the struct, not the workers: */
    const int *owned;          /* 1 in the owner; a page of its own, which the kernel gives a forked child empty */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a call has ended, on CLOCK_MONOTONIC */
    pthread_mutex_t ending;
    pthread_cond_t turn_over; /* where the strategy cannot overlap, callers take turns: */
    uint64_t turns, turn;     /* given out; the one that runs its batch */
    enum pool_state state;
    bool broken;
    struct pool_fault cause; /* of broken */
    struct pool_call_record *calls;
    struct errands runners;   /* batches of asynchronous calls that a strategy works off in the calling thread */
    struct errands callbacks; /* one thread, so that callbacks never run side by side */
};

/* What strategies call. */
extern const struct pool_host front_host;

/* POOL_OK, or why this process or thread must not wait for the pool: forked child, own task or callback. */
enum pool_status front_check_caller(const struct pool *, struct pool_fault *);

/* The same, for a pool that belongs to this process. */
enum pool_status front_check_thread(const struct pool *, struct pool_fault *);

/* False in a forked child. Costs a read, where getpid would cost more than the rest of a small call's checks. */
static inline bool front_is_owner(const struct pool *pool)
{
    return *(const volatile int *)pool->owned != 0;
}

/* POOL_OK, or why this process must not use the pool: a forked child has no workers. */
enum pool_status front_check_process(const struct pool *, struct pool_fault *);

/* POOL_OK, or why the pool takes no more work: closed, cancelled, broken. */
enum pool_status front_check_open(struct pool *);

/* Why the pool takes no work: broken or ended. `lock` is held. */
enum pool_status front_refuse(const struct pool *, struct pool_fault *);

/* POOL_OK, or what is wrong with the work. */
enum pool_status front_check_work(const struct pool_task *, size_t count, const void *const *columns, const void *out,
                                  struct pool_fault *);

/* Enlist a call, unless the pool takes no more. */
enum pool_status front_begin_call(struct pool_call_record *, struct pool_fault *);

/* Have the strategy work off a call in this thread. Returns once it is over. */
enum pool_status front_work_off(struct pool_call_record *, struct pool_fault *);

/* How a call ended, given what running it returned; call->fault says the rest. */
enum pool_status front_outcome(struct pool_call_record *, enum pool_status);

/* Outcomes of items that have not run, for a batch that may be cancelled alone. Owns: the caller frees. NULL: no
 * memory. */
struct pool_item *front_outcomes(size_t count);

/* Delist a call. The pool may be gone right after. */
void front_end_call(struct pool_call_record *);

/* The strategy has called done for an asynchronous call, or will not. */
void front_resolve(struct pool_handle *, enum pool_status);

/* This thread runs a task or a callback of the batch, until leave: it must not wait for its pool. */
void front_enter(struct pool_batch *, struct pool_frame *);
void front_leave(struct pool_frame *);

/* What this thread runs; NULL: no task and no callback. */
const struct pool_frame *front_running(void);

/*
 * Begin no further item of a call that is not over. True: none has begun, and the strategy has given the batch back:
 * the caller ends it. `lock` is not held.
 */
bool front_cancel(struct pool_call_record *);

/* End every pending call with ECANCELED, or EBROKEN once the pool is broken. The lock is held. */
void front_cancel_calls(struct pool *);

/* Free what creation allocated; the strategy is gone already. */
void front_free(struct pool *);
#endif
