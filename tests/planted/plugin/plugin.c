/* The planted strategies as a plugin: one table per line of bugs.def, each the base pool with one defect. */
#include "defects.h"

#define CAPABILITIES POOL_CAP_OVERLAP | POOL_CAP_NEST

/* What the front passes to create and chunk does not name the strategy, so each has functions of its own. */
#define BUG(number, id, clause, kind, symptom, fragment, text)                                                         \
    _Static_assert(sizeof "planted_" #number "_" #id <= 33, "the command line takes names of 32 bytes");               \
    static enum pool_status create_##id(const struct pool_setup *setup, void **self, struct pool_fault *fault)         \
    {                                                                                                                  \
        return base_create(setup, &defect_##id, self, fault);                                                          \
    }                                                                                                                  \
    static size_t chunk_##id(size_t workers, size_t count)                                                             \
    {                                                                                                                  \
        return (defect_##id.chunk ? defect_##id.chunk : base_chunk)(workers, count);                                   \
    }                                                                                                                  \
    static const struct pool_ops ops_##id = {                                                                          \
        .abi = POOL_ABI,                                                                                               \
        .name = "planted_" #number "_" #id,                                                                            \
        .summary = text,                                                                                               \
        .capabilities = CAPABILITIES,                                                                                  \
        .workers_max = POOL_WORKERS_MAX,                                                                               \
        .chunk_rule = "items / (4 x workers), at least 1",                                                             \
        .chunk = chunk_##id,                                                                                           \
        .create = create_##id,                                                                                         \
        .run = base_run,                                                                                               \
        .terminate = base_terminate,                                                                                   \
        .stop = base_stop,                                                                                             \
        .destroy = base_destroy,                                                                                       \
    };
#include "../bugs.def"
#undef BUG

extern const struct pool_ops *const pool_plugin_strategies[];
const struct pool_ops *const pool_plugin_strategies[] = {
#define BUG(number, id, clause, kind, symptom, fragment, text) &ops_##id,
#include "../bugs.def"
#undef BUG
    NULL,
};
