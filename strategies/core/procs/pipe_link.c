/* The supervisor's end of one worker's pipes. */
#define _GNU_SOURCE
#include "pipe_link.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

enum {
    SEGMENTS = 2 + POOL_ARGS_MAX, /* frame, context, columns */
    PULLS_MAX = 16,               /* reads before other workers get their turn */
};

bool pipe_link_sending(const struct pipe_link *l)
{
    return l->sent < l->frame_bytes;
}

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

void pipe_link_give(struct pipe_link *l, struct work_range range)
{
    const struct pool_task *task = range.of->batch->task;
    const bool fresh = task->context && l->context_of != range.of->serial;

    l->held[l->held_count++] = range;
    l->chunks++;
    l->given += range.count;
    l->ticket = (l->ticket + 1) % PIPE_HELD_MAX;
    memset(&l->frame, 0, sizeof l->frame); /* the padding goes through the pipe too */
    l->frame.task = *task;
    l->frame.count = range.count;
    l->frame.number = l->chunks;
    l->frame.ticket = l->ticket;
    l->number[l->ticket] = l->chunks;
    __atomic_store_n(&l->end.page->ticket[l->ticket], l->chunks, __ATOMIC_RELEASE);
    l->frame.fresh_context = fresh;
    if (fresh)
        l->context_of = range.of->serial;
    l->sent = 0;
    l->frame_bytes = pipe_range_bytes(&range) - (fresh ? 0 : context_bytes(task));
    if (l->held_count > 1)
        l->ahead += l->frame_bytes;
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

static size_t unsent_segments(const struct pipe_link *l, struct iovec parts[SEGMENTS])
{
    const struct work_range *range = &l->held[l->held_count - 1];
    const struct pool_batch *batch = range->of->batch;
    const struct pool_task *task = batch->task;
    size_t skip = l->sent, count = add_segment(parts, 0, &l->frame, sizeof l->frame, &skip);

    if (l->frame.fresh_context)
        count = add_segment(parts, count, task->context, task->context_size, &skip);
    for (size_t k = 0; k < task->nargs; k++)
        if (task->arg_size[k])
            count = add_segment(parts, count, (const char *)batch->columns[k] + range->first * task->arg_size[k],
                                range->count * task->arg_size[k], &skip);
    return count;
}

enum pipe_progress pipe_link_push(struct pipe_link *l)
{
    struct iovec parts[SEGMENTS];

    while (pipe_link_sending(l)) {
        const ssize_t put = writev(l->tasks, parts, (int)unsent_segments(l, parts));
        if (put >= 0)
            l->sent += (size_t)put;
        else if (errno == EAGAIN)
            return PIPE_LATER;
        else if (errno != EINTR)
            return PIPE_GONE;
    }
    return PIPE_DONE;
}

/* Where the rest of the current record's result goes, and how many bytes that is. */
static size_t result_rest(const struct pipe_link *l, unsigned char **to)
{
    const struct pool_batch *batch = l->held[0].of->batch;
    const size_t size = batch->task->out_size, have = l->record - sizeof l->head;

    *to = (unsigned char *)batch->out + (l->held[0].first + l->done) * size + have;
    return size - have;
}

static void chunk_complete(struct pipe_link *l)
{
    l->done = 0;
    l->ahead = 0;
    l->held_count--;
    memmove(l->held, l->held + 1, sizeof *l->held * (PIPE_HELD_MAX - 1));
}

/* The worker has left the rest of its chunk, which was cancelled. */
static void chunk_left(struct pipe_link *l, struct work *work)
{
    struct work_range rest = l->held[0];

    rest.first += l->done;
    rest.count -= l->done;
    l->record = 0;
    l->given -= rest.count;
    chunk_complete(l);
    work_return(work, rest);
}

static void record_complete(struct pipe_link *l, struct work *work)
{
    const struct work_range range = l->held[0];
    const size_t index = range.first + l->done;

    l->record = 0;
    l->ended++;
    if (++l->done == range.count)
        chunk_complete(l);
    work_item_ran(work, range.of, index, l->head.code); /* the batch may be gone afterwards */
}

/* Account for `bytes` more of the record, which are where they belong already. */
static void record_grow(struct pipe_link *l, struct work *work, size_t bytes)
{
    l->received += bytes;
    l->record += bytes;
    if (l->record == sizeof l->head && l->head.last)
        chunk_left(l, work);
    else if (l->record == sizeof l->head + l->held[0].of->batch->task->out_size)
        record_complete(l, work);
}

/* Put bytes of the stream where they belong. False: more than was asked for. */
static bool absorb(struct pipe_link *l, struct work *work, const unsigned char *bytes, size_t count)
{
    while (count) {
        if (!l->held_count)
            return false;
        unsigned char *to = (unsigned char *)&l->head + l->record;
        size_t rest = sizeof l->head - l->record;
        if (l->record >= sizeof l->head)
            rest = result_rest(l, &to);
        const size_t piece = rest < count ? rest : count;
        memcpy(to, bytes, piece);
        record_grow(l, work, piece);
        bytes += piece;
        count -= piece;
    }
    return true;
}

enum pipe_progress pipe_link_pull(struct pipe_link *l, struct work *work, unsigned char *scratch)
{
    for (int i = 0; i < PULLS_MAX; i++) {
        unsigned char *to = NULL;
        const size_t rest = l->record >= sizeof l->head ? result_rest(l, &to) : 0;
        struct iovec parts[] = {{to, rest}, {scratch, PIPE_RING_BYTES}};
        const ssize_t got = readv(l->results, rest ? parts : parts + 1, rest ? 2 : 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return PIPE_DONE;
        if (got <= 0)
            return PIPE_GONE;
        const size_t direct = (size_t)got < rest ? (size_t)got : rest;
        if (direct)
            record_grow(l, work, direct);
        if (!absorb(l, work, scratch, (size_t)got - direct))
            return PIPE_GONE;
    }
    return PIPE_LATER;
}

bool pipe_link_revoke(struct pipe_link *l, struct work_range *range)
{
    if (!l->held_count || pipe_link_sending(l) ||
        !pipe_ticket_take(&l->end.page->ticket[l->ticket], l->number[l->ticket]))
        return false;
    *range = l->held[--l->held_count];
    l->given -= range->count;
    /* The next chunk must leave alone the ticket of the one that stays. */
    l->ticket = (l->ticket + 1) % PIPE_HELD_MAX;
    return true;
}

void pipe_link_recall(struct pipe_link *l, struct work *work)
{
    struct work_range range;

    while (l->held_count && pool_batch_canceled(l->held[l->held_count - 1].of->batch) && pipe_link_revoke(l, &range))
        work_return(work, range);
    for (unsigned i = 0; i < l->held_count; i++) {
        const unsigned ticket = (l->ticket + l->held_count - 1 - i) % PIPE_HELD_MAX;
        if (pool_batch_canceled(l->held[i].of->batch))
            __atomic_store_n(&l->end.page->canceled[ticket], l->number[ticket], __ATOMIC_RELAXED);
    }
}

void pipe_link_salvage(struct pipe_link *l, struct work *work, unsigned char *scratch)
{
    while (pipe_link_pull(l, work, scratch) == PIPE_LATER)
        continue;
    const uint64_t produced = __atomic_load_n(&l->end.page->produced, __ATOMIC_ACQUIRE);
    while (l->received < produced && produced - l->received <= PIPE_RING_BYTES) {
        const size_t at = l->received % PIPE_RING_BYTES, left = (size_t)(produced - l->received);
        if (!absorb(l, work, l->end.page->ring + at, left < PIPE_RING_BYTES - at ? left : PIPE_RING_BYTES - at))
            return;
    }
}

bool pipe_link_was_running(const struct pipe_link *l)
{
    return l->held_count && books_begun(l->end.books) > l->ended;
}
