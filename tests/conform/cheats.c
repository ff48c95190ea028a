/* Strategies that do no work, or not as they claim. Each must fail where it should, and none take the harness along. */
#include "strategy.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static enum pool_status cheat_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t cheat_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

/* Does nothing and claims success. */
static enum pool_status nothing_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    return POOL_OK;
}

/* Returns zeros. */
static enum pool_status zeros_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    if (batch->out)
        memset(batch->out, 0, batch->count * batch->task->out_size);
    return POOL_OK;
}

/* Runs all in the caller while it claims to have workers. */
static enum pool_status caller_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    pool_items_run(batch, 0, batch->count);
    return POOL_OK;
}

static enum pool_status crash_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    return POOL_OK;
}

static enum pool_status hang_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    for (;;)
        pause();
    return POOL_OK;
}

static enum pool_status exit_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    _exit(0); /* as if all were well */
    return POOL_OK;
}

/* Leaves a process of its own session behind with every pool. */
static enum pool_status orphan_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    if (fork() == 0) {
        if (fork() == 0) {
            setsid();
            for (;;)
                pause();
        }
        _exit(0);
    }
    return POOL_OK;
}

#define CHEAT(what, creates, runs)                                                                                     \
    static const struct pool_ops what = {.abi = POOL_ABI,                                                              \
                                         .name = "cheat_" #what,                                                       \
                                         .summary = "a pool that cheats",                                              \
                                         .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST,                             \
                                         .workers_max = 16,                                                            \
                                         .chunk_rule = "all items",                                                    \
                                         .chunk = cheat_chunk,                                                         \
                                         .create = creates,                                                            \
                                         .run = runs}

CHEAT(nothing, cheat_create, nothing_run);
CHEAT(zeros, cheat_create, zeros_run);
CHEAT(caller, cheat_create, caller_run);
CHEAT(crash, cheat_create, crash_run);
CHEAT(hang, cheat_create, hang_run);
CHEAT(leave, cheat_create, exit_run);
CHEAT(orphan, orphan_create, caller_run);

extern const struct pool_ops *const pool_plugin_strategies[];
const struct pool_ops *const pool_plugin_strategies[] = {&nothing, &zeros, &caller, &crash,
                                                         &hang,    &leave, &orphan, NULL};
