/* Copying batches into shared memory and back. */
#include "staging.h"

#include <stdlib.h>
#include <string.h>

static size_t rounded(size_t bytes)
{
    return (bytes + LANES_LINE - 1) / LANES_LINE * LANES_LINE;
}

/* Bytes that a copy of this array takes: none if workers see the array itself. False: more than memory can hold. */
static bool add_bytes(const struct shmem *a, const void *array, size_t bytes, size_t *total)
{
    if (!array || shmem_holds(a, array, bytes))
        return true;
    return bytes <= SIZE_MAX / 2 && !__builtin_add_overflow(*total, rounded(bytes), total);
}

/* The array itself if workers see it, else room for its copy at *at, which moves on. */
static void *place(const struct shmem *a, const void *array, size_t bytes, unsigned char **at)
{
    if (!array || shmem_holds(a, array, bytes))
        return (void *)array;
    void *copy = *at;
    *at += rounded(bytes);
    return copy;
}

static void copy_if_moved(void *to, const void *from, size_t bytes)
{
    if (to != from && bytes)
        memcpy(to, from, bytes);
}

static bool count_bytes(const struct shmem *a, const struct pool_batch *batch, size_t *total)
{
    const struct pool_task *task = batch->task;
    bool fits = add_bytes(a, task->context, task->context_size, total) &&
                add_bytes(a, batch->out, batch->count * task->out_size, total) &&
                add_bytes(a, batch->items, batch->count * sizeof *batch->items, total);

    for (size_t k = 0; fits && k < task->nargs; k++)
        fits = add_bytes(a, batch->columns[k], batch->count * task->arg_size[k], total);
    return fits;
}

bool staging_in(struct staging *s, struct shmem *a, struct job *job)
{
    const struct pool_batch *batch = job->batch;
    const struct pool_task *task = batch->task;
    struct pool_records *records = &job->lanes.records;
    size_t total = 0;

    *s = (struct staging){0};
    if (!count_bytes(a, batch, &total))
        return false;
    if (total > sizeof job->scratch && !(s->block = shmem_alloc_dirty(a, total)))
        return false;
    unsigned char *at = s->block ? s->block : job->scratch;
    job->task = *task;
    job->task.context = place(a, task->context, task->context_size, &at);
    copy_if_moved((void *)job->task.context, task->context, task->context_size);
    for (size_t k = 0; k < task->nargs; k++) {
        const size_t bytes = batch->count * task->arg_size[k];
        job->columns[k] = place(a, batch->columns[k], bytes, &at);
        copy_if_moved((void *)job->columns[k], batch->columns[k], bytes);
    }
    records->task = &job->task;
    records->columns = job->columns;
    records->out = place(a, batch->out, batch->count * task->out_size, &at);
    records->items = place(a, batch->items, batch->count * sizeof *batch->items, &at);
    copy_if_moved(records->items, batch->items, batch->count * sizeof *batch->items);
    return true;
}

static int compare_sizes(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

/* Copy all results but those of lost items, whose workers may have left half of them. */
static void copy_results(const struct staging *s, const struct job *job)
{
    const struct pool_batch *batch = job->batch;
    const unsigned char *from = job->lanes.records.out;
    unsigned char *to = batch->out;
    const size_t size = batch->task->out_size;
    size_t item = 0;

    if (s->lost_count)
        qsort(s->lost, s->lost_count, sizeof *s->lost, compare_sizes);
    for (size_t i = 0; i <= s->lost_count; i++) {
        const size_t end = i < s->lost_count ? s->lost[i] : batch->count;
        if (end > item)
            memcpy(to + item * size, from + item * size, (end - item) * size);
        item = end + 1;
    }
}

/* Of a cancelled batch only what is said to have run: the rest of the copy was never written. */
static void copy_outcomes(const struct job *job)
{
    const struct pool_records *records = &job->lanes.records;
    const unsigned char *from = records->out;
    unsigned char *to = job->batch->out;
    const size_t size = job->batch->task->out_size;

    for (size_t i = 0; records->items && i < job->batch->count; i++)
        if (records->items[i].status == POOL_OK || records->items[i].status == POOL_ETASK)
            memcpy(to + i * size, from + i * size, size);
}

void staging_out(const struct staging *s, struct shmem *a, const struct job *job)
{
    const struct pool_batch *batch = job->batch;
    const struct pool_records *records = &job->lanes.records;

    /* The arguments go first: what was copied of them must not be there beside two copies of the results. */
    if (s->block && records->out != batch->out)
        shmem_discard(a, s->block, s->block, records->out);

    copy_if_moved(batch->items, records->items, batch->count * sizeof *batch->items);
    if (!batch->out || records->out == batch->out)
        return;
    if (pool_batch_canceled(batch) || __atomic_load_n(&job->canceled, __ATOMIC_RELAXED))
        copy_outcomes(job);
    else
        copy_results(s, job);
}

void staging_lose(struct staging *s, struct job *job, size_t item, const struct pool_fault *how)
{
    struct pool_records *records = &job->lanes.records;
    const size_t failed = s->fault.failed + 1;

    if (failed == 1 || item < s->fault.index) {
        s->fault = *how;
        s->fault.index = item;
    }
    s->fault.failed = failed;
    if (job->lanes.fail_fast)
        __atomic_store_n(job->lanes.fail_fast, 1, __ATOMIC_RELAXED);
    if (records->items)
        records->items[item] = (struct pool_item){.status = how->status};
    if (s->lost_count == s->lost_room) {
        const size_t room = s->lost_room ? 2 * s->lost_room : 16;
        size_t *lost = realloc(s->lost, room * sizeof *lost);
        if (!lost)
            return;
        s->lost = lost;
        s->lost_room = room;
    }
    s->lost[s->lost_count++] = item;
}

void staging_clear(struct staging *s, struct shmem *a)
{
    if (s->block)
        shmem_free(a, s->block);
    free(s->lost);
    *s = (struct staging){0};
}
