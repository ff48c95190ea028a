/* The supervisor's end of one worker's pipes: results are received, and chunks taken back. */
#define _GNU_SOURCE
#include "pipe_link.h"

#include "../wait/futex.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

enum { PULLS_MAX = 16 }; /* reads before other workers get their turn */

/* A worker has so much ahead, at the pace of its last chunks: the longer that is, the longer others wait behind it. */
static const int64_t AHEAD_NS = 200000;

/* Where the rest of the current record's result goes, and how many bytes that is. */
static size_t result_rest(const struct pipe_link *l, unsigned char **to)
{
    const struct work_range *range = &pipe_link_held(l, 0)->range;
    const struct pool_batch *batch = range->of->batch;
    const size_t size = batch->task->out_size, have = l->record - sizeof l->head;

    *to = (unsigned char *)batch->out + (range->first + l->done) * size + have;
    return size - have;
}

static void chunk_complete(struct pipe_link *l)
{
    l->done = 0;
    l->over++;
    l->held_count--;
    l->first = (l->first + 1) % PIPE_HELD_MAX;
    if (l->held_count)
        l->waiting -= pipe_link_held(l, 0)->ahead;
}

/* The worker has left the rest of its chunk, which was cancelled. */
static void chunk_left(struct pipe_link *l, struct work *work)
{
    struct work_range rest = pipe_link_held(l, 0)->range;

    rest.first += l->done;
    rest.count -= l->done;
    l->record = 0;
    l->given -= rest.count;
    chunk_complete(l);
    work_return(work, rest);
}

static void record_complete(struct pipe_link *l, struct work *work)
{
    const struct work_range range = pipe_link_held(l, 0)->range;
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
    else if (l->record == sizeof l->head + pipe_link_held(l, 0)->range.of->batch->task->out_size)
        record_complete(l, work);
}

/* Put bytes of the stream where they belong. False: more than was asked for. */
static bool absorb(struct pipe_link *l, struct work *work, const unsigned char *bytes, size_t count)
{
    while (count) {
        if (l->held_count == l->unsent)
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

/* The shorter the chunks that have come back, the more the worker may hold; but few where a failure ends the rest. */
static void keep_pace(struct pipe_link *l)
{
    if (!l->over || l->end.setup->config->fail_fast)
        return;
    const int64_t now_ns = futex_now_ns();
    const int64_t chunk_ns = (now_ns - l->over_since_ns) / l->over + 1;
    const int64_t fit = AHEAD_NS / chunk_ns;

    l->held_max = fit < PIPE_HELD_MIN ? PIPE_HELD_MIN : fit > PIPE_HELD_MAX ? PIPE_HELD_MAX : (unsigned)fit;
    l->over = 0;
    l->over_since_ns = now_ns;
}

static enum pipe_progress pull(struct pipe_link *l, struct work *work, unsigned char *scratch)
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

enum pipe_progress pipe_link_pull(struct pipe_link *l, struct work *work, unsigned char *scratch)
{
    const enum pipe_progress progress = pull(l, work, scratch);

    keep_pace(l);
    return progress;
}

bool pipe_link_revoke(struct pipe_link *l, struct work_range *range)
{
    if (!l->held_count || l->unsent)
        return false;
    const struct pipe_chunk *last = pipe_link_held(l, l->held_count - 1);
    if (!pipe_ticket_take(&l->end.page->ticket[last->frame.ticket], last->frame.number))
        return false;
    *range = last->range;
    l->stale += last->ahead;
    l->given -= range->count;
    l->held_count--;
    return true;
}

void pipe_link_recall(struct pipe_link *l, struct work *work)
{
    struct work_range range;

    while (l->held_count && pool_batch_canceled(pipe_link_held(l, l->held_count - 1)->range.of->batch) &&
           pipe_link_revoke(l, &range))
        work_return(work, range);
    for (unsigned i = 0; i < l->held_count; i++) {
        const struct pipe_chunk *chunk = pipe_link_held(l, i);
        if (pool_batch_canceled(chunk->range.of->batch))
            __atomic_store_n(&l->end.page->canceled[chunk->frame.ticket], chunk->frame.number, __ATOMIC_RELAXED);
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
