/*
 * muster.h - has each thread of a library's pool begin as a worker: bind itself, run the initializer.
 *
 * The library starts its threads by itself and has no hook for that, so each is given a job that ends only once all
 * have one.
 *
 * Errors: muster_end returns POOL_OK, or fills the fault of the lowest worker that could not begin.
 */
#ifndef MUSTER_H
#define MUSTER_H

#include "../core/worker.h"

#include <pthread.h>

/* Lives from muster_start to muster_end. */
struct muster {
    const struct pool_setup *setup;
    size_t threads; /* that are to come */
    size_t next;    /* the number of the next worker */
    bool home_known;
    struct worker_mask home; /* the creator's affinity: a library's thread may have any */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t come, gone;
    size_t failed; /* the lowest worker that could not begin, with its fault */
    struct pool_fault fault;
};

/* first: the number of the first worker to come. */
void muster_start(struct muster *, const struct pool_setup *, size_t threads, size_t first);

/* In a thread of the library: begin, and wait for the others. Returns the worker's number. */
size_t muster_join(struct muster *);

/* In a thread that is no worker but takes such a job: wait for the others. */
void muster_attend(struct muster *);

/* Wait until all have begun and left. */
enum pool_status muster_end(struct muster *, struct pool_fault *);
#endif
