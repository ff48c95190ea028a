/*
 * stepwise - a strategy in one file: the loop in the calling thread, one item at a time.
 *
 * It belongs to the plugin here, and would belong to poolbench itself in strategies/stepwise.c with a line
 * STRATEGY(stepwise) in list.def.
 */
#define _GNU_SOURCE
#include "strategy.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>

/* The setup lives as long as the pool, and is all that is needed. */
static enum pool_status stepwise_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t stepwise_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

/* A batch that the caller runs as worker 0. pool_items_run stops when it is cancelled, and tells of items that fail. */
static enum pool_status run_as_worker(const struct pool_setup *setup, struct pool_batch *batch,
                                      struct pool_fault *fault)
{
    const enum pool_status status = setup->host->begin(setup, 0, fault);

    if (status == POOL_EBROKEN)
        setup->host->broken(setup->pool, fault);
    if (status)
        return status;
    for (size_t i = 0; i < batch->count; i++)
        pool_items_run(batch, i, i + 1);
    setup->host->end(setup, 0);
    return POOL_OK;
}

/* The calling thread is a worker for the time of the call, and may be bound to a CPU meanwhile. */
static enum pool_status stepwise_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    const struct pool_setup *setup = self;
    cpu_set_t before;
    enum pool_status status;

    if (!setup->config->binding)
        return run_as_worker(setup, batch, fault);
    if (sched_getaffinity(0, sizeof before, &before)) {
        *fault = (struct pool_fault){.status = POOL_EOS, .index = POOL_NO_ITEM, .os_errno = errno};
        snprintf(fault->text, sizeof fault->text, "the affinity of the calling thread cannot be read");
        return POOL_EOS;
    }
    status = run_as_worker(setup, batch, fault);
    (void)sched_setaffinity(0, sizeof before, &before); /* it was there before */
    return status;
}

const struct pool_ops strategy_stepwise = {
    .abi = POOL_ABI,
    .name = "stepwise",
    .summary = "the loop in the calling thread, one item at a time",
    .capabilities = POOL_CAP_INLINE | POOL_CAP_NEST | POOL_CAP_FRESH,
    .workers_max = 1,
    .chunk_rule = "one item",
    .chunk = stepwise_chunk,
    .create = stepwise_create,
    .run = stepwise_run,
};
