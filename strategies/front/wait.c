/* Waiting for several handles at once. */
#define _GNU_SOURCE
#include "../core/wait/futex.h"
#include "handle.h"

#include <stdlib.h>

/* Ask to be told when the handle is ready. False: it is ready already. */
static bool watch_begin(struct pool_handle *h, struct handle_watch *watch)
{
    pthread_mutex_lock(&h->lock);
    const bool ready = pool_handle_ready(h);
    if (!ready) {
        watch->next = h->watches;
        h->watches = watch;
    }
    pthread_mutex_unlock(&h->lock);
    return !ready;
}

static void watch_end(struct pool_handle *h, struct handle_watch *watch)
{
    pthread_mutex_lock(&h->lock);
    for (struct handle_watch **at = &h->watches; *at; at = &(*at)->next)
        if (*at == watch) {
            *at = watch->next;
            break;
        }
    pthread_mutex_unlock(&h->lock);
}

/* The first handle that is ready, or count. */
static size_t find_ready(struct pool_handle *const handles[], size_t count)
{
    size_t i = 0;

    while (i < count && !pool_handle_ready(handles[i]))
        i++;
    return i;
}

/* Watch them all until one is ready or the deadline has passed. */
static void watch_all(struct pool_handle *const handles[], size_t count, struct handle_watch *watches,
                      int64_t deadline_ns)
{
    uint32_t word = 0;
    size_t watched = 0;
    bool waiting = true;

    for (; watched < count && waiting; watched++) {
        watches[watched] = (struct handle_watch){.word = &word};
        if (handles[watched])
            waiting = watch_begin(handles[watched], &watches[watched]);
    }
    while (waiting && !__atomic_load_n(&word, __ATOMIC_ACQUIRE))
        waiting = futex_wait(&word, 0, deadline_ns);
    while (watched--)
        if (handles[watched])
            watch_end(handles[watched], &watches[watched]);
}

/* POOL_OK if this thread may wait for all of them. */
static enum pool_status check_all(struct pool_handle *const handles[], size_t count, bool *any)
{
    enum pool_status status = POOL_OK;

    *any = false;
    for (size_t i = 0; i < count && !status; i++)
        if (handles[i]) {
            *any = true;
            status = pool_handle_wait(handles[i], 0);
            status = status == POOL_ETIMEOUT ? POOL_OK : status;
        }
    return status;
}

enum pool_status pool_handles_wait_any(struct pool_handle *const handles[], size_t count, int64_t timeout_ns,
                                       size_t *index)
{
    const int64_t deadline_ns = futex_deadline_ns(timeout_ns < 0 ? 0 : timeout_ns);
    bool any;

    if (!handles || !index)
        return POOL_EINVAL;
    const enum pool_status status = check_all(handles, count, &any);
    if (status || !any)
        return status ? status : POOL_EINVAL;
    *index = find_ready(handles, count);
    if (*index < count)
        return POOL_OK;
    struct handle_watch *watches = malloc(count * sizeof *watches);
    if (!watches)
        return POOL_ENOMEM;
    watch_all(handles, count, watches, deadline_ns);
    free(watches);
    *index = find_ready(handles, count);
    return *index < count ? POOL_OK : POOL_ETIMEOUT;
}

enum pool_status pool_handles_wait_all(struct pool_handle *const handles[], size_t count, int64_t timeout_ns)
{
    const int64_t deadline_ns = futex_deadline_ns(timeout_ns < 0 ? 0 : timeout_ns);
    bool any;

    if (!handles && count)
        return POOL_EINVAL;
    enum pool_status status = check_all(handles, count, &any);
    for (size_t i = 0; i < count && !status; i++)
        if (handles[i]) {
            const int64_t left_ns = deadline_ns == INT64_MAX ? INT64_MAX : deadline_ns - futex_now_ns();
            status = pool_handle_wait(handles[i], left_ns);
        }
    return status;
}
