/* Jobs: taken for batches that wait, released, cancelled. The protocol is told in board.h. */
#include "board_jobs.h"

#include <sched.h>

/* A job is set up when it is taken: most pools never touch most of theirs. */
static void job_init(struct board *b, struct job *job)
{
    struct lane *lanes = (struct lane *)(b->worker + b->workers);

    job->lanes.workers = b->workers;
    job->lanes.mortal = !b->threads;
    job->lanes.lane = lanes + job_number(b, job) * b->workers;
    job->lanes.books = b->books;
}

/* A free job that nobody reads. NULL: none just now. */
static struct job *free_job(struct board *b)
{
    for (uint64_t free = ~b->taken; free; free &= free - 1)
        if (!job_is_read(b, (size_t)__builtin_ctzll(free)))
            return &b->job[__builtin_ctzll(free)];
    return NULL;
}

void board_enqueue(struct board *b, struct pool_batch *batch)
{
    batch->next = NULL;
    *b->last = batch;
    b->last = &batch->next;
}

static struct pool_batch *dequeue(struct board *b)
{
    struct pool_batch *batch = b->first;

    b->first = batch->next;
    if (!b->first)
        b->last = &b->first;
    return batch;
}

struct job *board_take(struct board *b)
{
    enum { TRIES = 1000 };
    struct job *job = b->first ? free_job(b) : NULL;

    /* Readers of a free job are about to leave it, unless they are processes that have been stopped. Who gives up
     * leaves the batch to whoever releases a job, so while threads read there must be such a one. */
    for (unsigned tries = 0; b->first && !job && ~b->taken; tries++) {
        if (tries >= TRIES && !(b->threads && !b->taken))
            break;
        sched_yield();
        job = free_job(b);
    }
    if (!job)
        return NULL;
    struct pool_batch *batch = dequeue(b);
    b->taken |= UINT64_C(1) << job_number(b, job);
    job_init(b, job);
    job->batch = batch;
    job->host = batch->host;
    job->canceled = pool_batch_canceled(batch);
    job->lanes.fail_fast = batch->fail_fast ? &job->canceled : NULL;
    job->notify = !batch->waited;
    job->over = 0;
    job->lanes.records = (struct pool_records){
        .task = batch->task,
        .columns = batch->columns,
        .out = batch->out,
        .items = batch->items,
        .canceled = &job->canceled, /* the batch may be gone while workers still look around */
    };
    return job;
}

void board_release(struct board *b, struct job *job)
{
    const uint64_t bit = UINT64_C(1) << job_number(b, job);

    /* A worker that says it is at this job from now on sees that it is no longer active, and does not look inside;
     * one that said so before is seen by board_take. That is why both words are sequentially consistent. */
    __atomic_fetch_and(&b->active, ~bit, __ATOMIC_SEQ_CST);
    b->taken &= ~bit;
    b->wounded &= ~bit;
}

void board_cancel(struct board *b)
{
    for (uint64_t left = b->taken; left; left &= left - 1)
        __atomic_store_n(&b->job[__builtin_ctzll(left)].canceled, 1, __ATOMIC_RELAXED);
}

bool board_cancel_batch(struct board *b, struct pool_batch *batch)
{
    struct pool_batch **at = &b->first;

    for (uint64_t left = b->taken; left; left &= left - 1) {
        struct job *job = &b->job[__builtin_ctzll(left)];
        if (job->batch == batch)
            __atomic_store_n(&job->canceled, 1, __ATOMIC_RELAXED);
    }
    while (*at && *at != batch)
        at = &(*at)->next;
    if (!*at || batch->waited)
        return false;
    *at = batch->next;
    if (!*at)
        b->last = at;
    return true;
}
