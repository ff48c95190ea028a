/*
 * pipe.h - what the two ends of a worker's pipes agree on.
 *
 * Down the task pipe go chunks: a struct pipe_frame, the context where it is a new one, then each column's records. A
 * frame with count 0 means: leave. Up the result pipe come, item after item in order, the task's code and its result.
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

/* In page->chunks: the chunk after those counted is not yours any more. */
#define PIPE_REVOKED UINT64_C(1)
/* One chunk, in page->chunks. */
#define PIPE_CHUNK UINT64_C(2)

struct pipe_page {
    struct books books;
    uint64_t produced; /* bytes that have gone into the ring, each in place when it is counted */
    uint64_t chunks;   /* chunks begun or dropped, times PIPE_CHUNK; and PIPE_REVOKED */
    unsigned char ring[PIPE_RING_BYTES];
};

struct pipe_frame {
    struct pool_task task;
    size_t count;       /* items; 0: leave */
    bool fresh_context; /* task.context_size bytes follow; otherwise the context is the last one received */
};

/* A worker's end. Lives in the supervisor's memory, of which the worker has a copy. */
struct pipe_worker {
    const struct pool_setup *setup;
    size_t number;
    struct pipe_page *page;
    int tasks, results;
};

/* The life of a worker: what it exits with. arg: struct pipe_worker. */
int pipe_worker_main(void *arg);
#endif
