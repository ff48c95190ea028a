/* Handles: asking, waiting, cancelling, letting go. */
#define _GNU_SOURCE
#include "handle.h"

#include "../core/wait/idle.h"
#include "fault.h"

#include <stdlib.h>
#include <unistd.h>

void handle_disown(struct pool_handle *h)
{
    const bool last = --h->owners == 0;

    pthread_mutex_unlock(&h->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&h->lock);
    free(h->outcomes);
    free(h);
}

bool pool_handle_ready(const struct pool_handle *h)
{
    return h && idle_is_set(&h->ready);
}

/* Why this thread must not wait for a handle that is not ready: its pool lives then, or this is a forked child. */
static enum pool_status check_waiter(const struct pool_handle *h)
{
    if (!h)
        return POOL_EINVAL;
    if (pool_handle_ready(h))
        return POOL_OK;
    return getpid() == h->owner ? front_check_thread(h->call.pool, NULL) : POOL_EINVAL;
}

enum pool_status pool_handle_wait(struct pool_handle *h, int64_t timeout_ns)
{
    const enum pool_status status = check_waiter(h);

    if (status)
        return status;
    const int64_t deadline_ns = futex_deadline_ns(timeout_ns < 0 ? 0 : timeout_ns);
    return idle_until_set(&h->ready, h->wait, deadline_ns) ? POOL_OK : POOL_ETIMEOUT;
}

enum pool_status pool_handle_get(struct pool_handle *h, int64_t timeout_ns, struct pool_fault *fault)
{
    const enum pool_status status = pool_handle_wait(h, timeout_ns);

    if (status)
        return fault_set(fault, status, 0, "%s",
                         status == POOL_ETIMEOUT ? "the call is not ready yet" : "this thread must not wait for it");
    if (fault)
        *fault = h->call.fault;
    return h->call.fault.status;
}

enum pool_status pool_handle_successful(const struct pool_handle *h)
{
    return pool_handle_ready(h) ? h->call.fault.status : POOL_EINVAL;
}

enum pool_status pool_handle_cancel(struct pool_handle *h)
{
    if (!h || getpid() != h->owner)
        return POOL_EINVAL;
    /* As long as this lock is held the call does not become ready, and its pool stays. */
    pthread_mutex_lock(&h->lock);
    const bool given_back = !pool_handle_ready(h) && front_cancel(&h->call);
    const bool dropped = !given_back && !pool_handle_ready(h) && errands_drop(&h->call.pool->runners, &h->errand);
    pthread_mutex_unlock(&h->lock);
    if (given_back)
        h->call.batch.host->done(&h->call.batch);
    else if (dropped)
        front_resolve(h, POOL_OK);
    return POOL_OK;
}

void pool_handle_free(struct pool_handle *h)
{
    if (h)
        handle_abandon(h, NULL, NULL);
}

void handle_abandon(struct pool_handle *h, void (*after)(void *arg), void *arg)
{
    pthread_mutex_lock(&h->lock);
    const bool ready = pool_handle_ready(h);
    if (!ready) {
        h->after = after;
        h->after_arg = arg;
    }
    handle_disown(h);
    if (ready && after)
        after(arg);
}
