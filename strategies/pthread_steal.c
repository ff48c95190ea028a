/*
 * pthread_steal - persistent threads, a range of items each, stealing from one another when dry.
 *
 * The scheduling is core/board.h and core/lanes.h, which fork_shared runs over processes.
 */
#define _GNU_SOURCE
#include "core/board.h"
#include "core/futex.h"
#include "core/worker.h"
#include "front/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct stealer {
    struct steal_pool *pool;
    size_t number;
    pthread_t thread;
    struct pool_fault fault; /* of worker_begin */
};

struct steal_pool {
    const struct pool_setup *setup;
    struct board *board;
    pthread_mutex_t lock;             /* jobs and the queue */
    struct pool_batch *first, **last; /* batches for which there is no job yet */
    uint32_t begun;                   /* workers that have; a futex */
    size_t started;
    struct stealer stealer[];
};

/* Post as many waiting batches as there are jobs. The lock is held. */
static void post_waiting(struct steal_pool *pool)
{
    while (pool->first) {
        struct job *job = board_take(pool->board, pool->first);
        if (!job)
            return;
        pool->first = pool->first->next;
        if (!pool->first)
            pool->last = &pool->first;
        board_post(pool->board, job);
    }
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

static void *steal_main(void *arg)
{
    struct stealer *me = arg;
    struct steal_pool *pool = me->pool;

    worker_begin(pool->setup, me->number, &me->fault);
    __atomic_fetch_add(&pool->begun, 1, __ATOMIC_RELEASE);
    futex_wake(&pool->begun, 1);
    board_serve(pool->board, me->number);
    return NULL;
}

/* Let all workers come to an end; those that have not begun properly have nothing to do. */
static void join_all(struct steal_pool *pool)
{
    board_stop(pool->board);
    while (pool->started)
        pthread_join(pool->stealer[--pool->started].thread, NULL);
}

static void steal_destroy(void *self)
{
    struct steal_pool *pool = self;

    pthread_mutex_destroy(&pool->lock);
    free(pool->board);
    free(pool);
}

/* Start every worker with all signals blocked: the host's handlers run in the host's threads. 0, or an errno. */
static int start_all(struct steal_pool *pool)
{
    sigset_t all, before;
    int rc = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (!rc && pool->started < pool->setup->workers) {
        struct stealer *one = &pool->stealer[pool->started];
        *one = (struct stealer){.pool = pool, .number = pool->started};
        rc = pthread_create(&one->thread, NULL, steal_main, one);
        pool->started += !rc;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

/* Wait until all have begun. The first failure, or POOL_OK. */
static enum pool_status await_begun(struct steal_pool *pool, struct pool_fault *fault)
{
    uint32_t begun;

    while ((begun = __atomic_load_n(&pool->begun, __ATOMIC_ACQUIRE)) < pool->started)
        futex_wait(&pool->begun, begun, INT64_MAX);
    for (size_t w = 0; w < pool->started; w++)
        if (pool->stealer[w].fault.status) {
            *fault = pool->stealer[w].fault;
            return fault->status;
        }
    return POOL_OK;
}

static struct steal_pool *steal_new(const struct pool_setup *setup)
{
    struct steal_pool *pool = calloc(1, sizeof *pool + setup->workers * sizeof *pool->stealer);
    const size_t align = 2 * LANES_LINE, bytes = (board_bytes(setup->workers) + align - 1) / align * align;

    if (!pool)
        return NULL;
    pool->board = aligned_alloc(align, bytes);
    if (!pool->board) {
        free(pool);
        return NULL;
    }
    memset(pool->board, 0, bytes);
    board_init(pool->board, setup->workers, setup->config->wait);
    pool->board->threads = true;
    pool->board->finish = steal_finish;
    pool->board->arg = pool;
    pool->setup = setup;
    pool->last = &pool->first;
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

static enum pool_status steal_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct steal_pool *pool = steal_new(setup);

    if (!pool)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    const int rc = start_all(pool);
    enum pool_status status =
        rc ? fault_set(fault, POOL_EOS, rc, "thread %zu of %zu could not be created", pool->started + 1, setup->workers)
           : POOL_OK;
    if (!status)
        status = await_begun(pool, fault);
    if (status) {
        join_all(pool);
        steal_destroy(pool);
        return status;
    }
    *self = pool;
    return POOL_OK;
}

static enum pool_status steal_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct steal_pool *pool = self;

    (void)fault;
    batch->next = NULL;
    pthread_mutex_lock(&pool->lock);
    *pool->last = batch;
    pool->last = &batch->next;
    post_waiting(pool);
    pthread_mutex_unlock(&pool->lock);
    return POOL_OK;
}

static enum pool_status steal_stop(void *self, int64_t deadline_ns)
{
    (void)deadline_ns; /* idle threads end at once */
    join_all(self);
    return POOL_OK;
}

const struct pool_ops strategy_pthread_steal = {
    .abi = POOL_ABI,
    .name = "pthread_steal",
    .summary = "persistent threads, a range each, stealing when dry",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "claims grow while they are short, to at most ceil(count / (8 x workers)) items",
    .chunk = lanes_claim_max,
    .create = steal_create,
    .submit = steal_submit,
    .stop = steal_stop,
    .destroy = steal_destroy,
};
