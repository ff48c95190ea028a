/*
 * work.h - the batches of a supervised pool: what is still to be handed out, and what is over.
 *
 * Any thread submits; everything else happens in the supervisor's thread. Ranges of items are taken, and either every
 * item of them is reported over, or what was certainly not begun is given back and handed out again, first of all.
 *
 * Errors: as each function says; most have none.
 */
#ifndef WORK_H
#define WORK_H

#include "strategy.h"

#include <pthread.h>

/* A batch from submit to done. */
struct work_batch {
    struct pool_batch *batch;
    size_t chunk;                       /* items per range */
    size_t next;                        /* the first item that was never taken */
    size_t left;                        /* items that are not over */
    uint64_t serial;                    /* 1, 2, ... */
    struct work_batch *after;           /* in its turn */
    struct work_batch *earlier, *later; /* among those alive */
};

/* Items [first, first + count) of a batch; count 0: nothing. */
struct work_range {
    struct work_batch *of;
    size_t first, count;
};

struct work {
    pthread_mutex_t lock;         /* guards `submitted` and `serial` */
    struct work_batch *submitted; /* newest first */
    uint64_t serial;
    struct work_batch *oldest, *newest; /* with items that were never taken, in the order of their turns */
    struct work_batch *alive;           /* all that are not over */
    struct work_range *returned;
    size_t returned_count, returned_max;
};

/* ranges_max: the most ranges that can be out at a time. Owns: work_destroy frees. Errors: 0 or an errno. */
int work_init(struct work *, size_t ranges_max);
void work_destroy(struct work *);

/* Any thread. Errors: POOL_ENOMEM, and nothing was submitted. */
enum pool_status work_submit(struct work *, struct pool_batch *, size_t chunk);

/* Begin on what was submitted since the last call. */
void work_accept(struct work *);

/* Nothing of cancelled batches is handed out any more: those of which nothing is out are done, and gone. */
void work_sweep(struct work *);

/* The next range, by turns among the batches that are not cancelled. False: all is handed out. */
bool work_take(struct work *, struct work_range *);

/* Nothing is left to be taken, but perhaps of batches that were cancelled. */
bool work_is_handed_out(const struct work *);

/* Give back what was not begun. Count 0: nothing happens. */
void work_return(struct work *, struct work_range);

/* An item has run and its result is in place; code is the task's. With the last one the batch is done and gone. */
void work_item_ran(struct work *, struct work_batch *, size_t index, int code);

/* An item was begun and will not end; the fault says why, all but the index. The last one as above. */
void work_item_lost(struct work *, struct work_batch *, size_t index, const struct pool_fault *why);

/* Nothing is being worked on. */
bool work_is_over(const struct work *);

/* Everything is over, whatever is still out: done for every batch. The caller must have forgotten its ranges. */
void work_drop(struct work *);
#endif
