/*
 * process_fork - a fresh forked process per task, at most `workers` alive: multiprocessing.Process.
 *
 * Arguments need no copying: the child has its parent's memory as it was at the fork. Results come back through an
 * area that parent and child share, one per slot, which the next child of that slot uses again; so memory is bounded by
 * what runs at a time, whatever the count.
 */
#define _GNU_SOURCE
#include "core/procs/dispatch.h"
#include "core/worker.h"
#include "front/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 64,
    AREA_KEPT_BYTES = 1 << 20, /* a larger area goes back to the system with its process */
    EXIT_GOOD = 0,
    EXIT_BROKEN = 1,
};

struct failure {
    size_t index; /* in the range */
    int code;
};

/* What a process leaves behind. Its results follow, then its failures, each as many as the range has items. */
struct area {
    size_t ended;  /* items whose results are in place */
    size_t failed; /* items that returned a code */
    int canceled;  /* set from outside: begin no other item */
};

struct slot {
    struct process_fork *pool;
    struct work_range range; /* count 0: no process */
    struct area *area;
    size_t area_bytes;
};

struct process_fork {
    struct dispatch dispatch; /* first, for its hooks */
    size_t workers;
    struct slot *slots;
};

static size_t process_fork_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

static size_t round_up(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static unsigned char *area_results(const struct slot *slot)
{
    return (unsigned char *)slot->area + round_up(sizeof *slot->area);
}

static struct failure *area_failures(const struct slot *slot)
{
    return (struct failure *)(area_results(slot) + round_up(slot->range.count * slot->range.of->batch->task->out_size));
}

static void area_free(struct slot *slot)
{
    if (slot->area)
        (void)munmap(slot->area, slot->area_bytes);
    slot->area = NULL;
    slot->area_bytes = 0;
}

/* An area for the slot's range, with clean books. Errors: 0 or an errno. */
static int area_get(struct slot *slot)
{
    const size_t results = slot->range.count * slot->range.of->batch->task->out_size;
    const size_t bytes = round_up(sizeof *slot->area) + round_up(results) + slot->range.count * sizeof(struct failure);

    if (bytes > slot->area_bytes) {
        area_free(slot);
        void *area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED)
            return errno;
        slot->area = area;
        slot->area_bytes = bytes;
    }
    memset(slot->area, 0, sizeof *slot->area);
    return 0;
}

static void note_failure(void *arg, size_t index, int code)
{
    struct slot *slot = arg;

    (void)index;
    area_failures(slot)[slot->area->failed++] = (struct failure){.index = slot->area->ended, .code = code};
}

static void point_at(const struct pool_batch *batch, size_t index, const void *columns[POOL_ARGS_MAX])
{
    for (size_t k = 0; k < batch->task->nargs; k++)
        if (batch->task->arg_size[k])
            columns[k] = (const unsigned char *)batch->columns[k] + index * batch->task->arg_size[k];
}

/* In the process: run the range, one item at a time, so that the books are right at every instruction. */
static void run_range(struct slot *slot)
{
    const struct pool_batch *batch = slot->range.of->batch;
    const size_t size = batch->task->out_size;
    struct dispatch *dispatch = &slot->pool->dispatch;
    struct books *books = &dispatch->books[slot - slot->pool->slots];
    const bool timed = dispatch->setup->config->item_timeout_ns != 0;
    const void *columns[POOL_ARGS_MAX] = {0};
    const int never = 0;
    struct pool_records records = {
        .task = batch->task, .columns = columns, .canceled = &never, .fail = note_failure, .arg = slot};

    for (size_t i = 0; i < slot->range.count && !__atomic_load_n(&slot->area->canceled, __ATOMIC_RELAXED); i++) {
        const size_t index = slot->range.first + i;
        point_at(batch, index, columns);
        if (size) { /* what the call leaves as it is, stays as the caller has it */
            records.out = area_results(slot) + i * size;
            memcpy(records.out, (const unsigned char *)batch->out + index * size, size);
        }
        books_begin_item(books, timed);
        pool_records_run(&records, 0, 1, NULL);
        books_end_item(books, timed);
        __atomic_store_n(&slot->area->ended, i + 1, __ATOMIC_RELEASE);
    }
}

static int process_main(void *arg)
{
    struct slot *slot = arg;
    struct dispatch *dispatch = &slot->pool->dispatch;
    const size_t k = (size_t)(slot - slot->pool->slots);

    if (worker_begin(dispatch->setup, k, &dispatch->books[k].fault))
        return EXIT_BROKEN;
    books_set_birth(&dispatch->books[k], BOOKS_BORN);
    run_range(slot);
    worker_end(dispatch->setup, k);
    return EXIT_GOOD;
}

/* Start a process for the next range, if there is one. False: nothing was started. */
static bool fill(struct process_fork *p, size_t k)
{
    struct slot *slot = &p->slots[k];
    struct dispatch *d = &p->dispatch;

    if (!work_take(&d->work, &slot->range))
        return false;
    int rc = area_get(slot);
    if (!rc)
        rc = dispatch_fork(d, k, process_main, slot, NULL, 0);
    if (!rc)
        return true;
    work_return(&d->work, slot->range);
    slot->range.count = 0;
    if (!d->supervisor.alive) /* else what one of them leaves behind will do */
        dispatch_fork_failed(d, rc);
    return false;
}

static void process_fork_feed(void *self)
{
    struct process_fork *p = self;

    for (size_t k = 0; k < p->workers; k++)
        if (!p->slots[k].range.count && !fill(p, k))
            return;
}

/* Hand over the items that have ended, each with its code. */
static void deliver(struct process_fork *p, struct slot *slot, size_t ended)
{
    const struct work_range range = slot->range;
    const struct pool_batch *batch = range.of->batch;
    const size_t size = batch->task->out_size, failed = slot->area->failed;
    const struct failure *failures = area_failures(slot);

    if (size)
        memcpy((unsigned char *)batch->out + range.first * size, area_results(slot), ended * size);
    for (size_t i = 0, f = 0; i < ended; i++) {
        const bool bad = f < failed && failures[f].index == i;
        const int code = bad ? failures[f++].code : 0;
        work_item_ran(&p->dispatch.work, range.of, range.first + i, code);
    }
}

static bool process_fork_settle(void *self, size_t k, const struct pool_fault *why)
{
    struct process_fork *p = self;
    struct work *work = &p->dispatch.work;
    struct slot *slot = &p->slots[k];
    const struct work_range range = slot->range;
    const bool canceled = slot->area->canceled; /* then it need not have begun any */
    const size_t begun = (size_t)books_begun(&p->dispatch.books[k]);
    const size_t ended = __atomic_load_n(&slot->area->ended, __ATOMIC_ACQUIRE);

    work_return(work, (struct work_range){range.of, range.first + begun, range.count - begun});
    deliver(p, slot, ended);
    if (begun > ended)
        work_item_lost(work, range.of, range.first + ended, why);
    slot->range.count = 0;
    if (slot->area_bytes > AREA_KEPT_BYTES)
        area_free(slot);
    return !begun && !canceled;
}

static void process_fork_recall(void *self, size_t k)
{
    struct process_fork *p = self;
    struct slot *slot = &p->slots[k];

    if (slot->range.count && pool_batch_canceled(slot->range.of->batch))
        __atomic_store_n(&slot->area->canceled, 1, __ATOMIC_RELAXED);
}

static void process_fork_forget(void *self, size_t k)
{
    struct process_fork *p = self;

    p->slots[k].range.count = 0;
}

static const struct dispatch_hooks HOOKS = {
    .feed = process_fork_feed,
    .settle = process_fork_settle,
    .recall = process_fork_recall,
    .forget = process_fork_forget,
};

static void process_fork_destroy(void *self)
{
    struct process_fork *p = self;

    for (size_t k = 0; p->slots && k < p->workers; k++)
        area_free(&p->slots[k]);
    free(p->slots);
    dispatch_destroy(&p->dispatch);
    free(p);
}

static enum pool_status process_fork_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct process_fork *p = calloc(1, sizeof *p);

    if (!p || dispatch_init(&p->dispatch, &HOOKS, p, setup, setup->workers)) {
        free(p);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    }
    p->workers = setup->workers;
    p->slots = calloc(p->workers, sizeof *p->slots);
    for (size_t k = 0; p->slots && k < p->workers; k++)
        p->slots[k].pool = p;
    const enum pool_status status = p->slots
                                        ? dispatch_start(&p->dispatch, fault)
                                        : fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", p->workers);
    if (status)
        process_fork_destroy(p);
    else
        *self = p;
    return status;
}

static enum pool_status process_fork_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    return dispatch_submit(&((struct process_fork *)self)->dispatch, batch, batch->chunk ? batch->chunk : 1, fault);
}

const struct pool_ops strategy_process_fork = {
    .abi = POOL_ABI,
    .name = "process_fork",
    .summary = "a fresh forked process per task, as multiprocessing.Process",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_RECYCLE | POOL_CAP_OVERLAP | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "1",
    .chunk = process_fork_chunk,
    .create = process_fork_create,
    .submit = process_fork_submit,
    .cancel = dispatch_cancel,
    .terminate = dispatch_terminate,
    .stop = dispatch_stop,
    .destroy = process_fork_destroy,
};
