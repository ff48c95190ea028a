/* A task waits, not for its pool but for time to pass. */
#define _GNU_SOURCE
#include "../core/wait/futex.h"
#include "front.h"

static void sleep_until(int64_t due_ns)
{
    const struct timespec due = {.tv_sec = (time_t)(due_ns / 1000000000), .tv_nsec = (long)(due_ns % 1000000000)};

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
        ;
}

/* How the task that runs here gives way; NULL: it does not. A forked child has the frame, but not the pool's thread. */
static struct pool_waiter *waiter_here(void)
{
    const struct pool_frame *frame = front_running();

    if (!frame || !frame->waiter)
        return NULL;
    return ((const struct pool_call_record *)frame->batch)->pool->owner == getpid() ? frame->waiter : NULL;
}

enum pool_status pool_sleep(uint64_t ns)
{
    const int64_t due_ns = futex_deadline_ns(ns < INT64_MAX ? (int64_t)ns : INT64_MAX);
    struct pool_waiter *waiter = waiter_here();

    if (waiter)
        return waiter->sleep(waiter, due_ns);
    sleep_until(due_ns);
    return POOL_OK;
}
