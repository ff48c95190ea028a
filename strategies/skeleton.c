/*
 * skeleton - a strategy that does nothing: each hook's duty, to copy from. It is compiled, but not in list.def.
 *
 * To add a strategy, copy this file to strategies/NAME.c, fill it in, and add STRATEGY(NAME) to list.def.
 */
#include "strategy.h"

/* Required. The most consecutive items that one claim takes with the automatic chunk; no state, no live counts. */
static size_t skeleton_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

/*
 * Required. Start setup->workers workers, or prepare to start them. The setup lives as long as the pool. On failure
 * take back everything, fill the fault and return its status; on success *self is handed to every other hook.
 */
static enum pool_status skeleton_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

/*
 * Required, this or submit. Run all items of the batch before returning: each exactly once, through pool_items_run or
 * pool_records_run, and tell batch->host->fail of each that failed. Return POOL_OK whatever the items did; another
 * status only if the batch could not be run. With POOL_CAP_OVERLAP several threads may be in here at once.
 */
static enum pool_status skeleton_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    return fault ? fault->status = POOL_ENOTSUP : POOL_ENOTSUP;
}

/*
 * Required, this or run. Take the batch over and return at once; when every item has run, has failed, or will never
 * start because the batch was cancelled, call batch->host->done, once, from any thread of this process. Do not touch
 * the batch afterwards. After an error status the front takes the batch back, and done must not be called.
 */
static enum pool_status skeleton_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    return skeleton_run(self, batch, fault);
}

/*
 * Optional, beside submit. Called once for each submitted batch, in a thread that has nothing to do until it is over:
 * lend that thread to the batch, or end the batch in it. May return early.
 */
static void skeleton_wait(void *self, struct pool_batch *batch)
{
    (void)self;
    (void)batch;
}

/*
 * Optional, beside submit. The front has cancelled this batch alone, which may be over already: let workers know that
 * do not look at pool_batch_canceled. Return true if no item of it has begun and the batch was taken out of wherever it
 * waited: done must not be called then. Items that run finish.
 */
static bool skeleton_cancel(void *self, struct pool_batch *batch)
{
    (void)self;
    (void)batch;
    return false;
}

/*
 * Optional. End all work at once: the front has cancelled every batch already. With POOL_CAP_KILL running items are
 * stopped; otherwise they finish. Every batch that was submitted still gets its done, also one that comes, cancelled
 * already, after this call. May be called more than once.
 */
static void skeleton_terminate(void *self)
{
    (void)self;
}

/*
 * Optional. All batches are over: end the workers and wait until they are gone. When the deadline passes first, return
 * POOL_ETIMEOUT; it may be called again. INT64_MAX is no deadline.
 */
static enum pool_status skeleton_stop(void *self, int64_t deadline_ns)
{
    (void)self;
    (void)deadline_ns;
    return POOL_OK;
}

/* Optional. After stop: free self. */
static void skeleton_destroy(void *self)
{
    (void)self;
}

/* Optional, with POOL_CAP_SHARED. Zeroed memory, aligned to 64 bytes, that every worker sees; NULL on exhaustion. */
static void *skeleton_alloc(void *self, size_t bytes)
{
    (void)self;
    (void)bytes;
    return NULL;
}

/* Optional, with alloc. Never NULL. */
static void skeleton_free(void *self, void *memory)
{
    (void)self;
    (void)memory;
}

const struct pool_ops strategy_skeleton = {
    .abi = POOL_ABI,                                 /* Required. */
    .name = "skeleton",                              /* Required. */
    .summary = "does nothing: a start for your own", /* Required. */
    .absent = "it is a skeleton",                    /* Optional: why this build lacks it. */
    .capabilities = 0,                               /* Required: what the hooks above can do. */
    .workers_max = POOL_WORKERS_MAX,                 /* Required. */
    .options = NULL,                                 /* Optional. */
    .chunk_rule = "all items",                       /* Required: skeleton_chunk in words. */
    .chunk = skeleton_chunk,
    .wait_rule = NULL, /* Optional: how idle workers wait, where not as config->wait says; then: */
    .waits = 0,        /* Optional: the policies that are kept all the same. */
    .create = skeleton_create,
    .run = skeleton_run,
    .submit = skeleton_submit,
    .wait = skeleton_wait,
    .cancel = skeleton_cancel,
    .terminate = skeleton_terminate,
    .stop = skeleton_stop,
    .destroy = skeleton_destroy,
    .alloc = skeleton_alloc,
    .free = skeleton_free,
};
