/*
 * books.h - what a worker process has done, in memory that it shares with the supervisor, true at every instruction:
 * an item is counted before it is called, so one that may have run is never run again.
 *
 * Errors: none.
 */
#ifndef BOOKS_H
#define BOOKS_H

#include "strategy.h"

enum { BOOKS_BARREN_MAX = 32 }; /* one worker's deaths in a row without an item: the pool is broken */

enum books_birth { BOOKS_UNBORN, BOOKS_BORN, BOOKS_STILLBORN };

struct books {
    _Alignas(64) uint64_t begun; /* items, and a mark that no other may begin; read with books_begun */
    int64_t item_since_ns;       /* when the running item began; 0: none runs, or nobody wants to know */
    uint32_t born;               /* enum books_birth; a futex */
    struct pool_fault fault;     /* why the worker could not begin or go on; status 0: nothing */
};

/* Clean books for a new worker; somebody may be waiting for its birth. */
void books_reset(struct books *);

/* The worker has begun: BOOKS_BORN; or none will: BOOKS_STILLBORN. Release: what was written before is seen by waiters.
 */
void books_set_birth(struct books *, enum books_birth);

/* Any thread: wait until one of the two is known. */
enum books_birth books_await_birth(struct books *);

/* In the worker, around each call. timed: an item may take too long. Does not return once the supervisor will kill. */
void books_begin_item(struct books *, bool timed);
void books_end_item(struct books *, bool timed);

/* Any thread: no other item begins, until books_reset. The caller kills, or lets the supervisor kill. */
void books_halt(struct books *);

/* True: the worker died, or is, between the two. Only where items are timed. */
bool books_is_running(const struct books *);

/* Items begun. Acquire: what the worker wrote before is seen. */
uint64_t books_begun(const struct books *);

/*
 * True: the running item is over its limit and nothing will begin after it; the caller kills. An item that ends in
 * the meantime has ended in time. Otherwise *due_ns is when to look again. Unit: nanoseconds of CLOCK_MONOTONIC.
 */
bool books_overdue(struct books *, int64_t limit_ns, int64_t now_ns, int64_t *due_ns);

/*
 * True: the pool cannot go on, for the reason in *cause.
 * how     the death of a worker.
 * barren  deaths in a row, this one too, of workers of its number that have not run an item.
 */
bool books_hopeless(const struct books *, const struct pool_fault *how, unsigned barren, struct pool_fault *cause);
#endif
