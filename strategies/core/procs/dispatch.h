/*
 * dispatch.h - a pool of worker processes to whom the supervisor hands out the work; what is the same whichever way
 * that goes: batches come in, workers die or take too long, the pool ends or breaks.
 *
 * Hooks run in the supervisor's thread, where everything here belongs to it, and need no lock.
 *
 * Errors: an enum pool_status with its fault; nothing is left running then.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "books.h"
#include "nursery.h"
#include "supervisor.h"
#include "work.h"

struct dispatch_hooks {
    /* Before all others, once. Or NULL. Errors: 0 or an errno, with which the start fails. */
    int (*begin)(void *owner);
    /* Fork worker k, whose books are clean: at the beginning, and when it has died. Or NULL. Errors: 0 or an errno. */
    int (*spawn)(void *owner, size_t k);
    /* There may be work, or a worker for it. */
    void (*feed)(void *owner);
    /*
     * Worker k is dead: report what it has done, and what it was doing as lost for the reason `why`; give back the
     * rest. Returns true if it had an item to run, and died before it ran any.
     */
    bool (*settle)(void *owner, size_t k, const struct pool_fault *why);
    /* Batches were cancelled: have worker k begin no other item of them, and give back what it has not begun. Or NULL.
     */
    void (*recall)(void *owner, size_t k);
    /* All is over: forget what worker k has, and be ready for its being killed. */
    void (*forget)(void *owner, size_t k);
    /* The pool ends: let worker k go. Or NULL. */
    void (*dismiss)(void *owner, size_t k);
    /* As in supervisor.h. Or NULL. */
    void (*ready)(void *owner, size_t k, unsigned which);
};

struct dispatch {
    const struct dispatch_hooks *hooks;
    void *owner;
    const struct pool_setup *setup;
    struct supervisor supervisor;
    struct work work;
    struct books *books; /* one for each worker, in shared memory */
    unsigned *barren;    /* for each worker: its deaths since it last ran an item */
    bool *timed_out;     /* for each worker: it is being killed for that */
    unsigned fork_fails; /* in a row; then the next attempt is due at ... */
    int64_t fork_again_ns;
    bool down; /* no workers any more: terminated, or broken for this cause */
    struct pool_fault cause;
    uint32_t terminated, canceled; /* set by any thread; the latter: some batch was, and is to be recalled */
};

/* ranges_max: the most ranges that can be out at a time. Owns: dispatch_destroy frees. */
enum pool_status dispatch_init(struct dispatch *, const struct dispatch_hooks *, void *owner, const struct pool_setup *,
                               size_t ranges_max);
void dispatch_destroy(struct dispatch *);

/*
 * Start the supervisor, and all workers where there is a spawn hook. With an initializer or a binding it waits until
 * each of them has begun, for what stops one stops all, and is better told at once.
 */
enum pool_status dispatch_start(struct dispatch *, struct pool_fault *);

/* The strategy's hook of the same name. chunk: items per range. */
enum pool_status dispatch_submit(struct dispatch *, struct pool_batch *, size_t chunk, struct pool_fault *);

/* Hooks of the same names, for a strategy whose self begins with its struct dispatch. */
bool dispatch_cancel(void *self, struct pool_batch *);
void dispatch_terminate(void *self);
enum pool_status dispatch_stop(void *self, int64_t deadline_ns);

/* In hooks only. Fork worker k with clean books (supervisor_fork). */
int dispatch_fork(struct dispatch *, size_t k, int (*main)(void *arg), void *arg, const int *keep, size_t keep_count);

/* In hooks only. The same by a helper (nursery_fork). */
int dispatch_fork_from(struct dispatch *, size_t k, struct nursery *, int (*main)(void *arg), void *arg);

/* In hooks only. No worker is there and none can be forked, for this errno: `feed` is called again, but not for ever.
 */
void dispatch_fork_failed(struct dispatch *, int os_errno);

/* In hooks only. The initializer of worker k is over. */
bool dispatch_is_born(const struct dispatch *, size_t k);
#endif
