/*
 * handle.h - one asynchronous call: a call record that outlives its caller's stack, and maybe its pool.
 *
 * Errors: none.
 */
#ifndef HANDLE_H
#define HANDLE_H

#include "front.h"

/* Somebody who waits for one of several handles. */
struct handle_watch {
    uint32_t *word; /* set to 1 and woken */
    struct handle_watch *next;
};

struct pool_handle {
    struct pool_call_record call;
    struct errand errand;
    struct pool_task task;
    const void *columns[POOL_ARGS_MAX];
    struct pool_async async;
    struct pool_item outcome, *outcomes; /* where the user wants none: of the only item, of all */
    pid_t owner;
    enum pool_wait wait;
    pthread_mutex_t lock; /* guards watches, owners and after */
    struct handle_watch *watches;
    unsigned owners;          /* the user, and the pool until it is ready */
    void (*after)(void *arg); /* called when it is ready, instead of by the user; NULL: none */
    void *after_arg;
    uint32_t ready;                                /* idle.h */
    _Alignas(max_align_t) unsigned char records[]; /* copies of apply's arguments, each aligned for any type */
};

/* One owner less. The last one frees. The lock is held, and released. */
void handle_disown(struct pool_handle *);

/*
 * Drop the user's share of a handle, and have after(arg) called as soon as no worker touches its arrays any more:
 * now if it is ready.
 */
void handle_abandon(struct pool_handle *, void (*after)(void *arg), void *arg);
#endif
