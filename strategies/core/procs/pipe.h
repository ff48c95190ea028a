/*
 * pipe.h - what the two ends of a worker's pipes agree on.
 *
 * Down the task pipe go chunks: a struct pipe_frame, the context where it is a new one, then each column's records. A
 * frame with count 0 means: leave. Up the result pipe come, item after item in order, a head with the task's code, and
 * its result; or, once the chunk was cancelled, a head that says that no other item of it comes.
 *
 * What the worker has done must be known even when it is killed at any instruction, so it keeps its books in a page
 * that it shares with the supervisor: an item counts as begun before it is called, and what it results in is put into
 * the ring before it is written to the pipe. The bytes of the ring that the supervisor has not received through the
 * pipe, it takes from the ring after the worker's death. So a lost worker costs exactly the item it was running.
 *
 * Errors: the functions say.
 */
#ifndef PIPE_H
#define PIPE_H

#include "books.h"

enum { PIPE_RING_BYTES = 1 << 16 }; /* what a pipe holds; a larger result goes through in pieces */

/* Chunks that a worker has at a time: the one that runs, and others, so that the worker need not wait for them. */
enum { PIPE_HELD_MIN = 2, PIPE_HELD_MAX = 32 };

struct pipe_page {
    uint64_t produced; /* bytes that have gone into the ring, each in place when it is counted */
    /*
     * A chunk may be run by whoever turns its ticket to 0: the worker, when it has received it, or the supervisor,
     * which gives it to another worker then. The number of a chunk that the worker was sent; 0: taken.
     */
    uint64_t ticket[PIPE_HELD_MAX];
    uint64_t canceled[PIPE_HELD_MAX]; /* by ticket: the number of a chunk of which no other item may begin */
    unsigned char ring[PIPE_RING_BYTES];
};

struct pipe_head {
    int code;
    int last; /* 1: no item, and none of this chunk follows */
};

struct pipe_frame {
    struct pool_task task;
    size_t count;       /* items; 0: leave */
    uint64_t number;    /* of the chunk; 1, 2, ... for each worker */
    unsigned ticket;    /* which ticket says so */
    bool fresh_context; /* task.context_size bytes follow; otherwise the context is the last one received */
};

/* True: the chunk of this number is the caller's, and nobody else's. */
static inline bool pipe_ticket_take(uint64_t *ticket, uint64_t number)
{
    return __atomic_compare_exchange_n(ticket, &number, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* A worker's end. Lives in the supervisor's memory, of which the worker has a copy. */
struct pipe_worker {
    const struct pool_setup *setup;
    size_t number;
    struct books *books;
    struct pipe_page *page;
    int tasks, results;
};

/* The life of a worker: what it exits with. arg: struct pipe_worker. */
int pipe_worker_main(void *arg);
#endif
