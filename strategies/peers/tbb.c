/*
 * tbb - oneTBB's parallel_for in an arena: ranges are split in two as long as other threads are there to take a half.
 *
 * The calling thread is one of the workers; the others are oneTBB's, which keeps them for the next pool. A thread is
 * bound and initialised whenever it joins the arena.
 */
#include "strategy.h"

#ifdef PEER_TBB
#include "../core/worker.h"
#include "../front/fault.h"
#include "library.h"
#include "tbb_loop.h"

#include <pthread.h>
#include <stdlib.h>

/* One pool, with what is called of the module. */
struct tbb {
    const struct pool_setup *setup;
    void *library;
    struct tbb_loop *loop;
    struct worker_mask home; /* the creator's: oneTBB's threads may have any */
    struct worker_loan
        *loans;              /* Shape: setup->workers + 1, for an arena of one has two slots; of the threads in them */
    pthread_mutex_t lock;    /* guards the fault */
    struct pool_fault fault; /* of the first thread that could not begin */
    tbb_loop_open_call *open;
    tbb_loop_run_call *run;
    tbb_loop_close_call *close;
};

static void tbb_enter(void *arg, size_t slot)
{
    struct tbb *t = arg;
    struct pool_fault fault;

    if (!worker_borrow(t->setup, slot % t->setup->workers, &t->home, &t->loans[slot], &fault))
        return;
    pthread_mutex_lock(&t->lock);
    if (!t->fault.status)
        t->fault = fault;
    pthread_mutex_unlock(&t->lock);
}

static void tbb_leave(void *arg, size_t slot)
{
    struct tbb *t = arg;

    worker_return(&t->loans[slot]);
}

static enum pool_status tbb_stop(void *self, int64_t deadline_ns)
{
    struct tbb *t = self;

    (void)deadline_ns; /* no thread has anything to do */
    if (t->loop)
        t->close(t->loop);
    t->loop = NULL;
    return POOL_OK;
}

static void tbb_destroy(void *self)
{
    struct tbb *t = self;

    /* The module stays loaded: threads that oneTBB keeps may still be leaving its code. */
    pthread_mutex_destroy(&t->lock);
    free(t->loans);
    free(t);
}

static enum pool_status tbb_start(struct tbb *t, struct pool_fault *fault)
{
    const struct library_symbol symbols[] = {
        {"tbb_loop_open", &t->open}, {"tbb_loop_run", &t->run}, {"tbb_loop_close", &t->close}, {NULL, NULL}};
    const struct tbb_hooks hooks = {tbb_enter, tbb_leave, t};
    const int rc = worker_mask_read(&t->home);

    if (rc)
        return fault_set(fault, POOL_EOS, rc, "the affinity of the calling thread cannot be read");
    const enum pool_status status = library_open(PEER_TBB, symbols, &t->library, fault);
    if (status)
        return status;
    t->loop = t->open(t->setup->workers, &hooks);
    return t->loop ? POOL_OK : fault_set(fault, POOL_ENOMEM, 0, "no memory for an arena");
}

static enum pool_status tbb_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct tbb *t = calloc(1, sizeof *t);

    if (!t || !(t->loans = calloc(setup->workers + 1, sizeof *t->loans))) {
        free(t);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool of oneTBB's");
    }
    t->setup = setup;
    pthread_mutex_init(&t->lock, NULL);
    const enum pool_status status = tbb_start(t, fault);
    if (status)
        tbb_destroy(t);
    else
        *self = t;
    return status;
}

static void tbb_items(void *batch, size_t first, size_t last)
{
    pool_items_run(batch, first, last);
}

static enum pool_status tbb_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct tbb *t = self;

    t->run(t->loop, batch->count, batch->chunk ? batch->chunk : (size_t)t->setup->option[0], tbb_items, batch);
    pthread_mutex_lock(&t->lock);
    if (t->fault.status)
        *fault = t->fault;
    const enum pool_status status = t->fault.status;
    pthread_mutex_unlock(&t->lock);
    return status;
}

/* auto_partitioner splits at least once for each worker. */
static size_t tbb_chunk(size_t workers, size_t count)
{
    return count / workers + (count % workers != 0);
}

static const struct pool_option tbb_options[] = {
    {.key = "grain",
     .summary = "items per claim with the automatic chunk, simple_partitioner; 0: auto_partitioner",
     .initial = 0,
     .min = 0,
     .max = 1 << 30},
    {.key = NULL},
};
#endif

const struct pool_ops strategy_tbb = {
    .abi = POOL_ABI,
    .name = "tbb",
    .summary = "oneTBB's parallel_for in an arena of its own",
#ifdef PEER_TBB
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_INLINE | POOL_CAP_NEST | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .options = tbb_options,
    .chunk_rule = "auto_partitioner's, at most items / workers; the option grain where it is set",
    .chunk = tbb_chunk,
    .wait_rule = "looks some hundred times, giving way, then sleeps",
    .waits = POOL_WAIT_BIT(POOL_WAIT_YIELD),
    .create = tbb_create,
    .run = tbb_run,
    .stop = tbb_stop,
    .destroy = tbb_destroy,
#else
    .absent = "it was built without oneTBB and a C++ compiler (Debian packages libtbb-dev and g++)",
#endif
};
