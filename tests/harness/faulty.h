/* Strategies that are right but for one call. */
#ifndef FAULTY_H
#define FAULTY_H

#include "strategy.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A loop that does one thing wrong, in the call number `option[0]` of its pool; 0: never. */
struct faulty {
    const struct pool_setup *setup;
    unsigned calls;
};

static inline enum pool_status faulty_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct faulty *f = calloc(1, sizeof *f);

    (void)fault;
    if (!f)
        return POOL_ENOMEM;
    f->setup = setup;
    *self = f;
    return POOL_OK;
}

static inline bool is_time(void *self)
{
    struct faulty *f = self;

    return ++f->calls == f->setup->option[0];
}

static inline enum pool_status right_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    pool_items_run(b, 0, b->count);
    return POOL_OK;
}

static inline enum pool_status swapping_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    unsigned char *first = b->out, *second = first + b->task->out_size;

    right_run(self, b, fault);
    if (!is_time(self))
        return POOL_OK;
    for (size_t i = 0; i < b->task->out_size; i++) {
        const unsigned char byte = first[i];
        first[i] = second[i];
        second[i] = byte;
    }
    return POOL_OK;
}

static inline enum pool_status lazy_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    if (!is_time(self))
        right_run(self, b, fault);
    return POOL_OK;
}

static inline enum pool_status dying_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    if (is_time(self))
        raise(SIGKILL);
    return right_run(self, b, fault);
}

static inline enum pool_status hanging_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    if (is_time(self))
        for (;;)
            pause();
    return right_run(self, b, fault);
}

static inline enum pool_status failing_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    if (!is_time(self))
        return right_run(self, b, fault);
    *fault = (struct pool_fault){.status = POOL_EBROKEN, .index = POOL_NO_ITEM};
    snprintf(fault->text, sizeof fault->text, "the fixture broke on purpose");
    return POOL_EBROKEN;
}

static inline size_t whole_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

static const struct pool_option when[] = {{"call", "the call that goes wrong", 0, 0, 1000}, {0}};

#define FIXTURE(kind)                                                                                                  \
    {                                                                                                                  \
        .abi = POOL_ABI, .name = #kind, .summary = "a fixture", .capabilities = POOL_CAP_INLINE, .workers_max = 8,     \
        .options = when, .chunk_rule = "all items", .chunk = whole_chunk, .create = faulty_create, .run = kind##_run,  \
        .destroy = free                                                                                                \
    }

static const struct pool_ops fixtures[] = {FIXTURE(right), FIXTURE(swapping), FIXTURE(lazy),
                                           FIXTURE(dying), FIXTURE(hanging),  FIXTURE(failing)};

enum fixture { RIGHT, SWAPPING, LAZY, DYING, HANGING, FAILING };
#endif
