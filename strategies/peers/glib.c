/*
 * glib - GLib's GThreadPool: an exclusive pool, one g_thread_pool_push for each chunk.
 *
 * What is pushed is the call, not the chunk: each of its pushes has a thread claim the next chunk, so that a call of
 * many chunks needs no memory but GLib's own.
 */
#include "strategy.h"

#ifdef PEER_GLIB
#include "../core/chunks.h"
#include "../front/fault.h"
#include "library.h"
#include "muster.h"

#include <glib.h>
#include <stdlib.h>

/* One pool, with what is called of GLib. */
struct glib {
    const struct pool_setup *setup;
    void *library;
    GThreadPool *threads;
    struct muster *muster; /* while the threads begin */
    __typeof__(g_thread_pool_new) *new;
    __typeof__(g_thread_pool_push) *push;
    __typeof__(g_thread_pool_free) *free;
    __typeof__(g_error_free) *error_free;
};

/* One call: batch->mine. */
struct glib_call {
    struct pool_batch *batch;
    size_t chunk;
    size_t next; /* the chunk that the next push brings */
    size_t left; /* chunks that are not over */
};

/* So many chunks are over; with the last one, so is the batch. */
static void glib_release(struct glib_call *call, size_t chunks)
{
    struct pool_batch *batch = call->batch;

    if (__atomic_sub_fetch(&call->left, chunks, __ATOMIC_ACQ_REL))
        return;
    free(call);
    batch->host->done(batch);
}

static void glib_work(void *data, void *self)
{
    struct glib *g = self;
    struct glib_call *call = data;

    if (g->muster) {
        muster_join(g->muster);
        return;
    }
    struct pool_batch *batch = call->batch;
    const size_t first = call->chunk * __atomic_fetch_add(&call->next, 1, __ATOMIC_RELAXED);
    const size_t left = batch->count - first;
    pool_items_run(batch, first, left < call->chunk ? batch->count : first + call->chunk);
    glib_release(call, 1);
}

static enum pool_status glib_begin(struct glib *g, struct pool_fault *fault)
{
    struct muster muster;

    muster_start(&muster, g->setup, g->setup->workers, 0);
    g->muster = &muster;
    for (size_t i = 0; i < g->setup->workers; i++)
        g->push(g->threads, g, NULL);
    const enum pool_status status = muster_end(&muster, fault);
    g->muster = NULL;
    return status;
}

static enum pool_status glib_start(struct glib *g, struct pool_fault *fault)
{
    GError *error = NULL;

    g->threads = g->new (glib_work, g, (int)g->setup->workers, TRUE, &error);
    if (!error)
        return glib_begin(g, fault);
    fault_set(fault, POOL_EOS, 0, "GLib: %s", error->message);
    g->error_free(error);
    return POOL_EOS;
}

static void glib_destroy(void *self)
{
    struct glib *g = self;

    library_close(g->library);
    free(g);
}

static enum pool_status glib_stop(void *self, int64_t deadline_ns)
{
    struct glib *g = self;

    (void)deadline_ns; /* GLib waits for its threads without one */
    g->free(g->threads, FALSE, TRUE);
    return POOL_OK;
}

static enum pool_status glib_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct glib *g = calloc(1, sizeof *g);

    if (!g)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool of GLib's");
    const struct library_symbol symbols[] = {{"g_thread_pool_new", &g->new},
                                             {"g_thread_pool_push", &g->push},
                                             {"g_thread_pool_free", &g->free},
                                             {"g_error_free", &g->error_free},
                                             {NULL, NULL}};
    g->setup = setup;
    enum pool_status status = library_open(PEER_GLIB, symbols, &g->library, fault);
    if (!status)
        status = glib_start(g, fault);
    if (status && g->threads)
        glib_stop(g, INT64_MAX);
    if (status)
        glib_destroy(g);
    else
        *self = g;
    return status;
}

static enum pool_status glib_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct glib *g = self;
    struct glib_call *call = malloc(sizeof *call);

    if (!call)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory to queue a batch");
    const size_t chunk = batch->chunk ? batch->chunk : 1, chunks = chunks_count(batch->count, chunk);
    size_t pushed = 0;
    *call = (struct glib_call){.batch = batch, .chunk = chunk, .left = chunks + 1}; /* one for this loop */
    for (; pushed < chunks && !pool_batch_canceled(batch); pushed++)
        g->push(g->threads, call, NULL);
    glib_release(call, chunks - pushed + 1);
    return POOL_OK;
}

static size_t glib_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}
#endif

const struct pool_ops strategy_glib = {
    .abi = POOL_ABI,
    .name = "glib",
    .summary = "GLib's GThreadPool, exclusive: a push for each chunk",
#ifdef PEER_GLIB
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "1",
    .chunk = glib_chunk,
    .wait_rule = "sleeps at once",
    .waits = POOL_WAIT_BIT(POOL_WAIT_SLEEP),
    .create = glib_create,
    .submit = glib_submit,
    .stop = glib_stop,
    .destroy = glib_destroy,
#else
    .absent = "it was built without GLib (Debian package libglib2.0-dev)",
#endif
};
