/* The batches of a supervised pool. */
#include "work.h"

#include <errno.h>
#include <stdlib.h>

int work_init(struct work *w, size_t ranges_max)
{
    *w = (struct work){.returned_max = ranges_max};
    w->returned = calloc(ranges_max, sizeof *w->returned);
    if (!w->returned)
        return ENOMEM;
    const int rc = pthread_mutex_init(&w->lock, NULL);
    if (rc)
        free(w->returned);
    return rc;
}

void work_destroy(struct work *w)
{
    pthread_mutex_destroy(&w->lock);
    free(w->returned);
}

enum pool_status work_submit(struct work *w, struct pool_batch *batch, size_t chunk)
{
    struct work_batch *b = malloc(sizeof *b);

    if (!b)
        return POOL_ENOMEM;
    *b = (struct work_batch){.batch = batch, .chunk = chunk, .left = batch->count};
    pthread_mutex_lock(&w->lock);
    b->serial = ++w->serial;
    b->after = w->submitted;
    w->submitted = b;
    pthread_mutex_unlock(&w->lock);
    return POOL_OK;
}

static void enqueue(struct work *w, struct work_batch *b)
{
    b->after = NULL;
    *(w->newest ? &w->newest->after : &w->oldest) = b;
    w->newest = b;
}

static struct work_batch *dequeue(struct work *w)
{
    struct work_batch *b = w->oldest;

    w->oldest = b->after;
    if (!w->oldest)
        w->newest = NULL;
    return b;
}

static void begin(struct work *w, struct work_batch *b)
{
    enqueue(w, b);
    b->earlier = NULL;
    b->later = w->alive;
    if (w->alive)
        w->alive->earlier = b;
    w->alive = b;
}

void work_accept(struct work *w)
{
    struct work_batch *in_order = NULL;

    pthread_mutex_lock(&w->lock);
    struct work_batch *b = w->submitted;
    w->submitted = NULL;
    pthread_mutex_unlock(&w->lock);
    while (b) {
        struct work_batch *older = b->after;
        b->after = in_order;
        in_order = b;
        b = older;
    }
    while (in_order) {
        struct work_batch *newer = in_order->after;
        begin(w, in_order);
        in_order = newer;
    }
}

static void finish(struct work *w, struct work_batch *b)
{
    struct pool_batch *batch = b->batch;

    *(b->earlier ? &b->earlier->later : &w->alive) = b->later;
    if (b->later)
        b->later->earlier = b->earlier;
    free(b);
    batch->host->done(batch);
}

/* Items of a cancelled batch that will not begin: their outcomes have said so from the start. */
static void leave_out(struct work *w, struct work_batch *b, size_t count)
{
    b->left -= count;
    if (!b->left)
        finish(w, b);
}

static void leave_out_rest(struct work *w, struct work_batch *b)
{
    const size_t rest = b->batch->count - b->next;

    b->next = b->batch->count;
    leave_out(w, b, rest);
}

void work_sweep(struct work *w)
{
    struct work_batch *b = w->oldest;
    size_t kept = 0;

    for (size_t i = 0; i < w->returned_count; i++) {
        const struct work_range range = w->returned[i];
        if (pool_batch_canceled(range.of->batch))
            leave_out(w, range.of, range.count);
        else
            w->returned[kept++] = range;
    }
    w->returned_count = kept;
    w->oldest = w->newest = NULL;
    while (b) {
        struct work_batch *after = b->after;
        if (pool_batch_canceled(b->batch))
            leave_out_rest(w, b);
        else
            enqueue(w, b);
        b = after;
    }
}

/* What was returned comes first. False: nothing was. */
static bool take_returned(struct work *w, struct work_range *range)
{
    while (w->returned_count) {
        const struct work_range last = w->returned[--w->returned_count];
        if (!pool_batch_canceled(last.of->batch)) {
            *range = last;
            return true;
        }
        leave_out(w, last.of, last.count);
    }
    return false;
}

bool work_take(struct work *w, struct work_range *range)
{
    if (take_returned(w, range))
        return true;
    while (w->oldest && pool_batch_canceled(w->oldest->batch))
        leave_out_rest(w, dequeue(w));
    if (!w->oldest)
        return false;
    struct work_batch *b = dequeue(w);
    const size_t left = b->batch->count - b->next;
    *range = (struct work_range){.of = b, .first = b->next, .count = left < b->chunk ? left : b->chunk};
    b->next += range->count;
    if (range->count < left)
        enqueue(w, b);
    return true;
}

bool work_is_handed_out(const struct work *w)
{
    return !w->oldest && !w->returned_count;
}

void work_return(struct work *w, struct work_range range)
{
    if (range.count)
        w->returned[w->returned_count++] = range;
}

static void item_over(struct work *w, struct work_batch *b)
{
    if (--b->left == 0)
        finish(w, b);
}

void work_item_ran(struct work *w, struct work_batch *b, size_t index, int code)
{
    if (code)
        pool_item_failed(b->batch, index, code);
    else if (b->batch->items)
        b->batch->items[index] = (struct pool_item){.status = POOL_OK};
    item_over(w, b);
}

void work_item_lost(struct work *w, struct work_batch *b, size_t index, const struct pool_fault *why)
{
    struct pool_fault fault = *why;

    fault.index = index;
    b->batch->host->fail(b->batch, &fault);
    item_over(w, b);
}

bool work_is_over(const struct work *w)
{
    return !w->alive;
}

void work_drop(struct work *w)
{
    work_accept(w);
    w->returned_count = 0;
    w->oldest = w->newest = NULL;
    while (w->alive)
        finish(w, w->alive);
}
