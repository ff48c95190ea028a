/* Strategies that go right nearly always, so that only few sequences of commands show what is wrong. */
#include "strategy.h"

#include <stdlib.h>

struct rare {
    const struct pool_setup *setup;
    size_t batches;
};

static enum pool_status rare_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct rare *rare = calloc(1, sizeof *rare);

    (void)fault;
    if (!rare)
        return POOL_ENOMEM;
    rare->setup = setup;
    *self = rare;
    return POOL_OK;
}

static void rare_destroy(void *self)
{
    free(self);
}

static size_t rare_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

/* False: the pool is broken, as its initializer wants it. */
static bool rare_begin(struct rare *rare, struct pool_fault *fault)
{
    const struct pool_config *config = rare->setup->config;

    rare->batches++;
    fault->code = config->initializer ? config->initializer(config->initarg, 0) : 0;
    fault->status = fault->code ? POOL_EBROKEN : POOL_OK;
    fault->text[0] = '\0';
    return !fault->code;
}

/* Forgets the rest of a large count that the chunk does not divide. */
static enum pool_status tail_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    const size_t rest = batch->count > 1000 && batch->chunk > 1 ? batch->count % batch->chunk : 0;

    if (!rare_begin(self, fault))
        return POOL_EBROKEN;
    pool_items_run(batch, 0, batch->count - rest);
    return POOL_OK;
}

static void ignore_failure(void *arg, size_t index, int code)
{
    (void)arg;
    (void)index;
    (void)code;
}

struct watched {
    struct pool_batch *batch;
    bool failed;
};

static void note_failure(void *arg, size_t index, int code)
{
    struct watched *watched = arg;

    watched->failed = index == watched->batch->count - 1;
    pool_item_failed(watched->batch, index, code);
}

/* Tries the last of several items again if it fails. */
static enum pool_status again_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct pool_records records = pool_batch_records(batch);
    struct watched watched = {.batch = batch};
    const size_t last = batch->count - 1;
    struct pool_frame frame;
    size_t cursor;

    if (!rare_begin(self, fault))
        return POOL_EBROKEN;
    records.fail = note_failure;
    records.arg = &watched;
    batch->host->enter(batch, &frame);
    pool_records_run(&records, 0, batch->count, &cursor);
    records.fail = ignore_failure;
    if (watched.failed && last)
        pool_records_run(&records, last, batch->count, &cursor);
    batch->host->leave(&frame);
    return POOL_OK;
}

/* Spoils a result from the fourth batch on. */
static enum pool_status worn_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct rare *rare = self;

    if (!rare_begin(rare, fault))
        return POOL_EBROKEN;
    pool_items_run(batch, 0, batch->count);
    if (rare->batches > 3 && batch->out)
        ((unsigned char *)batch->out)[0] ^= 1;
    return POOL_OK;
}

static void forget_first(void *batch, size_t index, int code)
{
    if (index || ((struct pool_batch *)batch)->count < 13)
        pool_item_failed(batch, index, code);
}

/* Tells of the second failure where the first item fails. */
static enum pool_status error_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct pool_records records = pool_batch_records(batch);
    struct pool_frame frame;
    size_t cursor;

    if (!rare_begin(self, fault))
        return POOL_EBROKEN;
    records.fail = forget_first;
    batch->host->enter(batch, &frame);
    pool_records_run(&records, 0, batch->count, &cursor);
    batch->host->leave(&frame);
    return POOL_OK;
}

#define RARE(what)                                                                                                     \
    static const struct pool_ops what = {.abi = POOL_ABI,                                                              \
                                         .name = "rare_" #what,                                                        \
                                         .summary = "a pool that is wrong now and then",                               \
                                         .capabilities = POOL_CAP_INLINE | POOL_CAP_NEST | POOL_CAP_FRESH,             \
                                         .workers_max = 1,                                                             \
                                         .chunk_rule = "all items",                                                    \
                                         .chunk = rare_chunk,                                                          \
                                         .create = rare_create,                                                        \
                                         .run = what##_run,                                                            \
                                         .destroy = rare_destroy}

RARE(tail);
RARE(again);
RARE(worn);
RARE(error);

extern const struct pool_ops *const pool_plugin_strategies[];
const struct pool_ops *const pool_plugin_strategies[] = {&tail, &again, &worn, &error, NULL};
