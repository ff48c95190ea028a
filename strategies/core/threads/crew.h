/*
 * crew.h - the threads of a pool: one alone, or all that live as long as the pool, born together or not at all.
 *
 * Pool threads block the host's asynchronous signals, so that its handlers run in its own threads.
 *
 * Errors: an errno, or an enum pool_status with its fault; no thread is left behind then.
 */
#ifndef CREW_H
#define CREW_H

#include "strategy.h"

#include <pthread.h>

struct crew_member;

/* Lives from crew_start to crew_join; only these two touch it. */
struct crew {
    const struct pool_setup *setup;
    void (*work)(void *arg, size_t worker);
    void *arg;
    struct crew_member *members; /* Shape: setup->workers */
    size_t started;
    pthread_mutex_t lock; /* guards what follows, up to alive */
    pthread_cond_t changed;
    size_t begun;            /* members that are bound and initialised, or failed to be */
    size_t failed;           /* the lowest of those that failed */
    struct pool_fault fault; /* its fault; status POOL_OK: none failed */
    enum { CREW_STAY, CREW_WORK, CREW_LEAVE } order;
    uint32_t alive; /* members that have not returned yet */
};

/* pthread_create for a thread that blocks asynchronous signals. 0, or an errno. */
int crew_start_thread(pthread_t *, void *(*main)(void *), void *arg);

/*
 * Start setup->workers threads. When each has bound itself and run the initializer, all call work(arg, worker).
 * Errors: EOS, ENOMEM; EBROKEN of the lowest worker whose initializer failed. No `work` was called then.
 */
enum pool_status crew_start(struct crew *, const struct pool_setup *, void (*work)(void *arg, size_t worker), void *arg,
                            struct pool_fault *);

/* Wait until every `work` has returned and every thread is gone. Errors: ETIMEOUT, after which it may be called again.
 */
enum pool_status crew_join(struct crew *, int64_t deadline_ns);
#endif
