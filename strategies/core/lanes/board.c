/* The workers that look for jobs, and what wakes them. The protocol is told in board.h. */
#include "board_jobs.h"

#include "../wait/idle.h"

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

/*
 * How many sleepers are to be woken so that `wanted` of them can work. Those whose seats are taken cannot, whether they
 * sleep already or go to sleep before the wake-up, which might be given to them.
 */
static size_t wake_count(const struct board *b, size_t wanted)
{
    size_t able = 0, unable = 0;

    for (size_t w = 0; w < b->workers; w++) {
        const bool asleep = __atomic_load_n(&b->worker[w].asleep, __ATOMIC_SEQ_CST);
        const bool taken = __atomic_load_n(&b->worker[w].seat, __ATOMIC_SEQ_CST);
        able += asleep && !taken;
        unable += taken;
    }
    return able && wanted ? unable + (wanted < able ? wanted : able) : 0;
}

static void wake(struct board *b, size_t workers)
{
    /* A worker that saw the old count before it sleeps will not sleep; one that sleeps is counted already. */
    __atomic_fetch_add(&b->news, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&b->sleepers, __ATOMIC_SEQ_CST))
        return;
    if (b->threads)
        workers = wake_count(b, workers);
    if (workers)
        futex_wake(&b->news, workers < INT_MAX ? (int)workers : INT_MAX);
}

static bool seat_take(struct board_worker *w)
{
    uint32_t free = 0;

    return __atomic_compare_exchange_n(&w->seat, &free, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static void seat_leave(struct board_worker *w)
{
    __atomic_store_n(&w->seat, 0, __ATOMIC_SEQ_CST);
}

struct board_worker *board_sit(struct board *b)
{
    /* The one whose seat was taken before sleeps by now, and the others are left to spin. */
    for (size_t i = 0; i < b->workers; i++) {
        const size_t w = b->lent + i < b->workers ? b->lent + i : b->lent + i - b->workers;
        if (!seat_take(&b->worker[w]))
            continue;
        b->lent = w;
        return &b->worker[w];
    }
    return NULL;
}

void board_post(struct board *b, struct job *job, struct board_worker *seat)
{
    const struct pool_batch *batch = job->batch;
    const size_t units = batch->chunk ? (batch->count - 1) / batch->chunk + 1 : batch->count;

    lanes_deal(&job->lanes, batch->count, batch->chunk);
    if (seat)
        __atomic_store_n(&seat->at, (uint32_t)job_number(b, job) + 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&b->active, UINT64_C(1) << job_number(b, job), __ATOMIC_SEQ_CST);
    if (units > (seat != NULL))
        wake(b, units - (seat != NULL));
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
static void wait_for_news(struct board *b, size_t worker, uint32_t seen, enum pool_wait wait)
{
    uint32_t *asleep = &b->worker[worker].asleep;
    struct idle idle = {0};

    while (__atomic_load_n(&b->news, __ATOMIC_ACQUIRE) == seen) {
        if (idle_look_again(wait, &idle))
            continue;
        /* `asleep` is set inside the time in which this worker is counted: dying at any point leaves the count right
         * or too high, never too low, which would lose a wake-up. */
        __atomic_fetch_add(&b->sleepers, 1, __ATOMIC_SEQ_CST);
        __atomic_store_n(asleep, 1, __ATOMIC_SEQ_CST);
        futex_wait(&b->news, seen, INT64_MAX);
        __atomic_store_n(asleep, 0, __ATOMIC_RELEASE);
        __atomic_fetch_sub(&b->sleepers, 1, __ATOMIC_SEQ_CST);
    }
}

bool board_serve(struct board *b, size_t worker)
{
    struct board_worker *me = &b->worker[worker];
    size_t quota = b->items_max;

    for (;;) {
        const uint32_t seen = __atomic_load_n(&b->news, __ATOMIC_SEQ_CST);
        const bool seated = !b->threads || seat_take(me);
        const size_t done = seated ? serve_any(b, worker, quota) : 0;
        if (b->threads && seated)
            seat_leave(me);
        if (done >= quota)
            return true;
        if (quota != SIZE_MAX)
            quota -= done;
        if (done)
            continue;
        if (__atomic_load_n(&b->stopping, __ATOMIC_ACQUIRE))
            return false;
        wait_for_news(b, worker, seen, seated ? b->wait : POOL_WAIT_SLEEP);
    }
}

void board_lend(struct board *b, struct board_worker *seat)
{
    const uint32_t seen = __atomic_load_n(&b->news, __ATOMIC_SEQ_CST);
    uint64_t others = UINT64_MAX;

    if (seat->at) {
        others = ~(UINT64_C(1) << (seat->at - 1));
        (void)serve_job(b, seat->at - 1, (size_t)(seat - b->worker), SIZE_MAX);
    }
    /* Either the worker finds its seat free, or what it was not free to look at is seen here. With news, the job that
     * was served may be another batch's by now. */
    seat_leave(seat);
    if (__atomic_load_n(&b->news, __ATOMIC_SEQ_CST) != seen)
        others = UINT64_MAX;
    if (__atomic_load_n(&b->active, __ATOMIC_SEQ_CST) & others)
        wake(b, b->workers); /* one might not be this seat's worker, but one that a poster takes for a sleeper still */
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
