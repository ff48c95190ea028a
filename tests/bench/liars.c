/* A plugin of strategies that cannot be believed: one from the start, one on one workload only. */
#include "strategy.h"

#include <string.h>

static enum pool_status liars_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t liars_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

/* Says that all is done. */
static enum pool_status idle_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    return POOL_OK;
}

/* The serial loop, but for the workload `spin`, whose last result it spoils. */
static enum pool_status fickle_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    pool_items_run(batch, 0, batch->count);
    if (strcmp(batch->task->name, "spin") == 0)
        ((unsigned char *)batch->out)[batch->count * batch->task->out_size - 1] ^= 1;
    return POOL_OK;
}

static const struct pool_ops idle = {
    .abi = POOL_ABI,
    .name = "liar_idle",
    .summary = "does nothing",
    .workers_max = 4,
    .chunk_rule = "all items",
    .chunk = liars_chunk,
    .create = liars_create,
    .run = idle_run,
};

static const struct pool_ops fickle = {
    .abi = POOL_ABI,
    .name = "liar_fickle",
    .summary = "is right most of the time",
    .capabilities = POOL_CAP_INLINE | POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = 1,
    .chunk_rule = "all items",
    .chunk = liars_chunk,
    .create = liars_create,
    .run = fickle_run,
};

extern const struct pool_ops *const pool_plugin_strategies[];
const struct pool_ops *const pool_plugin_strategies[] = {&idle, &fickle, NULL};
