/*
 * pthread_steal - persistent threads, a range of items each, stealing from one another when dry.
 *
 * The scheduling is core/lanes/board.h and core/lanes/lanes.h, which fork_shared runs over processes.
 */
#include "core/chunks.h"
#include "core/lanes/board.h"
#include "core/threads/crew.h"
#include "core/worker.h"
#include "front/fault.h"

#include <stdlib.h>
#include <string.h>

struct steal_pool {
    struct crew crew;
    struct board *board;
    const struct pool_setup *setup;
    pthread_mutex_t lock; /* jobs and waiting batches */
};

/* Post as many waiting batches as there are jobs. batch->mine: the seat that its caller has taken. The lock is held. */
static void post_waiting(struct steal_pool *pool)
{
    struct job *job;

    while ((job = board_take(pool->board)))
        board_post(pool->board, job, job->batch->mine);
}

static void steal_finish(void *arg, struct job *job)
{
    struct steal_pool *pool = arg;
    struct pool_batch *batch = job->batch;

    board_report(job);
    pthread_mutex_lock(&pool->lock);
    board_release(pool->board, job);
    post_waiting(pool);
    pthread_mutex_unlock(&pool->lock);
    batch->host->done(batch);
}

static void steal_work(void *arg, size_t worker)
{
    struct steal_pool *pool = arg;

    (void)board_serve(pool->board, worker); /* no limit of items is set */
}

static void steal_destroy(void *self)
{
    struct steal_pool *pool = self;

    pthread_mutex_destroy(&pool->lock);
    free(pool->board);
    free(pool);
}

static struct steal_pool *steal_new(const struct pool_setup *setup)
{
    const size_t align = 2 * LANES_LINE, bytes = chunks_count(board_bytes(setup->workers), align) * align;
    struct steal_pool *pool = calloc(1, sizeof *pool);

    if (!pool)
        return NULL;
    pool->board = aligned_alloc(align, bytes);
    if (!pool->board) {
        free(pool);
        return NULL;
    }
    memset(pool->board, 0, bytes);
    pool->setup = setup;
    board_init(pool->board, setup->workers, setup->config->wait);
    pool->board->threads = true;
    pool->board->finish = steal_finish;
    pool->board->arg = pool;
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

static enum pool_status steal_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct steal_pool *pool = steal_new(setup);

    if (!pool)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    const enum pool_status status = crew_start(&pool->crew, setup, steal_work, pool, fault);
    if (status)
        steal_destroy(pool);
    else
        *self = pool;
    return status;
}

/* As good as a worker, that is: what makes a worker more than a thread is nothing that a caller could do in passing. */
static bool caller_may_work(const struct steal_pool *pool)
{
    const struct pool_config *config = pool->setup->config;

    return !config->initializer && !config->finalizer && !config->binding;
}

static enum pool_status steal_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct steal_pool *pool = self;

    (void)fault;
    pthread_mutex_lock(&pool->lock);
    struct board_worker *seat = batch->waited && caller_may_work(pool) ? board_sit(pool->board) : NULL;
    batch->mine = seat;
    board_enqueue(pool->board, batch);
    post_waiting(pool);
    const bool idle = seat && !seat->at; /* every job is taken: others need the seat more */
    if (idle)
        batch->mine = NULL;
    pthread_mutex_unlock(&pool->lock);
    if (idle)
        board_lend(pool->board, seat);
    return POOL_OK;
}

/* The caller works too, with the number of the worker that it sits in for. */
static void steal_wait(void *self, struct pool_batch *batch)
{
    struct steal_pool *pool = self;
    struct board_worker *seat = batch->mine;
    struct worker_loan loan;
    struct pool_fault none;

    if (!seat)
        return;
    (void)worker_borrow(pool->setup, (size_t)(seat - pool->board->worker), NULL, &loan, &none); /* nothing can fail */
    board_lend(pool->board, seat);
    worker_return(&loan);
}

static bool steal_cancel(void *self, struct pool_batch *batch)
{
    struct steal_pool *pool = self;

    pthread_mutex_lock(&pool->lock);
    const bool given_back = board_cancel_batch(pool->board, batch);
    pthread_mutex_unlock(&pool->lock);
    return given_back;
}

static void steal_terminate(void *self)
{
    struct steal_pool *pool = self;

    pthread_mutex_lock(&pool->lock);
    board_cancel(pool->board);
    pthread_mutex_unlock(&pool->lock);
}

static enum pool_status steal_stop(void *self, int64_t deadline_ns)
{
    struct steal_pool *pool = self;

    board_stop(pool->board);
    return crew_join(&pool->crew, deadline_ns);
}

const struct pool_ops strategy_pthread_steal = {
    .abi = POOL_ABI,
    .name = "pthread_steal",
    .summary = "persistent threads, a range each, stealing when dry",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST | POOL_CAP_INLINE,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "claims grow while they are short, to at most ceil(count / (8 x workers)) items",
    .chunk = lanes_claim_max,
    .create = steal_create,
    .submit = steal_submit,
    .wait = steal_wait,
    .cancel = steal_cancel,
    .terminate = steal_terminate,
    .stop = steal_stop,
    .destroy = steal_destroy,
};
