/*
 * stepwise - a strategy in one file: the loop in the calling thread, one item at a time.
 *
 * It belongs to the plugin here, and would belong to poolbench itself in strategies/stepwise.c with a line
 * STRATEGY(stepwise) in list.def.
 */
#include "strategy.h"

#include <stdio.h>

static enum pool_status refuse(struct pool_fault *fault, enum pool_status status, int code, const char *text)
{
    *fault = (struct pool_fault){.status = status, .index = POOL_NO_ITEM, .code = code};
    snprintf(fault->text, sizeof fault->text, "%s", text);
    return status;
}

/* The calling thread is the only worker: it runs the initializer, and where it runs is the caller's business. */
static enum pool_status stepwise_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    const struct pool_config *config = setup->config;

    *self = NULL;
    if (config->binding)
        return refuse(fault, POOL_ENOTSUP, 0, "stepwise does not bind the thread that calls it");
    const int code = config->initializer ? config->initializer(config->initarg, 0) : 0;
    return code ? refuse(fault, POOL_EBROKEN, code, "the initializer failed") : POOL_OK;
}

static size_t stepwise_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

/* pool_items_run stops at a batch that was cancelled, and tells of items that fail. */
static enum pool_status stepwise_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    for (size_t i = 0; i < batch->count; i++)
        pool_items_run(batch, i, i + 1);
    return POOL_OK;
}

const struct pool_ops strategy_stepwise = {
    .abi = POOL_ABI,
    .name = "stepwise",
    .summary = "the loop in the calling thread, one item at a time",
    .capabilities = POOL_CAP_INLINE | POOL_CAP_NEST,
    .workers_max = 1,
    .chunk_rule = "one item",
    .chunk = stepwise_chunk,
    .create = stepwise_create,
    .run = stepwise_run,
};
