/* The supervisor's end of one worker's pipes: chunks are given, and sent. */
#define _GNU_SOURCE
#include "../wait/futex.h"
#include "pipe_link.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

enum {
    SEGMENTS = 2 + POOL_ARGS_MAX, /* of a chunk: frame, context, columns */
    PARTS_MAX = 8 * SEGMENTS,     /* of a write */
};

static size_t context_bytes(const struct pool_task *task)
{
    return task->context ? task->context_size : 0;
}

size_t pipe_range_bytes(const struct work_range *range)
{
    const struct pool_task *task = range->of->batch->task;
    size_t bytes = sizeof(struct pipe_frame) + context_bytes(task);

    for (size_t k = 0; k < task->nargs; k++)
        bytes += range->count * task->arg_size[k];
    return bytes;
}

/* Where in the pipe it lies. */
static void take_place(struct pipe_link *l, struct pipe_chunk *chunk)
{
    if (!l->held_count) {
        l->waiting = l->stale = 0; /* whatever lies there, the worker is at it */
        l->over = 0;
        l->over_since_ns = futex_now_ns();
        return;
    }
    chunk->ahead = chunk->bytes + l->stale;
    l->waiting += chunk->bytes;
    l->stale = 0;
}

void pipe_link_give(struct pipe_link *l, struct work_range range)
{
    const struct pool_task *task = range.of->batch->task;
    const bool fresh = task->context && l->context_of != range.of->serial;
    const unsigned ticket = (l->first + l->held_count) % PIPE_HELD_MAX;
    struct pipe_chunk *chunk = &l->held[ticket];

    memset(chunk, 0, sizeof *chunk); /* the padding of the frame goes through the pipe too */
    chunk->range = range;
    chunk->frame.task = *task;
    chunk->frame.count = range.count;
    chunk->frame.number = ++l->chunks;
    chunk->frame.ticket = ticket;
    chunk->frame.fresh_context = fresh;
    chunk->bytes = pipe_range_bytes(&range) - (fresh ? 0 : context_bytes(task));
    take_place(l, chunk);
    __atomic_store_n(&l->end.page->ticket[ticket], l->chunks, __ATOMIC_RELEASE);
    if (fresh)
        l->context_of = range.of->serial;
    l->given += range.count;
    l->held_count++;
    l->unsent++;
}

/* The part of a segment that is not sent yet. `skip` is what is sent of this and the following ones. */
static size_t add_segment(struct iovec *parts, size_t count, const void *base, size_t bytes, size_t *skip)
{
    const size_t gone = *skip < bytes ? *skip : bytes;

    *skip -= gone;
    if (gone == bytes)
        return count;
    parts[count] = (struct iovec){.iov_base = (char *)base + gone, .iov_len = bytes - gone};
    return count + 1;
}

static size_t add_chunk(struct iovec *parts, size_t count, const struct pipe_chunk *chunk, size_t *skip)
{
    const struct work_range *range = &chunk->range;
    const struct pool_batch *batch = range->of->batch;
    const struct pool_task *task = batch->task;

    count = add_segment(parts, count, &chunk->frame, sizeof chunk->frame, skip);
    if (chunk->frame.fresh_context)
        count = add_segment(parts, count, task->context, task->context_size, skip);
    for (size_t k = 0; k < task->nargs; k++)
        if (task->arg_size[k])
            count = add_segment(parts, count, (const char *)batch->columns[k] + range->first * task->arg_size[k],
                                range->count * task->arg_size[k], skip);
    return count;
}

static size_t unsent_segments(const struct pipe_link *l, struct iovec parts[PARTS_MAX])
{
    size_t skip = l->sent, count = 0;

    for (unsigned i = l->held_count - l->unsent; i < l->held_count && count + SEGMENTS <= PARTS_MAX; i++)
        count = add_chunk(parts, count, pipe_link_held(l, i), &skip);
    return count;
}

static void count_sent(struct pipe_link *l, size_t bytes)
{
    l->sent += bytes;
    while (l->unsent) {
        const size_t whole = pipe_link_held(l, l->held_count - l->unsent)->bytes;
        if (l->sent < whole)
            return;
        l->sent -= whole;
        l->unsent--;
    }
}

enum pipe_progress pipe_link_push(struct pipe_link *l)
{
    struct iovec parts[PARTS_MAX];

    while (l->unsent) {
        const ssize_t put = writev(l->tasks, parts, (int)unsent_segments(l, parts));
        if (put >= 0)
            count_sent(l, (size_t)put);
        else if (errno == EAGAIN)
            return l->full = true, PIPE_LATER;
        else if (errno != EINTR)
            return PIPE_GONE;
    }
    l->full = false;
    return PIPE_DONE;
}
