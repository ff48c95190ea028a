/*
 * fake.h - a strategy that does as the test says and counts what it was asked, for tests of the front.
 *
 * Errors: assertions of the test.
 */
#ifndef FAKE_H
#define FAKE_H

#include "front.h"
#include "strategy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the fake strategy is told, and what it saw. Tests run one after another. */
static struct {
    enum pool_status create, run;
    bool break_pool;
    size_t order[8]; /* the items that fail, in this order */
    size_t failures;
    size_t creates, runs, terminates, stops, destroys;
    uint64_t option;
    unsigned cpu;
} fake;

static enum pool_status fake_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    fake.creates++;
    fake.option = setup->option[0];
    fake.cpu = setup->config->binding ? setup->config->binding->cpus[0] : 0;
    *self = (void *)setup;
    return fake.create;
}

static enum pool_status fake_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    const struct pool_setup *setup = self;

    (void)fault;
    fake.runs++;
    if (fake.break_pool) {
        const struct pool_fault cause = {.status = POOL_EBROKEN, .code = 7, .text = "no worker stays alive"};
        setup->host->broken(setup->pool, &cause);
    }
    for (size_t i = 0; i < fake.failures; i++)
        pool_item_failed(batch, fake.order[i], 100 + (int)fake.order[i]);
    if (!fake.failures && !fake.run)
        pool_items_run(batch, 0, batch->count);
    return fake.run;
}

static void fake_terminate(void *self)
{
    (void)self;
    fake.terminates++;
}

static enum pool_status fake_stop(void *self, int64_t deadline_ns)
{
    (void)self;
    (void)deadline_ns;
    fake.stops++;
    return POOL_OK;
}

static void fake_destroy(void *self)
{
    (void)self;
    fake.destroys++;
}

static size_t fake_chunk(size_t workers, size_t count)
{
    return count / workers;
}

static const struct pool_option fake_options[] = {
    {.key = "grain", .summary = "of the fake", .initial = 3, .min = 1, .max = 99}, {.key = NULL}};

static const struct pool_ops fake_ops = {
    .abi = POOL_ABI,
    .name = "fake",
    .summary = "does as the test says",
    .workers_max = 16,
    .options = fake_options,
    .chunk_rule = "items / workers",
    .chunk = fake_chunk,
    .create = fake_create,
    .run = fake_run,
    .terminate = fake_terminate,
    .stop = fake_stop,
    .destroy = fake_destroy,
};

static inline int fresh_fake(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    return 0;
}

static int twice(const void *const argv[], void *out, const void *context)
{
    int value;

    (void)context;
    memcpy(&value, argv[0], sizeof value);
    value *= 2;
    memcpy(out, &value, sizeof value);
    return 0;
}

static inline struct pool_task task_twice(void)
{
    return (struct pool_task){
        .name = "twice", .call = twice, .nargs = 1, .arg_size = {sizeof(int)}, .out_size = sizeof(int)};
}

static inline struct pool *new_fake(size_t workers)
{
    struct pool *pool;
    const struct pool_config config = {.workers = workers};

    assert_int_equal(pool_create_with(&fake_ops, &config, &pool), POOL_OK);
    return pool;
}
#endif
