/* A plugin, good unless a macro spoils one thing: CMakeLists.txt builds it once for each. */
#include "strategy.h"
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#ifndef STRATEGY_ABI
#define STRATEGY_ABI POOL_ABI
#endif
#ifndef STRATEGY_NAME
#define STRATEGY_NAME "plugged"
#endif
#ifndef STRATEGY_CREATE
#define STRATEGY_CREATE plugged_create
#endif
#ifndef STRATEGY_RUN
#define STRATEGY_RUN plugged_run
#endif
#ifndef STRATEGY_WORKERS_MAX
#define STRATEGY_WORKERS_MAX 1
#endif
#ifndef STRATEGY_CAPABILITIES
#define STRATEGY_CAPABILITIES POOL_CAP_INLINE
#endif
#ifndef OPTION_INITIAL
#define OPTION_INITIAL 3
#endif
#ifndef STRATEGY_ABSENT
#define STRATEGY_ABSENT NULL
#endif
#ifndef LOAD_ABI
#define LOAD_ABI WORKLOAD_ABI
#endif
#ifndef LOAD_NAME
#define LOAD_NAME "loaded"
#endif
#ifndef LOAD_CHECK
#define LOAD_CHECK loaded_check
#endif

#ifdef NO_TABLES
#define pool_plugin_strategies not_the_table
#define pool_plugin_workloads nor_this
#endif

#ifdef AT_LOAD
__attribute__((constructor)) static void when_loaded(void)
{
    AT_LOAD;
}
#endif

extern const struct pool_ops *const pool_plugin_strategies[];
extern const struct workload *const pool_plugin_workloads[];

static const struct pool_option plugged_options[] = {{"grain", "a number", OPTION_INITIAL, 1, 9}, {0}};

__attribute__((unused)) static enum pool_status plugged_create(const struct pool_setup *setup, void **self,
                                                               struct pool_fault *fault)
{
    (void)fault;
    *self = (void *)setup;
    return POOL_OK;
}

static size_t plugged_chunk(size_t workers, size_t count)
{
    (void)workers;
    return count;
}

__attribute__((unused)) static enum pool_status plugged_run(void *self, struct pool_batch *batch,
                                                            struct pool_fault *fault)
{
    (void)self;
    (void)fault;
    pool_items_run(batch, 0, batch->count);
    return POOL_OK;
}

static const struct pool_ops plugged = {
    .abi = STRATEGY_ABI,
    .name = STRATEGY_NAME,
    .summary = "a strategy from a plugin",
    .absent = STRATEGY_ABSENT,
    .capabilities = STRATEGY_CAPABILITIES,
    .workers_max = STRATEGY_WORKERS_MAX,
    .options = plugged_options,
    .chunk_rule = "all items",
    .chunk = plugged_chunk,
    .create = STRATEGY_CREATE,
    .run = STRATEGY_RUN,
};

/* Ends once a second item has begun: where the plugin's tasks can sleep, and one gives way to another. */
static int loaded_call(const void *const argv[], void *out, const void *context)
{
    static int begun;

    (void)argv;
    (void)context;
    begun++;
    while (begun < 2)
        pool_sleep(1000000);
    memset(out, 1, 1);
    return 0;
}

static int loaded_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    (void)why;
    *run = (struct workload_run){.spec = *spec,
                                 .task = {.name = "loaded", .call = loaded_call, .nargs = 1, .out_size = 1}};
    return 0;
}

static void loaded_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    (void)run;
    (void)first;
    (void)last;
    (void)columns;
}

__attribute__((unused)) static bool loaded_check(const struct workload_run *run, size_t index, const void *const argv[],
                                                 const void *out)
{
    (void)run;
    (void)index;
    (void)argv;
    return *(const char *)out == 1;
}

static const struct workload loaded = {
    .abi = LOAD_ABI,
    .name = LOAD_NAME,
    .summary = "a workload from a plugin",
    .prepare = loaded_prepare,
    .fill = loaded_fill,
    .check = LOAD_CHECK,
};

const struct pool_ops *const pool_plugin_strategies[] = {
    &plugged,
#ifdef TWICE
    &plugged,
#endif
    NULL,
};
const struct workload *const pool_plugin_workloads[] = {&loaded, NULL};
