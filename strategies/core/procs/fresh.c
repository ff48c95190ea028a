/* A fresh process per task. */
#define _GNU_SOURCE
#include "fresh.h"

#include "../../front/fault.h"
#include "../worker.h"
#include "area.h"
#include "dispatch.h"
#include "shmem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    AREA_KEPT_BYTES = 1 << 20, /* a larger area goes back to the system with its process */
    EXIT_GOOD = 0,
    EXIT_BROKEN = 1,
};

/*
 * What a slot's process runs, for whoever cancels: in shared memory, and any thread's. Cancellation does not wait for
 * the supervisor, which may be busy: once it has returned, no process begins another item of the batch. One that was
 * meant for the slot's last batch and comes too late does no harm: what has not begun is given back, and runs later.
 */
struct mark {
    const struct pool_batch *batch;
    int canceled;
};

struct slot {
    struct work_range range; /* count 0: no process */
    struct area *area;
    size_t area_bytes;
};

struct fresh {
    struct dispatch dispatch; /* first, for its hooks */
    size_t workers;
    struct shmem *shmem;
    struct slot *slots;
    struct mark *marks; /* one for each slot */
    bool helped;
    struct nursery nursery; /* of a helped pool */
};

size_t fresh_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

static void area_free(struct fresh *p, struct slot *slot)
{
    if (slot->area)
        shmem_free(p->shmem, slot->area);
    slot->area = NULL;
    slot->area_bytes = 0;
}

/* Either the canceller sees the batch here, or its cancellation is seen. */
static void mark(struct mark *mark, const struct pool_batch *batch)
{
    __atomic_store_n(&mark->canceled, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&mark->batch, batch, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&batch->canceled, __ATOMIC_SEQ_CST))
        __atomic_store_n(&mark->canceled, 1, __ATOMIC_RELAXED);
}

bool fresh_cancel(void *self, struct pool_batch *batch)
{
    struct fresh *p = self;

    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* `batch` is marked as cancelled, then the slots are looked at */
    for (size_t k = 0; k < p->workers; k++)
        if (__atomic_load_n(&p->marks[k].batch, __ATOMIC_SEQ_CST) == batch)
            __atomic_store_n(&p->marks[k].canceled, 1, __ATOMIC_RELAXED);
    return dispatch_cancel(self, batch);
}

/* An area for the slot's range, with clean books. Errors: 0 or an errno. */
static int area_get(struct fresh *p, size_t k)
{
    struct slot *slot = &p->slots[k];
    const size_t bytes = area_bytes(&slot->range, p->helped);

    if (bytes > slot->area_bytes) {
        area_free(p, slot);
        slot->area = shmem_alloc_dirty(p->shmem, bytes);
        if (!slot->area)
            return ENOMEM;
        slot->area_bytes = bytes;
    }
    area_fill(slot->area, &slot->range, p->helped);
    slot->area->pool = p;
    slot->area->worker = k;
    slot->area->canceled = &p->marks[k].canceled;
    mark(&p->marks[k], slot->range.of->batch);
    return 0;
}

/* `arg` is the area. */
static void note_failure(void *arg, size_t index, int code)
{
    struct area *area = arg;

    (void)index;
    area->failures[area->failed++] = (struct failure){.index = area->ended, .code = code};
}

/* In the process: run the range, one item at a time, so that the books are right at every instruction. */
static void run_range(struct area *area, struct books *books, bool timed)
{
    const size_t size = area->task.out_size;
    const int never = 0;
    struct pool_records records = {.task = &area->task,
                                   .columns = area->columns,
                                   .out = area->results,
                                   .canceled = &never,
                                   .fail = note_failure,
                                   .arg = area};

    for (size_t i = 0; i < area->count && !__atomic_load_n(area->canceled, __ATOMIC_RELAXED); i++) {
        if (area->initial) /* what the call leaves as it is, stays as the caller has it */
            memcpy(area->results + i * size, area->initial + i * size, size);
        books_begin_item(books, timed);
        pool_records_run(&records, i, i + 1, NULL);
        books_end_item(books, timed);
        __atomic_store_n(&area->ended, i + 1, __ATOMIC_RELEASE);
    }
}

static int process_main(void *arg)
{
    struct area *area = arg;
    struct dispatch *dispatch = &area->pool->dispatch;
    struct books *books = &dispatch->books[area->worker];

    if (worker_begin(dispatch->setup, area->worker, &books->fault))
        return EXIT_BROKEN;
    books_set_birth(books, BOOKS_BORN);
    run_range(area, books, dispatch->setup->config->item_timeout_ns != 0);
    worker_end(dispatch->setup, area->worker);
    return EXIT_GOOD;
}

/* Start a process for the next range, if there is one. False: nothing was started. */
static bool fill(struct fresh *p, size_t k)
{
    struct slot *slot = &p->slots[k];
    struct dispatch *d = &p->dispatch;

    if (!work_take(&d->work, &slot->range))
        return false;
    int rc = area_get(p, k);
    if (!rc)
        rc = p->helped ? dispatch_fork_from(d, k, &p->nursery, process_main, slot->area)
                       : dispatch_fork(d, k, process_main, slot->area, NULL, 0);
    if (!rc)
        return true;
    work_return(&d->work, slot->range);
    slot->range.count = 0;
    if (!d->supervisor.alive) /* else what one of them leaves behind will do */
        dispatch_fork_failed(d, rc);
    return false;
}

/* The helper, forked by the thread that lives as long as the pool. */
static int fresh_begin(void *self)
{
    struct fresh *p = self;

    return p->helped ? nursery_open(&p->nursery, p->dispatch.setup->config->initarg) : 0;
}

static void fresh_feed(void *self)
{
    struct fresh *p = self;

    for (size_t k = 0; k < p->workers; k++)
        if (!p->slots[k].range.count && !fill(p, k))
            return;
}

/* Hand over the items that have ended, each with its code. */
static void deliver(struct fresh *p, const struct slot *slot, size_t ended)
{
    const struct work_range range = slot->range;
    const struct pool_batch *batch = range.of->batch;
    const size_t size = batch->task->out_size, failed = slot->area->failed;
    const struct failure *failures = slot->area->failures;

    if (size)
        memcpy((unsigned char *)batch->out + range.first * size, slot->area->results, ended * size);
    for (size_t i = 0, f = 0; i < ended; i++) {
        const bool bad = f < failed && failures[f].index == i;
        const int code = bad ? failures[f++].code : 0;
        work_item_ran(&p->dispatch.work, range.of, range.first + i, code);
    }
}

static bool fresh_settle(void *self, size_t k, const struct pool_fault *why)
{
    struct fresh *p = self;
    struct work *work = &p->dispatch.work;
    struct slot *slot = &p->slots[k];
    const struct work_range range = slot->range;
    const bool canceled =
        __atomic_load_n(&p->marks[k].canceled, __ATOMIC_RELAXED); /* then it need not have begun any */
    const size_t begun = (size_t)books_begun(&p->dispatch.books[k]);
    const size_t ended = __atomic_load_n(&slot->area->ended, __ATOMIC_ACQUIRE);

    work_return(work, (struct work_range){range.of, range.first + begun, range.count - begun});
    deliver(p, slot, ended);
    if (begun > ended)
        work_item_lost(work, range.of, range.first + ended, why);
    slot->range.count = 0;
    if (slot->area_bytes > AREA_KEPT_BYTES)
        area_free(p, slot);
    return !begun && !canceled;
}

static void fresh_forget(void *self, size_t k)
{
    struct fresh *p = self;

    p->slots[k].range.count = 0;
}

static const struct dispatch_hooks HOOKS = {
    .begin = fresh_begin,
    .feed = fresh_feed,
    .settle = fresh_settle,
    .forget = fresh_forget,
};

enum pool_status fresh_stop(void *self, int64_t deadline_ns)
{
    struct fresh *p = self;
    const enum pool_status status = dispatch_stop(&p->dispatch, deadline_ns);

    if (!status)
        nursery_close(&p->nursery);
    return status;
}

void fresh_destroy(void *self)
{
    struct fresh *p = self;

    nursery_close(&p->nursery); /* of a pool that never was; else it is closed */
    for (size_t k = 0; p->slots && p->shmem && k < p->workers; k++)
        area_free(p, &p->slots[k]);
    shmem_delete(p->shmem);
    free(p->slots);
    dispatch_destroy(&p->dispatch);
    free(p);
}

enum pool_status fresh_create(const struct pool_setup *setup, bool helped, void **self, struct pool_fault *fault)
{
    struct fresh *p = calloc(1, sizeof *p);

    if (!p || dispatch_init(&p->dispatch, &HOOKS, p, setup, setup->workers)) {
        free(p);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    }
    p->workers = setup->workers;
    p->helped = helped;
    p->shmem = shmem_new();
    p->slots = calloc(p->workers, sizeof *p->slots);
    p->marks = p->shmem ? shmem_alloc(p->shmem, p->workers * sizeof *p->marks) : NULL;
    const enum pool_status status = p->slots && p->marks
                                        ? dispatch_start(&p->dispatch, fault)
                                        : fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", p->workers);
    if (status)
        fresh_destroy(p);
    else
        *self = p;
    return status;
}

enum pool_status fresh_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    return dispatch_submit(&((struct fresh *)self)->dispatch, batch, batch->chunk ? batch->chunk : 1, fault);
}
