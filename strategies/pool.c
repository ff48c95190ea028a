/*
 * The front: what every strategy has in common when work is run. Checks once, accounts once, so that strategies hold
 * nothing but their mechanism.
 *
 * A blocking verb is one struct pool_call_record on its caller's stack. A strategy of the `run` kind works it off in
 * the caller's thread; one of the `submit` kind returns at once and calls done from any thread.
 */
#define _GNU_SOURCE
#include "core/wait/idle.h"
#include "core/worker.h"
#include "front/fault.h"
#include "front/front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void host_fail(struct pool_batch *batch, const struct pool_fault *fault)
{
    struct pool_call_record *call = (struct pool_call_record *)batch;

    pthread_mutex_lock(&call->pool->lock);
    const size_t before = call->fault.failed, failed = before + (fault->failed ? fault->failed : 1);
    if (!before || fault->index < call->fault.index)
        call->fault = *fault;
    call->fault.failed = failed;
    pthread_mutex_unlock(&call->pool->lock);
    if (batch->items) {
        batch->items[fault->index].status = fault->status;
        batch->items[fault->index].code = fault->code;
    }
    /* The failing item is not over for the strategy, so it cannot give the batch back. */
    if (batch->fail_fast && !pool_batch_canceled(batch))
        (void)front_cancel(call);
}

static void host_done(struct pool_batch *batch)
{
    struct pool_call_record *call = (struct pool_call_record *)batch;

    if (call->handle)
        front_resolve(call->handle, POOL_OK);
    else
        idle_set(&call->over); /* whoever sees it sees every result */
}

static void host_broken(void *owner, const struct pool_fault *cause)
{
    struct pool *pool = owner;

    pthread_mutex_lock(&pool->lock);
    if (!pool->broken)
        pool->cause = *cause;
    pool->broken = true;
    front_cancel_calls(pool);
    pthread_mutex_unlock(&pool->lock);
}

const struct pool_host front_host = {
    .fail = host_fail,
    .done = host_done,
    .enter = front_enter,
    .leave = front_leave,
    .broken = host_broken,
    .begin = worker_begin,
    .end = worker_end,
};

static enum pool_status check_array(const void *array, size_t count, size_t size, const char *what,
                                    struct pool_fault *fault)
{
    size_t bytes;

    if (!array && count && size)
        return fault_set(fault, POOL_EINVAL, 0, "the %s are NULL", what);
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return fault_set(fault, POOL_EINVAL, EOVERFLOW, "%zu %s of %zu bytes do not fit in memory", count, what, size);
    return POOL_OK;
}

enum pool_status front_check_work(const struct pool_task *task, size_t count, const void *const *columns,
                                  const void *out, struct pool_fault *fault)
{
    if (!task || !task->call)
        return fault_set(fault, POOL_EINVAL, 0, "there is no task to call");
    if (task->nargs < 1 || task->nargs > POOL_ARGS_MAX)
        return fault_set(fault, POOL_EINVAL, 0, "%zu arguments are not 1 to %d", task->nargs, POOL_ARGS_MAX);
    if (task->context && !task->context_size)
        return fault_set(fault, POOL_EINVAL, 0, "the context has no size");
    if (!task->context && task->context_size)
        return fault_set(fault, POOL_EINVAL, 0, "the context is NULL, but has a size");
    if (out && !task->out_size)
        return fault_set(fault, POOL_EINVAL, 0, "there is an array for results, but the results have no size");
    if (count && !columns)
        return fault_set(fault, POOL_EINVAL, 0, "the columns are NULL");
    enum pool_status status = check_array(out, count, task->out_size, "results", fault);
    for (size_t k = 0; !status && count && k < task->nargs; k++)
        status = check_array(columns[k], count, task->arg_size[k], "arguments", fault);
    return status;
}

enum pool_status front_refuse(const struct pool *pool, struct pool_fault *fault)
{
    if (pool->broken) {
        *fault = pool->cause;
        fault->status = POOL_EBROKEN;
        return POOL_EBROKEN;
    }
    return fault_set(fault, POOL_ECLOSED, 0, "the pool takes no more work");
}

enum pool_status front_check_open(struct pool *pool)
{
    static const enum pool_status statuses[] = {[POOL_RUN] = POOL_OK,
                                                [POOL_CLOSED] = POOL_ECLOSED,
                                                [POOL_TERMINATED] = POOL_ECANCELED,
                                                [POOL_JOINED] = POOL_ECLOSED};

    pthread_mutex_lock(&pool->lock);
    const enum pool_status status = pool->broken ? POOL_EBROKEN : statuses[pool->state];
    pthread_mutex_unlock(&pool->lock);
    return status;
}

enum pool_status front_begin_call(struct pool_call_record *call, struct pool_fault *fault)
{
    struct pool *pool = call->pool;
    enum pool_status status = POOL_OK;

    pthread_mutex_lock(&pool->lock);
    if (pool->state != POOL_RUN || pool->broken) {
        status = front_refuse(pool, fault);
    } else {
        call->after = pool->calls;
        if (pool->calls)
            pool->calls->before = call;
        pool->calls = call;
    }
    pthread_mutex_unlock(&pool->lock);
    return status;
}

void front_end_call(struct pool_call_record *call)
{
    struct pool *pool = call->pool;

    pthread_mutex_lock(&pool->lock);
    if (call->after)
        call->after->before = call->before;
    *(call->before ? &call->before->after : &pool->calls) = call->after;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

/* Wait until the batches of those who came before are over: a mutex would let whoever has just had it go first. */
static void take_turn(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    const uint64_t mine = pool->turns++;
    while (pool->turn != mine)
        pthread_cond_wait(&pool->turn_over, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void end_turn(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->turn++;
    pthread_cond_broadcast(&pool->turn_over);
    pthread_mutex_unlock(&pool->lock);
}

enum pool_status front_work_off(struct pool_call_record *call, struct pool_fault *fault)
{
    struct pool *pool = call->pool;
    const struct pool_ops *ops = pool->ops;
    const bool alone = !(ops->capabilities & POOL_CAP_OVERLAP);
    enum pool_status status = POOL_OK;

    if (alone)
        take_turn(pool);
    if (ops->run) {
        status = ops->run(pool->self, &call->batch, fault);
    } else {
        status = ops->submit(pool->self, &call->batch, fault);
        if (!status && ops->wait)
            ops->wait(pool->self, &call->batch);
        if (!status)
            idle_until_set(&call->over, pool->config.wait, INT64_MAX);
    }
    if (alone)
        end_turn(pool);
    return status;
}

enum pool_status pool_starmap(struct pool *pool, const struct pool_task *task, size_t count,
                              const void *const columns[], void *out, size_t chunk, struct pool_fault *fault)
{
    struct pool_fault unwanted;

    fault = fault ? fault : &unwanted;
    *fault = (struct pool_fault){.index = POOL_NO_ITEM};
    enum pool_status status = front_check_caller(pool, fault);
    if (!status)
        status = front_check_work(task, count, columns, out, fault);
    if (status)
        return status;
    struct pool_call_record call = {
        .batch = {.task = task,
                  .columns = columns,
                  .out = out,
                  .count = count,
                  .chunk = chunk < count ? chunk : count,
                  .waited = true,
                  .fail_fast = pool->config.fail_fast,
                  .host = &front_host},
        .pool = pool,
        .within = front_running(),
        .fault.index = POOL_NO_ITEM,
    };
    if (call.batch.fail_fast && count && !(call.batch.items = front_outcomes(count)))
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for the outcomes of %zu items", count);
    status = front_begin_call(&call, fault);
    if (status)
        goto err0;
    if (count)
        status = front_work_off(&call, &call.fault);
    status = front_outcome(&call, status);
    *fault = call.fault;
    front_end_call(&call);
err0:
    free(call.batch.items);
    return status;
}

enum pool_status pool_map(struct pool *pool, const struct pool_task *task, size_t count, const void *items, void *out,
                          size_t chunk, struct pool_fault *fault)
{
    const void *const columns[] = {items};

    if (task && task->nargs != 1)
        return fault_set(fault, POOL_EINVAL, 0, "map is for tasks with one argument; this one takes %zu", task->nargs);
    return pool_starmap(pool, task, count, columns, out, chunk, fault);
}

enum pool_status pool_apply(struct pool *pool, const struct pool_task *task, const void *const argv[], void *out,
                            struct pool_fault *fault)
{
    return pool_starmap(pool, task, 1, argv, out, 1, fault);
}

size_t pool_workers(const struct pool *pool)
{
    return pool->setup.workers;
}

size_t pool_auto_chunk(const struct pool *pool, size_t count)
{
    const size_t chunk = count ? pool->ops->chunk(pool->setup.workers, count) : 1;

    return chunk < 1 ? 1 : chunk;
}
