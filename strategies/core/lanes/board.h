/*
 * board.h - the workers of one pool, threads or processes alike, and the batches they work on side by side.
 *
 * The creating process posts batches in jobs; workers look for active jobs, work on their lanes, and wait when there
 * is nothing. A worker says which job it is at before it looks inside, so a job is used again only when nobody can
 * still be reading it. No worker ever holds a lock.
 *
 * Threads only: who waits for a batch has a processor to spare, so it may sit in for a worker that has nothing to do
 * and work at its own batch. Then a call of a few short items is over without waking or waiting for anybody, and there
 * are never more threads that want to run than there are workers. A seat is held by one thread at a time, so never more
 * than `workers` items run at once. A worker whose seat is taken sleeps; who leaves the seat wakes it if there is work.
 *
 * The board, its jobs and their lanes are one block of memory that every worker sees at the same address.
 *
 * Errors: board_take returns NULL when every job is taken; the rest cannot fail.
 */
#ifndef BOARD_H
#define BOARD_H

#include "lanes.h"

#define BOARD_JOBS 64
#define BOARD_SCRATCH 4096 /* bytes per job for copies of small arrays */

struct job {
    struct lanes lanes;
    struct pool_task task;
    const void *columns[POOL_ARGS_MAX];
    int canceled;                 /* what lanes.records.canceled reads */
    struct pool_batch *batch;     /* for the creating process only; gone once the job is over */
    const struct pool_host *host; /* the batch's, for workers that still look around then */
    bool notify;                  /* nobody waits for `over`: whoever finishes the job says so elsewhere too */
    uint32_t over __attribute__((aligned(LANES_LINE))); /* set once all items are finished: idle.h */
    unsigned char scratch[BOARD_SCRATCH] __attribute__((aligned(LANES_LINE)));
};

struct board_worker {
    uint32_t at;     /* job + 1 that it may be reading; 0: none */
    uint32_t asleep; /* it is counted in sleepers */
    uint32_t seat;   /* threads: 1: somebody runs items as this worker, or looks for some */
} __attribute__((aligned(2 * LANES_LINE)));

struct board {
    size_t workers;
    enum pool_wait wait;
    bool threads;                            /* workers share the creator's memory */
    void (*finish)(void *arg, struct job *); /* called by the worker that finishes a job, perhaps twice after a death */
    void *arg;
    struct books *books;     /* where items are timed; NULL: they are not */
    size_t items_max;        /* a worker leaves after the claim in which it has run so many; SIZE_MAX: it stays */
    uint64_t taken, wounded; /* jobs in use; those in which a worker died. The creator's, under its own lock ... */
    struct pool_batch *first, **last; /* ... the batches that wait for a job ... */
    size_t lent;                      /* ... and the worker whose seat a caller has taken last */
    /* What a post changes and a worker that waits looks at is one line: one transfer tells of both. */
    uint64_t active __attribute__((aligned(2 * LANES_LINE))); /* jobs to be worked on */
    uint32_t news;                                            /* counts posts; a futex */
    uint32_t sleepers;                                        /* at least as many as sleep */
    uint32_t stopping;
    struct job job[BOARD_JOBS] __attribute__((aligned(2 * LANES_LINE)));
    struct board_worker worker[]; /* then the lanes */
};

size_t board_bytes(size_t workers);

/* Set up a board in zeroed memory of board_bytes, aligned to two cache lines. finish and threads are the caller's. */
void board_init(struct board *, size_t workers, enum pool_wait);

/* Have a batch wait for a job. Under the creator's lock. */
void board_enqueue(struct board *, struct pool_batch *);

/*
 * Take a job for the next batch that waits. NULL: none waits, all jobs are taken, or stopped workers read those that
 * are free. records are set to the batch's own; a creator whose workers do not see those changes them before
 * board_post. Taking and releasing is done under the creator's lock.
 */
struct job *board_take(struct board *);
void board_release(struct board *, struct job *);

/* Cancel every job. A batch that waits, and was cancelled itself, gives that to its job. Under the creator's lock. */
void board_cancel(struct board *);

/*
 * Cancel one batch, if it is here. True: it waited for a job, nobody waited for it, and it was taken out; otherwise the
 * workers of its job see it. Under the creator's lock.
 */
bool board_cancel_batch(struct board *, struct pool_batch *);

/* Threads only: take the seat of a worker that has nothing to do. Under the creator's lock. NULL: there is none. */
struct board_worker *board_sit(struct board *);

/* Deal out a job's items and wake workers. seat: who has it will call board_lend for this job; NULL: nobody. */
void board_post(struct board *, struct job *, struct board_worker *seat);

/* Work at the job that was posted with this seat, if one was, until nothing is left to claim; then leave the seat. */
void board_lend(struct board *, struct board_worker *seat);

/* Tell the batch's host which items failed, once the job is over. */
void board_report(const struct job *);

/* The life of a worker, after worker_begin. True: it has run items_max items; false: the board stops. */
bool board_serve(struct board *, size_t worker);

/* From now on the items of each worker are timed in its books. */
void board_time_items(struct board *, struct books *);
void board_stop(struct board *);

/*
 * A worker process has died: put right what it left in every active job, and tell of each item that was lost with it.
 * Only after this may a replacement serve. Under the creator's lock.
 */
void board_bury(struct board *, size_t worker, void (*lost)(void *arg, struct job *, size_t item), void *arg);

/*
 * After a death nobody may notice that a job is finished: look. Under the creator's lock.
 * Returns true while it has to be called again, in a millisecond or so.
 */
bool board_check(struct board *);
#endif
