/*
 * backwards - a strategy in one file: the loop in the calling thread, last item first.
 *
 * It belongs to the plugin here, and would belong to poolbench itself in strategies/backwards.c with a line
 * STRATEGY(backwards) in list.def.
 */
#include "strategy.h"

#include <stdio.h>

static enum pool_status backwards_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    const struct pool_config *config = setup->config;
    const int code = config->initializer ? config->initializer(config->initarg, 0) : 0;

    *self = NULL;
    if (code == 0)
        return POOL_OK;
    *fault = (struct pool_fault){.status = POOL_EBROKEN, .index = POOL_NO_ITEM, .code = code};
    snprintf(fault->text, sizeof fault->text, "the initializer failed with code %d", code);
    return POOL_EBROKEN;
}

static size_t backwards_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

/* pool_items_run stops at a batch that was cancelled, and tells of items that fail. */
static enum pool_status backwards_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    for (size_t i = batch->count; i > 0; i--)
        pool_items_run(batch, i - 1, i);
    return POOL_OK;
}

const struct pool_ops strategy_backwards = {
    .abi = POOL_ABI,
    .name = "backwards",
    .summary = "the loop in the calling thread, last item first",
    .capabilities = POOL_CAP_INLINE | POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = 1,
    .chunk_rule = "one item",
    .chunk = backwards_chunk,
    .create = backwards_create,
    .run = backwards_run,
};
