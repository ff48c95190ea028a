/* process_fork - a fresh forked process per task, at most `workers` alive: multiprocessing.Process. */
#include "core/procs/dispatch.h"
#include "core/procs/fresh.h"

static enum pool_status process_fork_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return fresh_create(setup, false, self, fault);
}

const struct pool_ops strategy_process_fork = {
    .abi = POOL_ABI,
    .name = "process_fork",
    .summary = "a fresh forked process per task, as multiprocessing.Process",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_RECYCLE | POOL_CAP_OVERLAP | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "1",
    .chunk = fresh_chunk,
    .create = process_fork_create,
    .submit = fresh_submit,
    .cancel = fresh_cancel,
    .terminate = dispatch_terminate,
    .stop = fresh_stop,
    .destroy = fresh_destroy,
};
