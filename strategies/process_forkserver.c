/*
 * process_forkserver - a fresh process per task, forked from a small helper that never grows: multiprocessing's start
 * method forkserver. What a fork costs does not depend on how much memory the host has.
 */
#include "core/procs/dispatch.h"
#include "core/procs/fresh.h"

static enum pool_status process_forkserver_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return fresh_create(setup, true, self, fault);
}

const struct pool_ops strategy_process_forkserver = {
    .abi = POOL_ABI,
    .name = "process_forkserver",
    .summary = "a fresh process per task, forked from a small helper, as start method forkserver",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_RECYCLE | POOL_CAP_OVERLAP | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "1",
    .chunk = fresh_chunk,
    .create = process_forkserver_create,
    .submit = fresh_submit,
    .cancel = fresh_cancel,
    .terminate = dispatch_terminate,
    .stop = fresh_stop,
    .destroy = fresh_destroy,
};
