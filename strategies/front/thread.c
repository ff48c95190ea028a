/* Whose items a thread runs, and so for which pools it must not wait. */
#define _GNU_SOURCE
#include "fault.h"
#include "front.h"

#include <errno.h>
#include <unistd.h>

/* The innermost batch whose items this thread is running; per thread, so no two pools share it. */
static _Thread_local const struct pool_frame *running;

void front_enter(struct pool_batch *batch, struct pool_frame *frame)
{
    *frame = (struct pool_frame){.batch = batch, .outer = running};
    running = frame;
}

void front_leave(struct pool_frame *frame)
{
    running = frame->outer;
}

const struct pool_frame *front_running(void)
{
    return running;
}

enum pool_status front_check_process(const struct pool *pool, struct pool_fault *fault)
{
    if (!pool)
        return fault_set(fault, POOL_EINVAL, 0, "there is no pool");
    if (!front_is_owner(pool))
        return fault_set(fault, POOL_EINVAL, EPERM, "the pool belongs to process %ld", (long)pool->owner);
    return POOL_OK;
}

/* True if a call of the pool waits for one of these frames, maybe by way of other pools. The frames of a thread that
 * waits for a call stay as long as that call. */
static bool pool_waits_for(const struct pool *pool, const struct pool_frame *frame)
{
    for (; frame; frame = frame->outer) {
        const struct pool_call_record *call = (const struct pool_call_record *)frame->batch;
        if (call->pool == pool || pool_waits_for(pool, call->within))
            return true;
    }
    return false;
}

enum pool_status front_check_thread(const struct pool *pool, struct pool_fault *fault)
{
    if (pool_waits_for(pool, running))
        return fault_set(fault, POOL_EDEADLK, 0, "a task or callback must not wait for the pool that runs it");
    return POOL_OK;
}

enum pool_status front_check_caller(const struct pool *pool, struct pool_fault *fault)
{
    const enum pool_status status = front_check_process(pool, fault);

    return status ? status : front_check_thread(pool, fault);
}
