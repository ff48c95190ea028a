/*
 * pthread_queue - the textbook thread pool: persistent threads take chunks from the first batch of a queue, under one
 * mutex and one condition variable.
 */
#include "core/chunks.h"
#include "core/threads/crew.h"
#include "core/wait/idle.h"
#include "front/fault.h"
#include "strategy.h"

#include <pthread.h>
#include <stdlib.h>

struct queue {
    const struct pool_setup *setup;
    struct crew crew;
    pthread_mutex_t lock; /* guards all that follows, and every struct progress */
    pthread_cond_t posted;
    struct pool_batch *head, **tail; /* batches with items that nobody has claimed */
    bool leaving;
    uint32_t posts; /* grows with every batch and the order to leave; idle workers look at it without the lock */
};

/* How far a batch has come: batch->mine. */
struct progress {
    size_t next;   /* the first item that nobody has claimed */
    size_t claims; /* chunks being run */
};

/* Wake idle workers. The lock is held. */
static void queue_post(struct queue *q, bool one)
{
    __atomic_store_n(&q->posts, q->posts + 1, __ATOMIC_RELAXED);
    if (one)
        pthread_cond_signal(&q->posted);
    else
        pthread_cond_broadcast(&q->posted);
}

/* Wait for something to claim. False: it is time to leave. The lock is held, but not while looking. */
static bool queue_wait(struct queue *q)
{
    while (!q->head && !q->leaving) {
        const uint32_t seen = q->posts;
        pthread_mutex_unlock(&q->lock);
        struct idle idle = {0};
        while (__atomic_load_n(&q->posts, __ATOMIC_RELAXED) == seen && idle_look_again(q->setup->config->wait, &idle))
            continue;
        pthread_mutex_lock(&q->lock);
        if (q->posts == seen)
            pthread_cond_wait(&q->posted, &q->lock);
    }
    return q->head;
}

/* Claim the next chunk of the first batch: all that is left once it is cancelled. The lock is held. */
static struct pool_batch *queue_claim(struct queue *q, size_t *first, size_t *last)
{
    struct pool_batch *batch = q->head;
    struct progress *progress = batch->mine;
    const size_t left = batch->count - progress->next;
    const size_t chunk = batch->chunk ? batch->chunk : chunks_four_each(q->setup->workers, batch->count);

    *first = progress->next;
    *last = chunk < left && !pool_batch_canceled(batch) ? *first + chunk : batch->count;
    progress->next = *last;
    progress->claims++;
    if (progress->next == batch->count) {
        q->head = batch->next;
        if (!q->head)
            q->tail = &q->head;
    }
    return batch;
}

/* A chunk is over; with the last one, so is the batch. The lock is held, but not while the front is told. */
static void queue_release(struct queue *q, struct pool_batch *batch)
{
    struct progress *progress = batch->mine;

    if (--progress->claims || progress->next < batch->count)
        return;
    pthread_mutex_unlock(&q->lock);
    free(progress);
    batch->host->done(batch);
    pthread_mutex_lock(&q->lock);
}

static void queue_work(void *self, size_t worker)
{
    struct queue *q = self;
    size_t first, last;

    (void)worker;
    pthread_mutex_lock(&q->lock);
    while (queue_wait(q)) {
        struct pool_batch *batch = queue_claim(q, &first, &last);
        pthread_mutex_unlock(&q->lock);
        pool_items_run(batch, first, last);
        pthread_mutex_lock(&q->lock);
        queue_release(q, batch);
    }
    pthread_mutex_unlock(&q->lock);
}

static void pthread_queue_destroy(void *self)
{
    struct queue *q = self;

    pthread_cond_destroy(&q->posted);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

static enum pool_status pthread_queue_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct queue *q = calloc(1, sizeof *q);

    if (!q)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a queue");
    q->setup = setup;
    q->tail = &q->head;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->posted, NULL);
    const enum pool_status status = crew_start(&q->crew, setup, queue_work, q, fault);
    if (status)
        pthread_queue_destroy(q);
    else
        *self = q;
    return status;
}

static enum pool_status pthread_queue_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct queue *q = self;

    batch->mine = calloc(1, sizeof(struct progress));
    if (!batch->mine)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory to queue a batch");
    batch->next = NULL;
    pthread_mutex_lock(&q->lock);
    *q->tail = batch;
    q->tail = &batch->next;
    queue_post(q, batch->count == 1 || batch->chunk == batch->count);
    pthread_mutex_unlock(&q->lock);
    return POOL_OK;
}

/* Nobody claims of this batch any more. It may be running, or over. */
static bool pthread_queue_cancel(void *self, struct pool_batch *batch)
{
    struct queue *q = self;
    struct pool_batch **at = &q->head;
    bool given_back = false;

    pthread_mutex_lock(&q->lock);
    while (*at && *at != batch)
        at = &(*at)->next;
    if (*at) {
        struct progress *progress = batch->mine;
        *at = batch->next;
        if (!*at)
            q->tail = at;
        progress->next = batch->count;
        given_back = !progress->claims;
        if (given_back)
            free(progress);
    }
    pthread_mutex_unlock(&q->lock);
    return given_back;
}

static enum pool_status pthread_queue_stop(void *self, int64_t deadline_ns)
{
    struct queue *q = self;

    pthread_mutex_lock(&q->lock);
    q->leaving = true;
    queue_post(q, false);
    pthread_mutex_unlock(&q->lock);
    return crew_join(&q->crew, deadline_ns);
}

const struct pool_ops strategy_pthread_queue = {
    .abi = POOL_ABI,
    .name = "pthread_queue",
    .summary = "persistent threads that share one queue: the textbook thread pool",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "items / (4 x workers), rounded up",
    .chunk = chunks_four_each,
    .create = pthread_queue_create,
    .submit = pthread_queue_submit,
    .cancel = pthread_queue_cancel,
    .stop = pthread_queue_stop,
    .destroy = pthread_queue_destroy,
};
