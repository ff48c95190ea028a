/*
 * worker.h - what every new worker does first, thread or process: bind itself, run the pool's initializer.
 *
 * Errors: worker_begin returns POOL_OK, or fills the fault and returns its status; the worker must not run items then.
 */
#ifndef WORKER_H
#define WORKER_H

#include "strategy.h"

/* Called in the worker itself. worker: 0..workers-1; a replacement has the number of the one it replaces. */
enum pool_status worker_begin(const struct pool_setup *, size_t worker, struct pool_fault *);

/* Bind the calling thread to the pool's CPU for this worker; nothing without a binding. 0, or an errno. */
int worker_bind(const struct pool_setup *, size_t worker);
#endif
