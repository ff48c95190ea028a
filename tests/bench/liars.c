/* A plugin of strategies that cannot be believed: one from the start, the others on one workload only. */
#include "strategy.h"

#include <stdlib.h>
#include <string.h>

static enum pool_status liars_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t liars_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

/* Says that all is done. */
static enum pool_status idle_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    return POOL_OK;
}

/* The serial loop, but for the workload `spin`, whose last result it spoils. */
static enum pool_status fickle_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    pool_items_run(batch, 0, batch->count);
    if (strcmp(batch->task->name, "spin") == 0)
        ((unsigned char *)batch->out)[batch->count * batch->task->out_size - 1] ^= 1;
    return POOL_OK;
}

/* What a first call of `spin` gave. */
struct memory {
    size_t count, bytes; /* count 0: nothing yet */
    void *out;
};

static enum pool_status memory_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)setup;
    (void)fault;
    *self = calloc(1, sizeof(struct memory));
    return *self ? POOL_OK : POOL_ENOMEM;
}

static void memory_destroy(void *self)
{
    struct memory *m = self;

    free(m->out);
    free(m);
}

/* The serial loop once; of `spin` it has nothing left to do from then on. */
static bool has_run(struct memory *m, struct pool_batch *batch)
{
    if (strcmp(batch->task->name, "spin") == 0 && m->count == batch->count)
        return true;
    pool_items_run(batch, 0, batch->count);
    m->count = batch->count;
    return false;
}

/* And what is written there is taken for its results. */
static enum pool_status stale_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)fault;
    has_run(self, batch);
    return POOL_OK;
}

/* And it writes them again. */
static enum pool_status memo_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct memory *m = self;
    const size_t bytes = batch->count * batch->task->out_size;

    (void)fault;
    if (has_run(m, batch)) {
        memcpy(batch->out, m->out, bytes);
        return POOL_OK;
    }
    free(m->out);
    m->out = malloc(bytes + 1);
    if (!m->out)
        return POOL_ENOMEM;
    if (batch->out)
        memcpy(m->out, batch->out, bytes);
    return POOL_OK;
}

static const struct pool_ops idle = {
    .abi = POOL_ABI,
    .name = "liar_idle",
    .summary = "does nothing",
    .workers_max = 4,
    .chunk_rule = "all items",
    .chunk = liars_chunk,
    .create = liars_create,
    .run = idle_run,
};

static const struct pool_ops fickle = {
    .abi = POOL_ABI,
    .name = "liar_fickle",
    .summary = "is right most of the time",
    .capabilities = POOL_CAP_INLINE | POOL_CAP_OVERLAP | POOL_CAP_NEST,
    .workers_max = 1,
    .chunk_rule = "all items",
    .chunk = liars_chunk,
    .wait_rule = "sleeps",
    .waits = POOL_WAIT_BIT(POOL_WAIT_SLEEP),
    .create = liars_create,
    .run = fickle_run,
};

static const struct pool_ops stale = {
    .abi = POOL_ABI,
    .name = "liar_stale",
    .summary = "works once",
    .capabilities = POOL_CAP_INLINE,
    .workers_max = 1,
    .chunk_rule = "all items",
    .chunk = liars_chunk,
    .create = memory_create,
    .run = stale_run,
    .destroy = memory_destroy,
};

static const struct pool_ops memo = {
    .abi = POOL_ABI,
    .name = "liar_memo",
    .summary = "works once, and remembers",
    .capabilities = POOL_CAP_INLINE,
    .workers_max = 1,
    .chunk_rule = "all items",
    .chunk = liars_chunk,
    .create = memory_create,
    .run = memo_run,
    .destroy = memory_destroy,
};

extern const struct pool_ops *const pool_plugin_strategies[];
const struct pool_ops *const pool_plugin_strategies[] = {&idle, &fickle, &stale, &memo, NULL};
