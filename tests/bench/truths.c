/*
 * A plugin whose strategy has planted costs: threads born for each call, each with an equal share of the items, that
 * wait after every item for a given time or for a share of the time that the item took.
 *
 * Every variant reads the clock as often as the others, so nothing differs but what is planted.
 */
#define _GNU_SOURCE
#include "strategy.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { OPTION_NS, OPTION_PERCENT, OPTION_SAME };
enum { WORKERS_MAX = 64 };

static const struct pool_option options[] = {
    [OPTION_NS] = {"ns", "waits so long after every item", 0, 0, 1000000000},
    [OPTION_PERCENT] = {"percent", "waits so much of an item's time after it", 0, 0, 1000},
    [OPTION_SAME] = {"same", "nothing: a name of its own", 0, 0, 1000},
    {0},
};

/* One worker's share of a call. */
struct share {
    const struct pool_setup *setup;
    struct pool_batch *batch;
    size_t worker, first, last;
    enum pool_status status;
    struct pool_fault fault;
};

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What is owed is paid on the average, whatever a reading of the clock takes. */
static void run_items(const struct share *s)
{
    const uint64_t ns = s->setup->option[OPTION_NS], percent = s->setup->option[OPTION_PERCENT];
    int64_t owed_ns = 0, before_ns = now_ns();

    for (size_t i = s->first; i < s->last; i++) {
        pool_items_run(s->batch, i, i + 1);
        const int64_t end_ns = now_ns();
        int64_t left_ns = end_ns;
        owed_ns += (int64_t)ns + (end_ns - before_ns) * (int64_t)percent / 100;
        while (left_ns - end_ns < owed_ns)
            left_ns = now_ns();
        owed_ns -= left_ns - end_ns;
        before_ns = left_ns;
    }
}

static void *share_main(void *arg)
{
    struct share *s = arg;

    s->status = s->setup->host->begin(s->setup, s->worker, &s->fault);
    if (!s->status) {
        run_items(s);
        s->setup->host->end(s->setup, s->worker);
    }
    return NULL;
}

static enum pool_status truths_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t truths_chunk(size_t workers, size_t count)
{
    return (count + workers - 1) / workers;
}

static enum pool_status truths_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    const struct pool_setup *setup = self;
    const size_t workers = setup->workers < batch->count ? setup->workers : batch->count;
    struct share shares[WORKERS_MAX];
    pthread_t threads[WORKERS_MAX];
    enum pool_status status = POOL_OK;
    size_t started = 0;

    for (; started < workers; started++) {
        shares[started] = (struct share){.setup = setup,
                                         .batch = batch,
                                         .worker = started,
                                         .first = batch->count * started / workers,
                                         .last = batch->count * (started + 1) / workers};
        if (pthread_create(&threads[started], NULL, share_main, &shares[started]))
            break;
    }
    if (started < workers)
        status = POOL_EOS;
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        if (shares[i].status && !status) {
            status = shares[i].status;
            *fault = shares[i].fault;
        }
    }
    return status;
}

static const struct pool_ops planted = {
    .abi = POOL_ABI,
    .name = "planted",
    .summary = "threads with an equal share each and a planted cost",
    .capabilities = POOL_CAP_FRESH,
    .workers_max = WORKERS_MAX,
    .options = options,
    .chunk_rule = "an equal share each",
    .chunk = truths_chunk,
    .create = truths_create,
    .run = truths_run,
};

extern const struct pool_ops *const pool_plugin_strategies[];
const struct pool_ops *const pool_plugin_strategies[] = {&planted, NULL};
