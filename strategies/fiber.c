/*
 * fiber - one thread, an event loop, cooperative tasks, as Python's asyncio: a task that waits through pool_sleep gives
 * way to others, a task that computes simply runs.
 */
#include "core/fiber/loop.h"
#include "core/threads/crew.h"
#include "front/fault.h"
#include "strategy.h"

#include <stdlib.h>

enum { OPTION_INFLIGHT, OPTION_STACK };

struct fibers {
    struct crew crew; /* of one */
    struct loop loop;
};

/* How far a batch has come: batch->mine. */
struct progress {
    size_t next;   /* the first item that nobody has claimed */
    size_t claims; /* fibers that run some */
};

static size_t fiber_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

/* Claim the next chunk of the first batch: all that is left once it is cancelled. */
static struct pool_batch *claim(struct loop *l, size_t *first, size_t *last)
{
    struct pool_batch *batch = l->head;
    struct progress *progress = batch->mine;
    const size_t left = batch->count - progress->next, chunk = batch->chunk ? batch->chunk : 1;

    *first = progress->next;
    *last = chunk < left && !pool_batch_canceled(batch) ? *first + chunk : batch->count;
    progress->next = *last;
    progress->claims++;
    if (progress->next == batch->count) {
        l->head = batch->next;
        if (!l->head)
            l->tail = &l->head;
    }
    return batch;
}

/* A claim is over; with the last one, so is the batch. */
static void release(struct pool_batch *batch)
{
    struct progress *progress = batch->mine;

    if (--progress->claims || progress->next < batch->count)
        return;
    free(progress);
    batch->host->done(batch);
}

static void serve(struct fiber *f)
{
    size_t first, last, cursor;

    f->batch = claim(f->loop, &first, &last);
    const struct pool_records records = pool_batch_records(f->batch);
    loop_enter(f);
    pool_records_run(&records, first, last, &cursor);
    loop_leave(f);
    release(f->batch);
}

static void fiber_work(void *self, size_t worker)
{
    struct fibers *fibers = self;

    (void)worker;
    loop_run(&fibers->loop);
}

static void fiber_destroy(void *self)
{
    struct fibers *fibers = self;

    loop_free(&fibers->loop);
    free(fibers);
}

static enum pool_status fiber_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct fibers *fibers = malloc(sizeof *fibers);

    if (!fibers)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for an event loop");
    enum pool_status status =
        loop_init(&fibers->loop, serve, setup->config->wait, (size_t)setup->option[OPTION_STACK] * 1024,
                  (size_t)setup->option[OPTION_INFLIGHT], fault);
    if (status) {
        free(fibers);
        return status;
    }
    status = crew_start(&fibers->crew, setup, fiber_work, fibers, fault);
    if (status)
        fiber_destroy(fibers);
    else
        *self = fibers;
    return status;
}

static enum pool_status fiber_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct fibers *fibers = self;

    batch->mine = calloc(1, sizeof(struct progress));
    if (!batch->mine)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory to queue a batch");
    loop_put(&fibers->loop, batch);
    return POOL_OK;
}

static void fiber_terminate(void *self)
{
    struct fibers *fibers = self;

    loop_cancel(&fibers->loop);
}

static enum pool_status fiber_stop(void *self, int64_t deadline_ns)
{
    struct fibers *fibers = self;

    loop_stop(&fibers->loop);
    return crew_join(&fibers->crew, deadline_ns);
}

static const struct pool_option fiber_options[] = {
    [OPTION_INFLIGHT] = {"inflight", "tasks that may have begun at a time", 16384, 1, 1048576},
    [OPTION_STACK] = {"stack", "KiB of a task's stack; memory is used as far as it is touched", 64, 16, 1048576},
    {0},
};

const struct pool_ops strategy_fiber = {
    .abi = POOL_ABI,
    .name = "fiber",
    .summary = "one thread, an event loop: tasks that wait give way to others",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = 1,
    .options = fiber_options,
    .chunk_rule = "one item",
    .chunk = fiber_chunk,
    .create = fiber_create,
    .submit = fiber_submit,
    .terminate = fiber_terminate,
    .stop = fiber_stop,
    .destroy = fiber_destroy,
};
