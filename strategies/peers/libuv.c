/*
 * libuv - uv_queue_work: one queue and one set of threads for the whole process, and a loop in the calling thread that
 * takes back what is done.
 *
 * A call has a window of requests in flight; each, when it is back, takes the next chunk.
 */
#include "strategy.h"

#ifdef PEER_LIBUV
#include "../core/chunks.h"
#include "../front/fault.h"
#include "library.h"
#include "muster.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#define UV_SIZE "UV_THREADPOOL_SIZE" /* libuv reads it when its threads start */

enum { UV_THREADS_MAX = 1024, UV_WINDOW = 1024 };

/* One pool, with what is called of libuv. */
struct luv {
    const struct pool_setup *setup;
    void *library;
    pthread_mutex_t lock;   /* guards the list of loops */
    struct luv_loop *loops; /* that no call uses */
    __typeof__(uv_loop_init) *loop_init;
    __typeof__(uv_loop_close) *loop_close;
    __typeof__(uv_run) *run;
    __typeof__(uv_queue_work) *queue_work;
    __typeof__(uv_os_setenv) *set;
    __typeof__(uv_os_unsetenv) *unset;
    __typeof__(uv_strerror) *error;
};

struct luv_loop {
    uv_loop_t loop;
    struct luv_loop *next;
};

/* One call. */
struct luv_call {
    struct luv *luv;
    struct luv_loop *loop;
    struct pool_batch *batch;
    size_t chunk, next; /* next: the first item that no request has; only the loop's thread looks at it */
};

/* A chunk in flight. */
struct luv_request {
    uv_work_t work; /* first: libuv's view, and the way back */
    struct luv_call *call;
    size_t first, last;
};

/* The threads are the process's, not the pool's: pools that live together share them. */
static struct {
    pthread_mutex_t lock;
    size_t pools, workers;
} process = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct luv_loop *luv_take_loop(struct luv *l, struct pool_fault *fault)
{
    pthread_mutex_lock(&l->lock);
    struct luv_loop *loop = l->loops;
    if (loop)
        l->loops = loop->next;
    pthread_mutex_unlock(&l->lock);
    if (loop)
        return loop;
    loop = calloc(1, sizeof *loop);
    const int rc = loop ? l->loop_init(&loop->loop) : UV_ENOMEM;
    if (!rc)
        return loop;
    free(loop);
    fault_set(fault, POOL_EOS, -rc, "libuv cannot make a loop: %s", l->error(rc));
    return NULL;
}

static void luv_give_loop(struct luv *l, struct luv_loop *loop)
{
    pthread_mutex_lock(&l->lock);
    loop->next = l->loops;
    l->loops = loop;
    pthread_mutex_unlock(&l->lock);
}

static void luv_work(uv_work_t *work)
{
    const struct luv_request *r = (const struct luv_request *)work;

    pool_items_run(r->call->batch, r->first, r->last);
}

/* Back in the loop's thread: fly again with the next chunk. */
static void luv_fly(uv_work_t *work, int status)
{
    struct luv_request *r = (struct luv_request *)work;
    struct luv_call *c = r->call;
    const size_t left = c->batch->count - c->next;

    (void)status;
    if (!left || pool_batch_canceled(c->batch))
        return;
    r->first = c->next;
    c->next = r->last = left < c->chunk ? c->batch->count : c->next + c->chunk;
    c->luv->queue_work(&c->loop->loop, work, luv_work, luv_fly);
}

static enum pool_status luv_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct luv *l = self;
    const size_t chunk = batch->chunk ? batch->chunk : 1, chunks = chunks_count(batch->count, chunk);
    const size_t window = chunks < UV_WINDOW ? chunks : UV_WINDOW;
    struct luv_request *requests = calloc(window, sizeof *requests);

    if (!requests)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu requests", window);
    struct luv_call call = {.luv = l, .loop = luv_take_loop(l, fault), .batch = batch, .chunk = chunk};
    if (!call.loop) {
        free(requests);
        return fault->status;
    }
    for (size_t k = 0; k < window; k++) {
        requests[k].call = &call;
        luv_fly(&requests[k].work, 0);
    }
    l->run(&call.loop->loop, UV_RUN_DEFAULT);
    luv_give_loop(l, call.loop);
    free(requests);
    return POOL_OK;
}

static void luv_muster(uv_work_t *work)
{
    muster_join(work->data);
}

/* Every thread gets a job of its own that waits for the others. */
static enum pool_status luv_begin(struct luv *l, struct pool_fault *fault)
{
    const size_t workers = l->setup->workers;
    struct luv_loop *loop = luv_take_loop(l, fault);
    uv_work_t *jobs = calloc(workers, sizeof *jobs);
    enum pool_status status = loop ? POOL_OK : fault->status;
    struct muster muster;

    if (!jobs)
        status = fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", workers);
    if (!status) {
        muster_start(&muster, l->setup, workers, 0);
        for (size_t k = 0; k < workers; k++) {
            jobs[k].data = &muster;
            l->queue_work(&loop->loop, &jobs[k], luv_muster, NULL);
        }
        l->run(&loop->loop, UV_RUN_DEFAULT);
        status = muster_end(&muster, fault);
    }
    if (loop)
        luv_give_loop(l, loop);
    free(jobs);
    return status;
}

/*
 * The first pool of the process says how many threads there are. A later one leaves them alone where it can: they may
 * be busy, with a task that creates this pool. The lock of the process is held.
 */
static enum pool_status luv_start(struct luv *l, struct pool_fault *fault)
{
    const size_t workers = l->setup->workers;
    const struct pool_config *config = l->setup->config;
    char size[24];

    if (process.pools && process.workers != workers)
        return fault_set(fault, POOL_ENOTSUP, 0,
                         "libuv has one set of threads per process, which has %zu already and cannot have %zu",
                         process.workers, workers);
    if (process.pools && !config->initializer && !config->binding)
        return POOL_OK;
    snprintf(size, sizeof size, "%zu", workers);
    l->set(UV_SIZE, size);
    const enum pool_status status = luv_begin(l, fault);
    l->unset(UV_SIZE);
    process.workers = workers;
    return status;
}

/* With the last pool the library goes, and its threads. */
static void luv_destroy(void *self)
{
    struct luv *l = self;

    while (l->loops) {
        struct luv_loop *loop = l->loops;
        l->loops = loop->next;
        l->loop_close(&loop->loop);
        free(loop);
    }
    pthread_mutex_lock(&process.lock);
    process.pools--;
    library_close(l->library);
    pthread_mutex_unlock(&process.lock);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static enum pool_status luv_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct luv *l = calloc(1, sizeof *l);

    if (!l)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool of libuv's");
    const struct library_symbol symbols[] = {{"uv_loop_init", &l->loop_init},
                                             {"uv_loop_close", &l->loop_close},
                                             {"uv_run", &l->run},
                                             {"uv_queue_work", &l->queue_work},
                                             {"uv_os_setenv", &l->set},
                                             {"uv_os_unsetenv", &l->unset},
                                             {"uv_strerror", &l->error},
                                             {NULL, NULL}};
    l->setup = setup;
    pthread_mutex_init(&l->lock, NULL);
    pthread_mutex_lock(&process.lock);
    enum pool_status status = library_open(PEER_LIBUV, symbols, &l->library, fault);
    if (!status)
        status = luv_start(l, fault);
    process.pools++;
    pthread_mutex_unlock(&process.lock);
    if (status)
        luv_destroy(l);
    else
        *self = l;
    return status;
}

static size_t luv_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}
#endif

const struct pool_ops strategy_libuv = {
    .abi = POOL_ABI,
    .name = "libuv",
    .summary = "libuv's uv_queue_work: one queue, and a loop that takes back each request",
#ifdef PEER_LIBUV
    .capabilities = POOL_CAP_OVERLAP,
    .workers_max = UV_THREADS_MAX,
    .chunk_rule = "1",
    .chunk = luv_chunk,
    .wait_rule = "sleeps at once",
    .waits = POOL_WAIT_BIT(POOL_WAIT_SLEEP),
    .create = luv_create,
    .run = luv_run,
    .destroy = luv_destroy,
#else
    .absent = "it was built without libuv (Debian package libuv1-dev)",
#endif
};
