/*
 * fork_shared - multiprocessing.Pool as it should be: persistent forked workers over shared memory.
 *
 * The scheduling is core/lanes/board.h, as in pthread_steal; arrays come from core/procs/shmem.h or are copied by
 * core/procs/staging.h; core/procs/workforce.h forks the workers and sees them die. The caller posts a batch, and ends
 * it, in its own thread: the supervisor is not in the way of work, only of death.
 *
 * Lock: `lock` guards which jobs are taken, the queue, lost items and the workforce's end. No worker takes it.
 */
#define _GNU_SOURCE
#include "core/procs/staging.h"
#include "core/procs/workforce.h"
#include "core/wait/idle.h"
#include "front/fault.h"

#include <stdlib.h>

struct fork_pool {
    struct workforce force; /* first, for its hook `stop` */
    struct shmem *shmem;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a waiting batch got its job, or will never have one */
    struct staging staging[BOARD_JOBS];
};

/* batch->mine without a job: it waits for one; it is over. */
static const char QUEUED, OVER;

static struct staging *staging_of(struct fork_pool *pool, const struct job *job)
{
    return &pool->staging[job - pool->force.board->job];
}

static void set_mine(struct pool_batch *batch, const void *mine)
{
    __atomic_store_n(&batch->mine, (void *)mine, __ATOMIC_RELEASE);
}

static const void *get_mine(const struct pool_batch *batch)
{
    return __atomic_load_n(&batch->mine, __ATOMIC_ACQUIRE);
}

/* In the worker that finished the last item, and in the creator where none could. It wakes even where the job is over
 * already: who said so may have died before it woke anybody. */
static void shared_finish(void *owner, struct job *job)
{
    struct fork_pool *pool = owner;
    const bool notify = job->notify; /* once it is over, the job may be used for something else */

    idle_set(&job->over);
    if (notify)
        workforce_kick(&pool->force);
}

static void shared_lost(void *owner, struct job *job, size_t item, const struct pool_fault *how)
{
    staging_lose(staging_of(owner, job), job, item, how);
}

/* No worker is left: end what has a job, and what waits for one. */
static void shared_dead(void *owner)
{
    struct fork_pool *pool = owner;
    struct board *board = pool->force.board;

    pthread_mutex_lock(&pool->lock);
    struct pool_batch *queue = board->first;
    board->first = NULL;
    board->last = &board->first;
    for (uint64_t left = board->taken & board->active; left; left &= left - 1)
        shared_finish(pool, &board->job[__builtin_ctzll(left)]);
    pthread_mutex_unlock(&pool->lock);
    while (queue) {
        struct pool_batch *batch = queue;
        queue = batch->next;
        pthread_mutex_lock(&pool->lock);
        set_mine(batch, &OVER);
        pthread_cond_broadcast(&pool->changed);
        pthread_mutex_unlock(&pool->lock);
        batch->host->done(batch);
    }
}

/* Copy what has to be copied, and let the workers have it, if there are any. */
static void post(struct fork_pool *pool, struct job *job)
{
    struct staging *staging = staging_of(pool, job);
    const bool copied = staging_in(staging, pool->shmem, job);

    /* Under the lock: shared_dead ends what is posted, and only that, for others are still being copied. */
    pthread_mutex_lock(&pool->lock);
    const bool posted = copied && !pool->force.dead;
    if (posted)
        board_post(pool->force.board, job, NULL);
    pthread_mutex_unlock(&pool->lock);
    if (posted)
        return;
    lanes_deal(&job->lanes, 0, 1);
    if (!copied) {
        fault_set(&staging->fault, POOL_ENOMEM, 0, "no shared memory for the arrays of %zu items", job->batch->count);
        staging->fault.index = 0;
        staging->fault.failed = job->batch->count;
    }
    shared_finish(pool, job);
}

/* The next batch that waits gets a job. NULL: none waits, or all jobs are taken. */
static struct job *next_job(struct fork_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct job *job = board_take(pool->force.board);
    if (job)
        set_mine(job->batch, job);
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return job;
}

/* Give jobs to batches that wait. Called by whoever has queued a batch or released a job, without the lock. */
static void post_waiting(struct fork_pool *pool)
{
    struct job *job;

    while ((job = next_job(pool)))
        post(pool, job); /* a batch that nobody waits for may be over, and gone, at once */
}

static enum pool_status shared_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct fork_pool *pool = self;

    (void)fault;
    pthread_mutex_lock(&pool->lock);
    const bool dead = pool->force.dead;
    set_mine(batch, dead ? &OVER : &QUEUED);
    if (!dead)
        board_enqueue(pool->force.board, batch);
    pthread_mutex_unlock(&pool->lock);
    if (dead)
        batch->host->done(batch);
    else
        post_waiting(pool);
    return POOL_OK;
}

/* The batch's job, once it has one. NULL: it is over without. */
static struct job *await_job(struct fork_pool *pool, const struct pool_batch *batch)
{
    const void *mine = get_mine(batch);

    if (mine == &QUEUED) {
        pthread_mutex_lock(&pool->lock);
        while ((mine = get_mine(batch)) == &QUEUED)
            pthread_cond_wait(&pool->changed, &pool->lock);
        pthread_mutex_unlock(&pool->lock);
    }
    return mine == &OVER ? NULL : (struct job *)mine;
}

/* A job is over: results to where they belong, and the job to whoever waits for one. */
static void end_job(struct fork_pool *pool, struct job *job)
{
    struct staging *staging = staging_of(pool, job);
    struct pool_batch *batch = job->batch;

    staging_out(staging, pool->shmem, job);
    board_report(job);
    if (staging->fault.failed)
        batch->host->fail(batch, &staging->fault);
    pthread_mutex_lock(&pool->lock);
    staging_clear(staging, pool->shmem);
    board_release(pool->force.board, job);
    const bool more = pool->force.board->first;
    pthread_mutex_unlock(&pool->lock);
    if (more)
        post_waiting(pool);
    batch->host->done(batch);
}

/* The caller's thread waits for the workers, and ends the batch. */
static void shared_wait(void *self, struct pool_batch *batch)
{
    struct fork_pool *pool = self;
    struct job *job = await_job(pool, batch);

    if (!job)
        return;
    idle_until_set(&job->over, pool->force.setup->config->wait, INT64_MAX);
    end_job(pool, job);
}

/* The supervisor's thread ends what nobody waits for. */
static void shared_kicked(void *owner)
{
    struct fork_pool *pool = owner;
    struct board *board = pool->force.board;

    pthread_mutex_lock(&pool->lock);
    uint64_t over = 0;
    for (uint64_t left = board->taken; left; left &= left - 1) {
        const struct job *job = &board->job[__builtin_ctzll(left)];
        if (job->notify && idle_is_set(&job->over))
            over |= left & -left;
    }
    pthread_mutex_unlock(&pool->lock);
    for (; over; over &= over - 1)
        end_job(pool, &board->job[__builtin_ctzll(over)]);
}

static const struct workforce_hooks SHARED_HOOKS = {
    .lost = shared_lost,
    .dead = shared_dead,
    .kicked = shared_kicked,
};

static bool shared_cancel(void *self, struct pool_batch *batch)
{
    struct fork_pool *pool = self;

    pthread_mutex_lock(&pool->lock);
    const bool given_back = board_cancel_batch(pool->force.board, batch);
    pthread_mutex_unlock(&pool->lock);
    return given_back;
}

static void shared_terminate(void *self)
{
    struct fork_pool *pool = self;

    pthread_mutex_lock(&pool->lock);
    board_cancel(pool->force.board);
    pthread_mutex_unlock(&pool->lock);
    workforce_terminate(&pool->force);
}

static void shared_destroy(void *self)
{
    struct fork_pool *pool = self;

    shmem_delete(pool->shmem);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static enum pool_status shared_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct fork_pool *pool = calloc(1, sizeof *pool);

    if (!pool)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    pool->shmem = shmem_new();
    enum pool_status status = pool->shmem ? POOL_OK : fault_set(fault, POOL_ENOMEM, 0, "no address space to share");
    if (!status)
        status =
            workforce_start(&pool->force, setup, pool->shmem, &pool->lock, &SHARED_HOOKS, shared_finish, pool, fault);
    if (status)
        shared_destroy(pool);
    else
        *self = pool;
    return status;
}

static void *shared_alloc(void *self, size_t bytes)
{
    struct fork_pool *pool = self;

    return shmem_alloc(pool->shmem, bytes);
}

static void shared_free(void *self, void *memory)
{
    struct fork_pool *pool = self;

    shmem_free(pool->shmem, memory);
}

const struct pool_ops strategy_fork_shared = {
    .abi = POOL_ABI,
    .name = "fork_shared",
    .summary = "persistent forked workers over shared memory",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_RECYCLE | POOL_CAP_OVERLAP | POOL_CAP_SHARED,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "claims grow while they are short, to at most ceil(count / (8 x workers)) items",
    .chunk = lanes_claim_max,
    .create = shared_create,
    .submit = shared_submit,
    .wait = shared_wait,
    .cancel = shared_cancel,
    .terminate = shared_terminate,
    .stop = workforce_stop,
    .destroy = shared_destroy,
    .alloc = shared_alloc,
    .free = shared_free,
};
