/* Jobs, and the workers that look for them. The protocol is told in board.h. */
#include "board.h"

#include "../wait/idle.h"

#include <string.h>

static size_t job_number(const struct board *b, const struct job *job)
{
    return (size_t)(job - b->job);
}

static bool bit_is_set(const uint64_t *word, size_t bit)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST) >> bit & 1;
}

size_t board_bytes(size_t workers)
{
    return sizeof(struct board) + workers * (sizeof(struct board_worker) + BOARD_JOBS * sizeof(struct lane));
}

void board_init(struct board *b, size_t workers, enum pool_wait wait)
{
    b->workers = workers;
    b->wait = wait;
    b->items_max = SIZE_MAX;
    b->last = &b->first;
}

void board_time_items(struct board *b, struct books *books)
{
    b->books = books;
}

/* A job is set up when it is taken: most pools never touch most of theirs. */
static void job_init(struct board *b, struct job *job)
{
    struct lane *lanes = (struct lane *)(b->worker + b->workers);

    job->lanes.workers = b->workers;
    job->lanes.lane = lanes + job_number(b, job) * b->workers;
    job->lanes.books = b->books;
}

/* True if some worker may still be reading the job from its last use. */
static bool job_is_read(const struct board *b, size_t j)
{
    for (size_t w = 0; w < b->workers; w++)
        if (__atomic_load_n(&b->worker[w].at, __ATOMIC_SEQ_CST) == j + 1)
            return true;
    return false;
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

    /* Readers of a free job are about to leave it, unless they have been stopped. */
    for (unsigned tries = 0; b->first && !job && ~b->taken && tries < TRIES; tries++) {
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

static void wake(struct board *b, size_t workers)
{
    /* A worker that saw the old count before it sleeps will not sleep; one that sleeps is counted already. */
    __atomic_fetch_add(&b->news, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&b->sleepers, __ATOMIC_SEQ_CST))
        futex_wake(&b->news, workers < INT_MAX ? (int)workers : INT_MAX);
}

void board_post(struct board *b, struct job *job)
{
    lanes_deal(&job->lanes, job->batch->count, job->batch->chunk);
    __atomic_fetch_or(&b->active, UINT64_C(1) << job_number(b, job), __ATOMIC_SEQ_CST);
    wake(b, job->batch->chunk ? (job->batch->count - 1) / job->batch->chunk + 1 : job->batch->count);
}

void board_report(const struct job *job)
{
    for (size_t w = 0; w < job->lanes.workers; w++) {
        const struct lane *lane = &job->lanes.lane[w];
        const struct pool_fault fault = {
            .status = POOL_ETASK, .index = lane->failed_first, .failed = lane->failed, .code = lane->failed_code};
        if (lane->failed)
            job->batch->host->fail(job->batch, &fault);
    }
}

/* Work at a job that was active a moment ago. Returns the items done. */
static size_t serve_job(struct board *b, size_t j, size_t worker, size_t quota)
{
    uint32_t *at = &b->worker[worker].at;
    struct job *job = &b->job[j];
    struct pool_frame frame;
    size_t done = 0;
    bool last = false;

    __atomic_store_n(at, (uint32_t)j + 1, __ATOMIC_SEQ_CST);
    if (bit_is_set(&b->active, j) && lanes_any_left(&job->lanes)) {
        if (b->threads)
            job->host->enter(job->batch, &frame);
        done = lanes_work(&job->lanes, worker, quota, &last);
        if (b->threads)
            job->host->leave(&frame);
    }
    /* Where workers can die, board_check may finish the job too, and then it is free for its next use: this worker must
     * still be at it, or it would end that. Threads leave first: their finish may use the job again itself. */
    if (last && !b->threads)
        b->finish(b->arg, job);
    __atomic_store_n(at, 0, __ATOMIC_SEQ_CST);
    if (last && b->threads)
        b->finish(b->arg, job);
    return done;
}

/* Look at every active job once. Returns the items done. */
static size_t serve_any(struct board *b, size_t worker, size_t quota)
{
    size_t done = 0;

    for (uint64_t left = __atomic_load_n(&b->active, __ATOMIC_ACQUIRE); left && done < quota; left &= left - 1)
        done += serve_job(b, (size_t)__builtin_ctzll(left), worker, quota - done);
    return done;
}

/* Nothing to do: wait until there is news. */
static void wait_for_news(struct board *b, size_t worker, uint32_t seen)
{
    uint32_t *asleep = &b->worker[worker].asleep;

    for (unsigned looks = 0; __atomic_load_n(&b->news, __ATOMIC_ACQUIRE) == seen; looks++) {
        if (idle_look_again(b->wait, looks))
            continue;
        /* `asleep` is set inside the time in which this worker is counted: dying at any point leaves the count right
         * or too high, never too low, which would lose a wake-up. */
        __atomic_fetch_add(&b->sleepers, 1, __ATOMIC_SEQ_CST);
        __atomic_store_n(asleep, 1, __ATOMIC_RELEASE);
        futex_wait(&b->news, seen, INT64_MAX);
        __atomic_store_n(asleep, 0, __ATOMIC_RELEASE);
        __atomic_fetch_sub(&b->sleepers, 1, __ATOMIC_SEQ_CST);
    }
}

bool board_serve(struct board *b, size_t worker)
{
    size_t quota = b->items_max;

    for (;;) {
        const uint32_t seen = __atomic_load_n(&b->news, __ATOMIC_SEQ_CST);
        const size_t done = serve_any(b, worker, quota);
        if (done >= quota)
            return true;
        if (quota != SIZE_MAX)
            quota -= done;
        if (done)
            continue;
        if (__atomic_load_n(&b->stopping, __ATOMIC_ACQUIRE))
            return false;
        wait_for_news(b, worker, seen);
    }
}

void board_stop(struct board *b)
{
    __atomic_store_n(&b->stopping, 1, __ATOMIC_RELEASE);
    wake(b, b->workers);
}

void board_bury(struct board *b, size_t worker, void (*lost)(void *arg, struct job *, size_t item), void *arg)
{
    struct board_worker *dead = &b->worker[worker];

    if (__atomic_exchange_n(&dead->asleep, 0, __ATOMIC_ACQ_REL))
        __atomic_fetch_sub(&b->sleepers, 1, __ATOMIC_SEQ_CST);
    for (uint64_t left = __atomic_load_n(&b->active, __ATOMIC_SEQ_CST) & b->taken; left; left &= left - 1) {
        struct job *job = &b->job[__builtin_ctzll(left)];
        const size_t item = lanes_repair(&job->lanes, worker);
        if (item != LANES_NO_ITEM)
            lost(arg, job, item);
    }
    b->wounded |= __atomic_load_n(&b->active, __ATOMIC_SEQ_CST) & b->taken;
    __atomic_store_n(&dead->at, 0, __ATOMIC_SEQ_CST);
    wake(b, b->workers);
}

bool board_check(struct board *b)
{
    bool idle_left = false;

    for (uint64_t left = b->wounded; left; left &= left - 1) {
        const size_t j = (size_t)__builtin_ctzll(left);
        struct job *job = &b->job[j];
        if (job_is_read(b, j))
            continue;
        if (lanes_finished(&job->lanes) == job->lanes.count) {
            b->wounded &= ~(UINT64_C(1) << j);
            b->finish(b->arg, job);
        } else {
            idle_left = true;
        }
    }
    if (idle_left)
        wake(b, b->workers);
    return b->wounded != 0;
}
