/*
 * loop.h - fibers that share one thread: tasks with stacks of their own, of which one runs at a time, until it sleeps.
 *
 * There is no function that goes round: whoever gives way looks for the fiber to go on with, and waits where there is
 * none. So a sleep costs one switch to the next fiber, not one to a loop and another back.
 *
 * Batches are put in by any thread, under the lock; all else belongs to the thread of loop_run.
 *
 * Errors: an enum pool_status with its fault; nothing is left behind then.
 */
#ifndef LOOP_H
#define LOOP_H

#include "context.h"
#include "stacks.h"
#include "strategy.h"
#include "timers.h"

#include <pthread.h>

/* Lies at the upper end of its stack, so that a task that sleeps soon touches one page. */
struct fiber {
    struct pool_waiter waiter; /* first: the front's view, and the way back */
    struct loop *loop;
    struct fiber *next;       /* idle */
    struct pool_batch *batch; /* whose items it runs, between loop_enter and loop_leave: */
    struct pool_frame frame;
    struct context context;
};

/* What others have put in. Under the lock, but for posts and asleep. */
struct inbox {
    struct pool_batch *head, **tail;
    bool canceled, leaving;
    uint32_t posts;  /* grows with everything put in; the loop looks at it, and sleeps on it */
    uint32_t asleep; /* the loop must be woken */
};

struct loop {
    enum pool_wait wait;
    void (*serve)(struct fiber *); /* claim items of the first batch, and run them; there is one */
    pthread_mutex_t lock;
    struct inbox inbox;

    struct pool_batch *head, **tail; /* batches with items that nobody has claimed */
    bool canceled, leaving;          /* as the inbox had them when .. */
    uint32_t seen;                   /* .. it had so many posts */
    struct stacks stacks;
    struct timers sleepers; /* has room for every fiber */
    struct context own;     /* the thread as it began */
    struct fiber *idle;     /* fibers without items, the last one used first: its stack is warm */
    size_t fibers, fibers_max;
    bool woke; /* the last to be chosen was a sleeper */
};

/* fibers_max: at least 1. Fewer are made where the memory for more cannot be had. Errors: ENOMEM, EOS. */
enum pool_status loop_init(struct loop *, void (*serve)(struct fiber *), enum pool_wait, size_t stack_size,
                           size_t fibers_max, struct pool_fault *);
void loop_free(struct loop *);

/* Run what is put in, in this thread, until it is told to leave: all batches are over then. */
void loop_run(struct loop *);

/* From any thread. */
void loop_put(struct loop *, struct pool_batch *);
void loop_cancel(struct loop *); /* sleepers wake up at once, and so do those to come */
void loop_stop(struct loop *);   /* once all batches are over: leave */

/* Around the items that serve runs for fiber->batch: they may sleep. */
void loop_enter(struct fiber *);
void loop_leave(struct fiber *);
#endif
