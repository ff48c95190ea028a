/*
 * serial - the loop in the calling thread: the oracle of the results and the base of every speed-up.
 *
 * The caller is worker 0 for the time of a call.
 */
#include "core/worker.h"
#include "strategy.h"

static enum pool_status serial_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t serial_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

static enum pool_status serial_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct worker_loan loan;
    const enum pool_status status = worker_borrow(self, 0, NULL, &loan, fault);

    if (!status)
        pool_items_run(batch, 0, batch->count);
    worker_return(&loan);
    return status;
}

const struct pool_ops strategy_serial = {
    .abi = POOL_ABI,
    .name = "serial",
    .summary = "the loop in the calling thread",
    .capabilities = POOL_CAP_INLINE | POOL_CAP_NEST | POOL_CAP_FRESH,
    .workers_max = 1,
    .chunk_rule = "all items",
    .chunk = serial_chunk,
    .create = serial_create,
    .run = serial_run,
};
