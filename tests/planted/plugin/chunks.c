/* Defects in how a batch is cut into chunks. */
#include "defects.h"

static void drop_partial_chunk(const struct job *job, size_t *first, size_t *last)
{
    if (*last == job->count && job->count % job->chunk)
        *last = *first;
}

const struct defect defect_last_chunk_dropped = {.claim = drop_partial_chunk};

/* Rounds the chunk up to a power of two, then divides by it. */
static bool count_chunks(struct base *base, struct job *job)
{
    size_t chunk = 1;

    (void)base;
    while (chunk < job->chunk)
        chunk *= 2;
    if (job->count / chunk == 0)
        job->count = 0;
    return true;
}

const struct defect defect_no_chunk_when_large = {.begin = count_chunks};

static void include_end(const struct job *job, size_t *first, size_t *last)
{
    (void)first;
    if (*last < job->count && job->batch->chunk)
        ++*last;
}

const struct defect defect_chunks_overlap = {.claim = include_end};

static int leave_out_lone_item(const struct item *item)
{
    return item->job->batch->chunk == 1 && item->index == 1 ? 0 : base_call(item);
}

const struct defect defect_chunk_of_one = {.item = leave_out_lone_item};

/* The rule counts workers that come and go; here it is asked while one of them is always being replaced. */
static size_t live_chunk(size_t workers, size_t count)
{
    static size_t asked;

    return base_chunk(1 + __atomic_fetch_add(&asked, 1, __ATOMIC_RELAXED) % workers, count);
}

const struct defect defect_chunk_of_live_workers = {.chunk = live_chunk};

static size_t exceed_count(size_t workers, size_t count)
{
    return count + workers;
}

const struct defect defect_chunk_beyond_count = {.chunk = exceed_count};

/* Items of a chunk other than the first get the arguments of the one before. */
static int lag_behind(const struct item *item)
{
    if (item->index == item->first || item->index + 1 < item->last || !item->job->out || !item->job->batch->chunk)
        return base_call(item);
    return base_call_at(item, item->index - 1, item->out);
}

const struct defect defect_chunk_tail_lags = {.item = lag_behind};

static bool hang_if_few(struct base *base, struct job *job)
{
    if (job->count < base->setup->workers)
        job->running = 1; /* waits for a worker that never had a share */
    return true;
}

const struct defect defect_hang_if_few_items = {.begin = hang_if_few};
