/*
 * Lazy map: a window of chunks in flight, each with records and a handle of its own.
 *
 * Inputs are drawn only inside next, in the caller's thread, and never more than one chunk per worker and `buffer`
 * beyond what was yielded. A chunk that is still being worked on when the iterator is freed frees itself.
 */
#define _GNU_SOURCE
#include "../core/wait/futex.h"
#include "fault.h"
#include "handle.h"

#include <stdlib.h>
#include <string.h>

/* One chunk of inputs and results. */
struct window {
    struct pool_handle *handle; /* NULL: this window is empty */
    size_t first, count, taken; /* items: number of the first, how many were drawn, how many were yielded */
    void *columns[POOL_ARGS_MAX];
    unsigned char *out;
    struct pool_item *items;
    unsigned char records[];
};

struct pool_iter {
    struct pool *pool;
    struct pool_task task;
    pool_source *source;
    void *source_arg;
    struct pool_imap_config config;
    size_t drawn;              /* items so far */
    bool ended;                /* the source is not called again */
    struct pool_fault failure; /* of the source, or of drawing; still to be told if its status is set */
    size_t windows, oldest;    /* Shape: windows entries, a ring when ordered */
    struct window **window;
    struct pool_handle **handles; /* for waiting */
};

static size_t rounded(size_t bytes)
{
    return (bytes + 15) / 16 * 16;
}

static struct window *window_new(const struct pool_iter *it)
{
    const size_t chunk = it->config.chunk;
    size_t bytes = rounded(chunk * sizeof(struct pool_item)) + rounded(chunk * it->task.out_size);

    for (size_t k = 0; k < it->task.nargs; k++)
        bytes += rounded(chunk * it->task.arg_size[k]);
    struct window *w = malloc(sizeof *w + 16 + bytes);
    if (!w)
        return NULL;
    w->handle = NULL;
    unsigned char *at = (unsigned char *)(rounded((uintptr_t)w->records));
    w->items = (struct pool_item *)at;
    at += rounded(chunk * sizeof(struct pool_item));
    w->out = at;
    at += rounded(chunk * it->task.out_size);
    for (size_t k = 0; k < it->task.nargs; k++) {
        w->columns[k] = at;
        at += rounded(chunk * it->task.arg_size[k]);
    }
    return w;
}

/* Everything one window holds, times the windows, fits into memory. */
static bool sizes_fit(const struct pool_iter *it)
{
    size_t record = sizeof(struct pool_item) + it->task.out_size, bytes;

    for (size_t k = 0; k < it->task.nargs; k++)
        if (__builtin_add_overflow(record, it->task.arg_size[k], &record))
            return false;
    return !__builtin_mul_overflow(record, it->config.chunk, &bytes) && bytes < PTRDIFF_MAX / 2 &&
           it->config.buffer < PTRDIFF_MAX / (2 * sizeof(void *)) - POOL_WORKERS_MAX;
}

enum pool_status pool_imap(struct pool *pool, const struct pool_task *task, pool_source *source, void *source_arg,
                           const struct pool_imap_config *config, struct pool_iter **iter)
{
    enum pool_status status = front_check_process(pool, NULL);

    if (iter)
        *iter = NULL;
    if (!status)
        status = source && iter ? front_check_work(task, 0, NULL, NULL, NULL) : POOL_EINVAL;
    if (status)
        return status;
    struct pool_iter *it = calloc(1, sizeof *it);
    if (!it)
        return POOL_ENOMEM;
    *it = (struct pool_iter){.pool = pool, .task = *task, .source = source, .source_arg = source_arg};
    if (config)
        it->config = *config;
    it->config.chunk = it->config.chunk ? it->config.chunk : 1;
    status = sizes_fit(it) ? front_check_open(pool) : POOL_EINVAL;
    status = status == POOL_ECANCELED ? POOL_ECLOSED : status; /* there is nothing yet that could be cancelled */
    it->windows = pool->setup.workers + it->config.buffer;
    it->window = status ? NULL : calloc(it->windows, sizeof(struct window *));
    it->handles = status ? NULL : calloc(it->windows, sizeof(struct pool_handle *));
    if (!status && (!it->window || !it->handles))
        status = POOL_ENOMEM;
    if (status)
        pool_iter_free(it);
    else
        *iter = it;
    return status;
}

/* Draw one chunk of inputs. False: none was left. */
static bool draw(struct pool_iter *it, struct window *w)
{
    w->first = it->drawn;
    w->count = w->taken = 0;
    while (!it->ended && w->count < it->config.chunk) {
        void *record[POOL_ARGS_MAX];
        for (size_t k = 0; k < it->task.nargs; k++)
            record[k] = (unsigned char *)w->columns[k] + w->count * it->task.arg_size[k];
        const int rc = it->source(it->source_arg, it->drawn, record);
        it->ended = rc <= 0;
        if (rc < 0) {
            fault_set(&it->failure, POOL_ETASK, 0, "the source failed at item %zu with code %d", it->drawn, rc);
            it->failure.index = it->drawn;
            it->failure.code = rc;
        } else if (rc > 0) {
            w->count++;
            it->drawn++;
        }
    }
    return w->count > 0;
}

/* Nothing more is drawn; the reason is told after what was drawn before. */
static void stop_drawing(struct pool_iter *it, enum pool_status status)
{
    it->ended = true;
    if (it->failure.status)
        return;
    fault_set(&it->failure, status, 0, "no more items can be drawn: %s", pool_status_text(status));
    it->failure.index = it->drawn;
}

/* Fill an empty window and have it worked on. */
static void window_fill(struct pool_iter *it, struct window **at)
{
    enum pool_status status = front_check_open(it->pool);

    if (!status && !*at && !(*at = window_new(it)))
        status = POOL_ENOMEM;
    if (!status && draw(it, *at)) {
        struct window *w = *at;
        const struct pool_async async = {.items = w->items};
        status = pool_starmap_async(it->pool, &it->task, w->count, (const void *const *)w->columns,
                                    it->task.out_size ? w->out : NULL, w->count, &async, &w->handle);
        if (status)
            it->drawn = w->first; /* what was drawn for it is not run: the reason is told in its place */
    }
    if (status)
        stop_drawing(it, status);
}

/* Fill every empty window, the oldest first. */
static void fill_all(struct pool_iter *it)
{
    for (size_t i = 0; i < it->windows && !it->ended; i++) {
        struct window **at = &it->window[(it->oldest + i) % it->windows];
        if (!*at || !(*at)->handle)
            window_fill(it, at);
    }
}

/* Wait for a window with results. *at: NULL: none is in flight. */
static enum pool_status await_window(struct pool_iter *it, int64_t timeout_ns, struct window **at)
{
    *at = it->window[it->oldest];
    if (!it->config.unordered) {
        if (!*at || !(*at)->handle)
            *at = NULL;
        return *at ? pool_handle_wait((*at)->handle, timeout_ns) : POOL_OK;
    }
    size_t index;
    bool any = false;
    for (size_t i = 0; i < it->windows; i++) {
        it->handles[i] = it->window[i] ? it->window[i]->handle : NULL;
        any |= it->handles[i] != NULL;
    }
    *at = NULL;
    if (!any)
        return POOL_OK;
    const enum pool_status status = pool_handles_wait_any(it->handles, it->windows, timeout_ns, &index);
    if (!status)
        *at = it->window[index];
    return status;
}

/* How one item of a finished chunk went. */
static enum pool_status item_outcome(const struct window *w, size_t item, struct pool_fault *fault)
{
    const struct pool_item *outcome = &w->items[item];
    enum pool_status status = outcome->status;
    struct pool_fault whole;

    pool_handle_get(w->handle, 0, &whole);
    if (whole.index == POOL_NO_ITEM && whole.status) { /* the chunk as a whole: cancelled, broken */
        status = whole.status;
        fault_set(fault, status, whole.os_errno, "item %zu: %s", w->first + item, pool_status_text(status));
        fault->index = w->first + item;
        return status;
    }
    if (!status)
        return POOL_OK;
    fault_set(fault, status, 0, "%s", "");
    if (whole.index == item)
        *fault = whole;
    fault->index = w->first + item;
    fault->failed = 1;
    fault->code = outcome->code;
    fault_describe_item(fault);
    return status;
}

/* Yield the next item of a window. */
static enum pool_status take(struct pool_iter *it, struct window *w, void *out, size_t *index, struct pool_fault *fault)
{
    const size_t item = w->taken++;
    const enum pool_status status = item_outcome(w, item, fault);

    if (index)
        *index = w->first + item;
    if (out && it->task.out_size)
        memcpy(out, w->out + item * it->task.out_size, it->task.out_size);
    if (w->taken == w->count) {
        pool_handle_free(w->handle);
        w->handle = NULL;
        if (!it->config.unordered)
            it->oldest = (it->oldest + 1) % it->windows;
    }
    return status;
}

enum pool_status pool_iter_next(struct pool_iter *it, void *out, size_t *index, int64_t timeout_ns,
                                struct pool_fault *fault)
{
    struct pool_fault unwanted;
    struct window *w;

    fault = fault ? fault : &unwanted;
    fault_set(fault, POOL_OK, 0, "%s", "");
    if (index)
        *index = POOL_NO_ITEM;
    if (!it)
        return fault_set(fault, POOL_EINVAL, 0, "there is no iterator");
    fill_all(it);
    const enum pool_status status = await_window(it, timeout_ns, &w);
    if (status)
        return fault_set(fault, status, 0, "no result: %s", pool_status_text(status));
    if (w)
        return take(it, w, out, index, fault);
    if (!it->failure.status)
        return POOL_END;
    *fault = it->failure;
    it->failure.status = POOL_OK;
    if (index)
        *index = fault->index;
    return fault->status;
}

void pool_iter_free(struct pool_iter *it)
{
    if (!it)
        return;
    for (size_t i = 0; it->window && i < it->windows; i++) {
        struct window *w = it->window[i];
        if (w && w->handle)
            handle_abandon(w->handle, free, w);
        else
            free(w);
    }
    free(it->handles);
    free(it->window);
    free(it);
}
