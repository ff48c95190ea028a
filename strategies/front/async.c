/*
 * Asynchronous calls and their handles.
 *
 * A strategy of the `submit` kind takes the batch in the caller's thread and ends it from its own. Where the strategy
 * works off a batch in the calling thread, one of the pool's runners lends itself. Callbacks run in a thread of their
 * own, so that they hold up neither workers nor a supervisor; only then is the handle ready, and only then the call is
 * over for the pool: pool_join waits for callbacks too.
 */
#define _GNU_SOURCE
#include "../core/wait/idle.h"
#include "fault.h"
#include "handle.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct pool_handle *handle_of(struct errand *errand)
{
    return (struct pool_handle *)((char *)errand - offsetof(struct pool_handle, errand));
}

/* Everybody may see the outcome now. When this returns the pool may be gone, and so may the handle. */
static void publish(struct pool_handle *h)
{
    pthread_mutex_lock(&h->lock);
    idle_set(&h->ready);
    for (struct handle_watch *watch = h->watches; watch; watch = watch->next) {
        __atomic_store_n(watch->word, 1, __ATOMIC_RELEASE);
        futex_wake(watch->word, INT_MAX);
    }
    void (*after)(void *) = h->after;
    void *after_arg = h->after_arg;
    pthread_mutex_unlock(&h->lock);
    front_end_call(&h->call); /* only now: whoever has joined the pool finds every handle ready */
    pthread_mutex_lock(&h->lock);
    handle_disown(h);
    if (after)
        after(after_arg);
}

static void run_callback(struct errand *errand)
{
    struct pool_handle *h = handle_of(errand);
    struct pool_fault *fault = &h->call.fault;
    pool_callback *callback = fault->status ? h->async.error_callback : h->async.callback;
    struct pool_frame frame;

    front_enter(&h->call.batch, &frame);
    const int code = callback(h->async.arg, fault);
    front_leave(&frame);
    if (code) {
        fault_set(fault, POOL_ETASK, 0, "the callback failed with code %d", code);
        fault->code = code;
    }
    publish(h);
}

void front_resolve(struct pool_handle *h, enum pool_status status)
{
    const bool failed = front_outcome(&h->call, status) != POOL_OK;

    if (!(failed ? h->async.error_callback : h->async.callback)) {
        publish(h);
        return;
    }
    h->errand.go = run_callback;
    if (errands_post(&h->call.pool->callbacks, &h->errand))
        run_callback(&h->errand); /* no thread can be had: better here than never */
}

static void run_batch(struct errand *errand)
{
    struct pool_handle *h = handle_of(errand);
    enum pool_status status = POOL_OK;

    if (h->call.batch.count && !pool_batch_canceled(&h->call.batch))
        status = front_work_off(&h->call, &h->call.fault);
    front_resolve(h, status);
}

/* Hand the batch over. An error takes the call back. */
static enum pool_status hand_over(struct pool_handle *h, struct pool_fault *fault)
{
    struct pool *pool = h->call.pool;
    const struct pool_ops *ops = pool->ops;

    if (!h->call.batch.count) {
        front_resolve(h, POOL_OK);
        return POOL_OK;
    }
    if (ops->submit && (ops->capabilities & POOL_CAP_OVERLAP)) {
        h->call.handle = h;
        return ops->submit(pool->self, &h->call.batch, fault);
    }
    h->call.batch.waited = true;
    h->errand.go = run_batch;
    const int rc = errands_post(&pool->runners, &h->errand);
    return rc ? fault_set(fault, POOL_EOS, rc, "no thread can be had to run the batch") : POOL_OK;
}

/* A handle for this work, with room for record_bytes. async: may be NULL. */
static struct pool_handle *handle_new(struct pool *pool, const struct pool_task *task, size_t record_bytes,
                                      const struct pool_async *async)
{
    struct pool_handle *h = calloc(1, sizeof *h + record_bytes);

    if (!h)
        return NULL;
    h->call.pool = pool;
    h->call.fault.index = POOL_NO_ITEM;
    h->task = *task;
    if (async)
        h->async = *async;
    h->owner = getpid();
    h->wait = pool->config.wait;
    h->owners = 2;
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

/* Where the outcomes go: every item of a handle has one, for it may be cancelled. NULL: no memory. */
static struct pool_item *get_outcomes(struct pool_handle *h, size_t count)
{
    if (!h->async.items && count > 1)
        return h->outcomes = front_outcomes(count);
    struct pool_item *items = h->async.items ? h->async.items : &h->outcome;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct pool_item){.status = POOL_ECANCELED};
    return items;
}

/* Owns: on failure the handle is gone. */
static enum pool_status launch(struct pool_handle *h, size_t count, void *out, size_t chunk,
                               struct pool_handle **handle)
{
    struct pool_fault fault;

    h->call.batch = (struct pool_batch){
        .task = &h->task,
        .columns = h->columns,
        .out = out,
        .count = count,
        .chunk = chunk < count ? chunk : count,
        .items = get_outcomes(h, count),
        .fail_fast = h->call.pool->config.fail_fast,
        .host = &front_host,
    };
    enum pool_status status = h->call.batch.items ? front_begin_call(&h->call, &fault) : POOL_ENOMEM;
    if (!status) {
        *handle = h;
        status = hand_over(h, &fault);
        if (!status)
            return POOL_OK;
        front_end_call(&h->call);
    }
    *handle = NULL;
    h->owners = 1;
    pthread_mutex_lock(&h->lock);
    handle_disown(h);
    return status;
}

enum pool_status pool_starmap_async(struct pool *pool, const struct pool_task *task, size_t count,
                                    const void *const columns[], void *out, size_t chunk,
                                    const struct pool_async *async, struct pool_handle **handle)
{
    enum pool_status status = front_check_process(pool, NULL);

    if (handle)
        *handle = NULL;
    if (!status)
        status = handle ? front_check_work(task, count, columns, out, NULL) : POOL_EINVAL;
    if (status)
        return status;
    struct pool_handle *h = handle_new(pool, task, 0, async);
    if (!h)
        return POOL_ENOMEM;
    for (size_t k = 0; columns && k < task->nargs; k++)
        h->columns[k] = columns[k];
    return launch(h, count, out, chunk, handle);
}

enum pool_status pool_map_async(struct pool *pool, const struct pool_task *task, size_t count, const void *items,
                                void *out, size_t chunk, const struct pool_async *async, struct pool_handle **handle)
{
    const void *const columns[] = {items};

    if (task && task->nargs != 1) {
        if (handle)
            *handle = NULL;
        return POOL_EINVAL;
    }
    return pool_starmap_async(pool, task, count, columns, out, chunk, async, handle);
}

/* The room of a record of that size, so that the next one is aligned for any type. */
static size_t aligned(size_t bytes)
{
    const size_t unit = _Alignof(max_align_t);

    return (bytes + unit - 1) / unit * unit;
}

enum pool_status pool_apply_async(struct pool *pool, const struct pool_task *task, const void *const argv[], void *out,
                                  const struct pool_async *async, struct pool_handle **handle)
{
    enum pool_status status = front_check_process(pool, NULL);
    size_t bytes = 0;

    if (handle)
        *handle = NULL;
    if (!status)
        status = handle ? front_check_work(task, 1, argv, out, NULL) : POOL_EINVAL;
    if (status)
        return status;
    for (size_t k = 0; k < task->nargs; k++)
        bytes += aligned(task->arg_size[k]);
    struct pool_handle *h = handle_new(pool, task, bytes, async);
    if (!h)
        return POOL_ENOMEM;
    unsigned char *record = h->records;
    for (size_t k = 0; k < task->nargs; k++) {
        h->columns[k] = record;
        if (task->arg_size[k])
            memcpy(record, argv[k], task->arg_size[k]);
        record += aligned(task->arg_size[k]);
    }
    return launch(h, 1, out, 1, handle);
}
