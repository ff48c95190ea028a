/*
 * base.h - a small correct pool of threads, and the places where a planted defect reaches into it.
 *
 * Every planted strategy is this pool with one struct defect; planted_00_correct has an empty one. A hook that is NULL
 * leaves the pool as it is. Hooks of one pool may run in several threads at once, unless they say that the lock is
 * held.
 *
 * Errors: as in strategy.h.
 */
#ifndef BASE_H
#define BASE_H

#include "strategy.h"

#include <pthread.h>

struct base;

/* One batch. The fields that defects bend are copies of the front's. */
struct job {
    struct pool_batch *batch; /* the front's */
    struct pool_task task;
    const unsigned char *column[POOL_ARGS_MAX]; /* NULL: no bytes */
    unsigned char *out;                         /* NULL: no results */
    size_t count, chunk;
    size_t next;    /* first item that no worker has claimed */
    size_t running; /* claims that are being worked on */
    size_t number;  /* of batches this pool had before */
    size_t failed;  /* items that failed so far; a defect's own count */
    struct job *after;
};

/* One item on its way through a worker. */
struct item {
    struct base *base;
    struct job *job;
    size_t worker;
    size_t first, last; /* the claim it belongs to */
    size_t index;
    const void *argv[POOL_ARGS_MAX];
    void *out;
};

struct defect {
    /* The automatic chunk that the strategy admits to. */
    size_t (*chunk)(size_t workers, size_t count);
    /* How many threads to start. */
    size_t (*threads)(const struct pool_setup *);
    /* In a new worker, before its first item. */
    void (*born)(struct base *, size_t worker);
    /* In the thread that creates the pool, when its workers run. */
    void (*created)(struct base *);
    /* There, when not all of them could be started. False: what was started is not ended. */
    bool (*failed)(struct base *);
    /* In the caller, before the workers see the batch. False: the batch is over already. */
    bool (*begin)(struct base *, struct job *);
    /* May this worker take from this job? The lock is held. */
    bool (*admit)(struct base *, const struct job *, size_t worker);
    /* Change the claim [*first, *last). The lock is held. */
    void (*claim)(const struct job *, size_t *first, size_t *last);
    /* Run one item. Returns the task's code. */
    int (*item)(const struct item *);
    /* Tell the front that an item failed. */
    void (*fail)(const struct item *, int code);
    /* In the caller, when every item is over. */
    void (*end)(struct base *, struct job *);
    /* In the thread that ends the pool, before the workers are told to leave. */
    void (*stop)(struct base *);
};

struct base {
    const struct pool_setup *setup;
    const struct defect *defect;
    pthread_t *thread;
    size_t threads; /* that run */
    pthread_mutex_t lock;
    pthread_cond_t work;           /* a job has come, or it is time to leave */
    pthread_cond_t over;           /* a claim is over, a worker has begun */
    size_t begun;                  /* workers that have done what comes first */
    struct pool_fault start_fault; /* of the first worker that could not begin */
    bool leaving;
    struct job *jobs; /* oldest first */
    size_t batches;   /* that this pool has had */
    void *mine;       /* a defect's own memory, from malloc; freed with the pool */
    size_t tally;     /* a defect's own number; touched atomically */
};

enum pool_status base_create(const struct pool_setup *, const struct defect *, void **self, struct pool_fault *);
enum pool_status base_run(void *self, struct pool_batch *, struct pool_fault *);
void base_terminate(void *self);
enum pool_status base_stop(void *self, int64_t deadline_ns);
void base_destroy(void *self);
size_t base_chunk(size_t workers, size_t count);

/* What hooks build on: the item's call as it should be; the same for any index of the job; the report of a failure. */
int base_call(const struct item *);
int base_call_at(const struct item *, size_t index, void *out);
void base_fail(const struct item *, int code);

/* Run every item of the job in the calling thread. */
void base_run_here(struct base *, struct job *);
#endif
