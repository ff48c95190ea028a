/*
 * pthreadpool - the library of that name: threads with a range of items each, which take from each other's end when
 * dry.
 *
 * The calling thread is worker 0 for the time of a call; the others are the library's and live as long as the pool.
 */
#include "strategy.h"

#ifdef PEER_PTHREADPOOL
#include "../core/worker.h"
#include "../front/fault.h"
#include "library.h"
#include "muster.h"

#include <pthreadpool.h>
#include <stdlib.h>

/* One pool, with what is called of the library. */
struct ptp {
    const struct pool_setup *setup;
    void *library;
    pthreadpool_t threads;
    pthread_t creator;
    struct worker_mask home;   /* the creator's affinity */
    struct muster *muster;     /* while the threads begin */
    struct pool_frame *frames; /* Shape: setup->workers; of the library's threads, entered once: see ptp_run */
    __typeof__(pthreadpool_create) *create;
    __typeof__(pthreadpool_destroy) *destroy;
    __typeof__(pthreadpool_parallelize_1d) *each;
    __typeof__(pthreadpool_parallelize_1d_tile_1d) *tiles;
};

static void ptp_begin_one(void *self, size_t i)
{
    struct ptp *p = self;

    (void)i;
    if (pthread_equal(pthread_self(), p->creator))
        muster_attend(p->muster);
    else
        p->setup->host->enter(NULL, &p->frames[muster_join(p->muster)]);
}

static enum pool_status ptp_begin(struct ptp *p, struct pool_fault *fault)
{
    struct muster muster;

    if (p->setup->workers == 1)
        return POOL_OK;
    muster_start(&muster, p->setup, p->setup->workers, 1);
    p->muster = &muster;
    p->creator = pthread_self();
    p->each(p->threads, ptp_begin_one, p, p->setup->workers, 0);
    return muster_end(&muster, fault);
}

static enum pool_status ptp_stop(void *self, int64_t deadline_ns)
{
    struct ptp *p = self;

    (void)deadline_ns; /* the library waits for its threads without one */
    if (p->threads)
        p->destroy(p->threads);
    p->threads = NULL;
    return POOL_OK;
}

static void ptp_destroy(void *self)
{
    struct ptp *p = self;

    library_close(p->library);
    free(p->frames);
    free(p);
}

static enum pool_status ptp_start(struct ptp *p, struct pool_fault *fault)
{
    const int rc = worker_mask_read(&p->home);

    if (rc)
        return fault_set(fault, POOL_EOS, rc, "the affinity of the calling thread cannot be read");
    p->threads = p->create(p->setup->workers);
    if (!p->threads)
        return fault_set(fault, POOL_EOS, 0, "pthreadpool could not start %zu threads", p->setup->workers);
    return ptp_begin(p, fault);
}

static enum pool_status ptp_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct ptp *p = calloc(1, sizeof *p);

    if (!p || !(p->frames = calloc(setup->workers, sizeof *p->frames))) {
        free(p);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool of pthreadpool's");
    }
    const struct library_symbol symbols[] = {{"pthreadpool_create", &p->create},
                                             {"pthreadpool_destroy", &p->destroy},
                                             {"pthreadpool_parallelize_1d", &p->each},
                                             {"pthreadpool_parallelize_1d_tile_1d", &p->tiles},
                                             {NULL, NULL}};
    p->setup = setup;
    enum pool_status status = library_open(PEER_PTHREADPOOL, symbols, &p->library, fault);
    if (!status)
        status = ptp_start(p, fault);
    if (!status) {
        *self = p;
        return POOL_OK;
    }
    ptp_stop(p, INT64_MAX);
    ptp_destroy(p);
    return status;
}

static void ptp_item(void *arg, size_t i)
{
    size_t cursor;

    pool_records_run(arg, i, i + 1, &cursor);
}

static void ptp_tile(void *arg, size_t first, size_t length)
{
    size_t cursor;

    pool_records_run(arg, first, first + length, &cursor);
}

/*
 * The library's threads run nothing but this pool's items, so they are entered once, and each call is told by writing
 * its batch into their frames: no cost per item. The library shows them those writes with the call itself.
 */
static enum pool_status ptp_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct ptp *p = self;
    struct pool_records records = pool_batch_records(batch);
    const uint32_t flags = p->setup->config->wait == POOL_WAIT_SLEEP ? PTHREADPOOL_FLAG_YIELD_WORKERS : 0;
    struct worker_loan loan;
    struct pool_frame frame;
    const enum pool_status status = worker_borrow(p->setup, 0, &p->home, &loan, fault);

    if (!status) {
        for (size_t k = 1; k < p->setup->workers; k++)
            p->frames[k].batch = batch;
        batch->host->enter(batch, &frame);
        if (batch->chunk > 1)
            p->tiles(p->threads, ptp_tile, &records, batch->count, batch->chunk, flags);
        else
            p->each(p->threads, ptp_item, &records, batch->count, flags);
        batch->host->leave(&frame);
    }
    worker_return(&loan);
    return status;
}

static size_t ptp_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}
#endif

const struct pool_ops strategy_pthreadpool = {
    .abi = POOL_ABI,
    .name = "pthreadpool",
    .summary = "the library pthreadpool: threads with a range each, one call per item",
#ifdef PEER_PTHREADPOOL
    .capabilities = POOL_CAP_INLINE | POOL_CAP_NEST | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "1",
    .chunk = ptp_chunk,
    .wait_rule = "looks a million times without giving way, then sleeps; at once with sleep",
    .waits = POOL_WAIT_BIT(POOL_WAIT_SPIN) | POOL_WAIT_BIT(POOL_WAIT_SLEEP),
    .create = ptp_create,
    .run = ptp_run,
    .stop = ptp_stop,
    .destroy = ptp_destroy,
#else
    .absent = "it was built without pthreadpool (Debian package libpthreadpool-dev)",
#endif
};
