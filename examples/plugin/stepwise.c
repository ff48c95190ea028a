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

static enum pool_status refuse(struct pool_fault *fault, enum pool_status status, const char *text)
{
    *fault = (struct pool_fault){.status = status, .index = POOL_NO_ITEM};
    snprintf(fault->text, sizeof fault->text, "%s", text);
    return status;
}

/* The calling thread is the only worker, so it runs the initializer. The setup lives as long as the pool. */
static enum pool_status stepwise_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    const struct pool_config *config = setup->config;
    const int code = config->initializer ? config->initializer(config->initarg, 0) : 0;

    *self = (void *)setup;
    if (!code)
        return POOL_OK;
    refuse(fault, POOL_EBROKEN, "the initializer failed");
    fault->code = code;
    return POOL_EBROKEN;
}

/* Move the calling thread to the worker's CPU; `before` is where it could run until now. */
static enum pool_status bind_caller(const struct pool_binding *binding, cpu_set_t *before, struct pool_fault *fault)
{
    const unsigned cpu = binding->cpus[0];
    cpu_set_t wanted;

    CPU_ZERO(&wanted);
    if (cpu < CPU_SETSIZE)
        CPU_SET(cpu, &wanted);
    if (!sched_getaffinity(0, sizeof *before, before) && !sched_setaffinity(0, sizeof wanted, &wanted))
        return POOL_OK;
    const int error = errno;
    refuse(fault, POOL_EOS, "the calling thread cannot be bound");
    fault->os_errno = error;
    return POOL_EOS;
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
    const struct pool_setup *setup = self;
    const struct pool_binding *binding = setup->config->binding;
    cpu_set_t before;

    if (binding && bind_caller(binding, &before, fault))
        return POOL_EOS;
    for (size_t i = 0; i < batch->count; i++)
        pool_items_run(batch, i, i + 1);
    if (binding && sched_setaffinity(0, sizeof before, &before))
        return refuse(fault, POOL_EOS, "the calling thread cannot be put back to its CPUs");
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
