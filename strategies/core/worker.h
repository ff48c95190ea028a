/*
 * worker.h - what every worker does first and last, thread or process: bind itself, run the pool's initializer; run its
 * finalizer.
 *
 * Errors: worker_begin returns POOL_OK, or fills the fault and returns its status; the worker must not run items then.
 */
#ifndef WORKER_H
#define WORKER_H

#include "strategy.h"

#include <stdbool.h>

#define WORKER_MASK_BYTES 1024 /* 8192 CPUs, the most that Linux is built for */

struct worker_mask {
    _Alignas(long) unsigned char cpus[WORKER_MASK_BYTES];
};

/* What a thread had that is a worker for one call only. */
struct worker_loan {
    const struct pool_setup *setup; /* NULL: it has not begun as a worker */
    size_t worker, outer;           /* its number; the one it had before, as a worker of another pool */
    bool moved;                     /* `mask` is to be restored */
    struct worker_mask mask;
};

/* Called in the worker itself. worker: 0..workers-1; a replacement has the number of the one it replaces. */
enum pool_status worker_begin(const struct pool_setup *, size_t worker, struct pool_fault *);

/* The last thing a worker does that leaves in order. Only after worker_begin has returned POOL_OK. */
void worker_end(const struct pool_setup *, size_t worker);

/* worker_begin for a worker that is born when the pool is there already: a failing initializer breaks the pool. */
enum pool_status worker_begin_late(const struct pool_setup *, size_t worker, struct pool_fault *);

/* The affinity of the calling thread. 0, or an errno. */
int worker_mask_read(struct worker_mask *);

/*
 * worker_begin_late for a thread that stays somebody else's: worker_return ends it as a worker and gives its affinity
 * back, also after errors.
 * home: the affinity of a worker without binding, which cannot fail; NULL: the thread's own.
 */
enum pool_status worker_borrow(const struct pool_setup *, size_t worker, const struct worker_mask *home,
                               struct worker_loan *, struct pool_fault *);
void worker_return(const struct worker_loan *);

/* Bind the calling thread to the pool's CPU for this worker; nothing without a binding. 0, or an errno. */
int worker_bind(const struct pool_setup *, size_t worker);
#endif
