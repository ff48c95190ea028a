/*
 * pipe_link.h - the supervisor's end of one worker's pipes. Nothing here blocks.
 *
 * Errors: as each function says.
 */
#ifndef PIPE_LINK_H
#define PIPE_LINK_H

#include "pipe.h"
#include "work.h"

enum pipe_progress {
    PIPE_DONE,  /* all is sent; or: nothing more to be read now */
    PIPE_LATER, /* the pipe is full; or: there is more to be read */
    PIPE_GONE,  /* the other end is closed, or what came makes no sense */
};

struct pipe_chunk {
    struct work_range range;
    struct pipe_frame frame;
    size_t bytes; /* in the pipe, of the frame and all that belongs to it */
    size_t ahead; /* those, and of chunks before it that were taken back */
};

struct pipe_link {
    struct pipe_worker end;                /* the worker's; its descriptors are closed here after the fork */
    int tasks, results;                    /* our ends, -1: closed */
    struct pipe_chunk held[PIPE_HELD_MAX]; /* what the worker has, by ticket: a ring */
    unsigned first, held_count;            /* the first one runs */
    unsigned held_max;                     /* PIPE_HELD_MIN, and more while chunks are short */
    uint64_t chunks;                       /* that the worker was sent */
    uint64_t given;                        /* items that it was sent, without those taken back */
    size_t waiting;                        /* bytes that may lie in the pipe behind the chunk that runs */
    size_t stale;                          /* of these, of chunks taken back since the last one was given */
    /* Sending. */
    unsigned unsent;     /* of the last chunks held: are not wholly in the pipe */
    size_t sent;         /* bytes of the first of these */
    bool full;           /* the pipe was, when last written */
    uint64_t context_of; /* serial of the batch whose context the worker has; 0: none */
    /* Receiving: item `done` of the chunk that runs. */
    size_t done;
    size_t record; /* bytes of its head and result that are here */
    struct pipe_head head;
    uint64_t received; /* bytes since the worker was born */
    uint64_t ended;    /* items since the worker was born */
    unsigned over;     /* chunks since over_since_ns */
    int64_t over_since_ns;
};

/* Neither pipes nor a worker. */
void pipe_link_init(struct pipe_link *, const struct pipe_worker *end);

/* Make the pipes, and clear the page, for a new worker. Errors: 0 or an errno. */
int pipe_link_open(struct pipe_link *);

/* After the fork: close the worker's ends here. */
void pipe_link_forked(struct pipe_link *);

/* Close the pipes and forget what was held. */
void pipe_link_close(struct pipe_link *);

/* Chunk i of those that the worker has, from 0; the first one runs. */
static inline const struct pipe_chunk *pipe_link_held(const struct pipe_link *l, unsigned i)
{
    return &l->held[(l->first + i) % PIPE_HELD_MAX];
}

/* Bytes that a range takes in the pipe, if the worker has to be sent the context too. */
size_t pipe_range_bytes(const struct work_range *);

/* Queue a range for this worker, which has fewer than held_max. The caller pushes, after one or several. */
void pipe_link_give(struct pipe_link *, struct work_range);

/* Send on. */
enum pipe_progress pipe_link_push(struct pipe_link *);

/* Receive what is there, up to a bound, and report items as they are complete. scratch: PIPE_RING_BYTES. */
enum pipe_progress pipe_link_pull(struct pipe_link *, struct work *, unsigned char *scratch);

/* Take back the last range if it is wholly sent and the worker has not begun it. */
bool pipe_link_revoke(struct pipe_link *, struct work_range *);

/* Batches were cancelled: give back to the work what the worker has not begun of them, and have it begin no other item.
 */
void pipe_link_recall(struct pipe_link *, struct work *);

/* The worker is dead: receive what it left in the pipe and in the ring. */
void pipe_link_salvage(struct pipe_link *, struct work *, unsigned char *scratch);

/* After salvage: true if it died while it ran an item, number `done` of its first chunk. */
bool pipe_link_was_running(const struct pipe_link *);

/* Tell the worker to leave. */
void pipe_link_dismiss(struct pipe_link *);
#endif
