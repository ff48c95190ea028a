/* How a call ends. */
#define _GNU_SOURCE
#include "fault.h"
#include "front.h"

#include <stdlib.h>

struct pool_item *front_outcomes(size_t count)
{
    struct pool_item *items = calloc(count, sizeof *items);

    for (size_t i = 0; items && i < count; i++)
        items[i].status = POOL_ECANCELED;
    return items;
}

/* An item of a batch that was cancelled has not run. */
static bool items_left_out(const struct pool_batch *batch)
{
    for (size_t i = 0; batch->items && i < batch->count; i++)
        if (batch->items[i].status == POOL_ECANCELED)
            return true;
    return false;
}

enum pool_status front_outcome(struct pool_call_record *call, enum pool_status status)
{
    struct pool *pool = call->pool;
    struct pool_fault *fault = &call->fault;
    const bool canceled = pool_batch_canceled(&call->batch);

    if (!status && canceled) {
        pthread_mutex_lock(&pool->lock);
        if (pool->broken)
            status = front_refuse(pool, fault);
        else if (pool->state == POOL_TERMINATED)
            status = fault_set(fault, POOL_ECANCELED, 0, "the pool was terminated");
        pthread_mutex_unlock(&pool->lock);
    }
    if (!status && canceled && !fault->failed && items_left_out(&call->batch))
        status = fault_set(fault, POOL_ECANCELED, 0, "the call was cancelled");
    if (status && fault->status != status)
        fault_set(fault, status, 0, "%s could not run the batch", pool->ops->name);
    if (!status && fault->failed && !fault->text[0])
        fault_describe_item(fault);
    return fault->status;
}
