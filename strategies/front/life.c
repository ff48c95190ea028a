/* The end of a pool: close, terminate, join, destroy; and its shared memory, which lives until then. */
#define _GNU_SOURCE
#include "../core/wait/futex.h"
#include "fault.h"
#include "front.h"

void front_cancel_calls(struct pool *pool)
{
    for (struct pool_call_record *call = pool->calls; call; call = call->after)
        __atomic_store_n(&call->batch.canceled, 1, __ATOMIC_RELAXED);
}

bool front_cancel(struct pool_call_record *call)
{
    struct pool_batch *batch = &call->batch;
    const struct pool *pool = call->pool;

    __atomic_store_n(&batch->canceled, 1, __ATOMIC_RELAXED);
    return pool->ops->cancel && pool->ops->cancel(pool->self, batch);
}

enum pool_status pool_close(struct pool *pool)
{
    if (!pool || !front_is_owner(pool))
        return POOL_EINVAL;
    pthread_mutex_lock(&pool->lock);
    if (pool->state == POOL_RUN)
        pool->state = POOL_CLOSED;
    pthread_mutex_unlock(&pool->lock);
    return POOL_OK;
}

enum pool_status pool_terminate(struct pool *pool)
{
    if (!pool || !front_is_owner(pool))
        return POOL_EINVAL;
    pthread_mutex_lock(&pool->ending);
    pthread_mutex_lock(&pool->lock);
    const bool late = pool->state == POOL_JOINED;
    if (!late) {
        pool->state = POOL_TERMINATED;
        front_cancel_calls(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    if (!late && pool->ops->terminate)
        pool->ops->terminate(pool->self);
    pthread_mutex_unlock(&pool->ending);
    return POOL_OK;
}

/* Wait for the last call to end. The lock is held. */
static enum pool_status wait_for_calls(struct pool *pool, int64_t deadline_ns)
{
    const struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000),
                                   .tv_nsec = (long)(deadline_ns % 1000000000)};

    while (pool->calls) {
        const int rc = deadline_ns == INT64_MAX ? pthread_cond_wait(&pool->changed, &pool->lock)
                                                : pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
        if (rc == ETIMEDOUT && pool->calls)
            return POOL_ETIMEOUT;
    }
    return POOL_OK;
}

/* All calls are over: let the strategy end its workers, once. */
static enum pool_status stop_workers(struct pool *pool, int64_t deadline_ns)
{
    enum pool_status status = POOL_OK;

    pthread_mutex_lock(&pool->ending);
    errands_end(&pool->runners);
    errands_end(&pool->callbacks);
    if (pool->state != POOL_JOINED && pool->ops->stop)
        status = pool->ops->stop(pool->self, deadline_ns);
    if (!status) {
        pthread_mutex_lock(&pool->lock);
        pool->state = POOL_JOINED;
        pthread_mutex_unlock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->ending);
    return status;
}

enum pool_status pool_join(struct pool *pool, int64_t timeout_ns)
{
    enum pool_status status = front_check_caller(pool, NULL);

    if (status)
        return status;
    const int64_t deadline_ns = futex_deadline_ns(timeout_ns < 0 ? 0 : timeout_ns);
    pthread_mutex_lock(&pool->lock);
    status = pool->state == POOL_RUN ? POOL_EINVAL : wait_for_calls(pool, deadline_ns);
    pthread_mutex_unlock(&pool->lock);
    return status ? status : stop_workers(pool, deadline_ns);
}

void pool_destroy(struct pool *pool)
{
    if (!pool || !front_is_owner(pool))
        return;
    pool_terminate(pool);
    if (pool_join(pool, POOL_FOREVER) == POOL_EDEADLK)
        return; /* called by a task of the pool: what still runs must not be freed under it */
    if (pool->ops->destroy)
        pool->ops->destroy(pool->self);
    front_free(pool);
}

void *pool_alloc(struct pool *pool, size_t bytes)
{
    if (front_check_caller(pool, NULL) || !pool->ops->alloc)
        return NULL;
    pthread_mutex_lock(&pool->lock);
    const bool late = pool->state == POOL_JOINED;
    pthread_mutex_unlock(&pool->lock);
    return late ? NULL : pool->ops->alloc(pool->self, bytes);
}

void pool_free(struct pool *pool, void *memory)
{
    if (memory && !front_check_caller(pool, NULL) && pool->ops->free)
        pool->ops->free(pool->self, memory);
}
