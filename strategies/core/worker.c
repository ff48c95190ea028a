/* What every worker does first and last. */
#define _GNU_SOURCE
#include "worker.h"

#include "../front/fault.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define WORKER_CPUS_MAX (1u << 20) /* far above any kernel's NR_CPUS */

/* This thread's number as a worker, and so that of a process: per thread, so no two pools share it. */
static _Thread_local size_t own_number = POOL_NO_WORKER;

size_t pool_worker(void)
{
    return own_number;
}

int worker_bind(const struct pool_setup *setup, size_t worker)
{
    const struct pool_binding *binding = setup->config->binding;

    if (!binding)
        return 0;
    const unsigned cpu = binding->cpus[worker % binding->count];
    if (cpu >= WORKER_CPUS_MAX)
        return EINVAL;
    const size_t cpus = (size_t)cpu + 1;
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (!set)
        return ENOMEM;
    CPU_ZERO_S(CPU_ALLOC_SIZE(cpus), set);
    CPU_SET_S(cpu, CPU_ALLOC_SIZE(cpus), set);
    const int rc = sched_setaffinity(0, CPU_ALLOC_SIZE(cpus), set) ? errno : 0;
    CPU_FREE(set);
    return rc;
}

enum pool_status worker_begin(const struct pool_setup *setup, size_t worker, struct pool_fault *fault)
{
    const struct pool_config *config = setup->config;
    const int rc = worker_bind(setup, worker);

    if (rc)
        return fault_set(fault, POOL_EOS, rc, "worker %zu cannot be bound to CPU %u", worker,
                         config->binding->cpus[worker % config->binding->count]);
    own_number = worker;
    const int code = config->initializer ? config->initializer(config->initarg, worker) : 0;
    if (!code)
        return POOL_OK;
    own_number = POOL_NO_WORKER;
    fault_set(fault, POOL_EBROKEN, 0, "the initializer failed in worker %zu with code %d", worker, code);
    fault->code = code;
    return POOL_EBROKEN;
}

void worker_end(const struct pool_setup *setup, size_t worker)
{
    if (setup->config->finalizer)
        setup->config->finalizer(setup->config->initarg, worker);
    own_number = POOL_NO_WORKER;
}

enum pool_status worker_begin_late(const struct pool_setup *setup, size_t worker, struct pool_fault *fault)
{
    const enum pool_status status = worker_begin(setup, worker, fault);

    if (status == POOL_EBROKEN)
        setup->host->broken(setup->pool, fault);
    return status;
}

int worker_mask_read(struct worker_mask *mask)
{
    return sched_getaffinity(0, sizeof mask->cpus, (cpu_set_t *)(void *)mask->cpus) ? errno : 0;
}

/* A mask that this process had already can fail only where CPUs have gone since, which the kernel sees to itself. */
static void mask_write(const struct worker_mask *mask)
{
    (void)sched_setaffinity(0, sizeof mask->cpus, (const cpu_set_t *)(const void *)mask->cpus);
}

enum pool_status worker_borrow(const struct pool_setup *setup, size_t worker, const struct worker_mask *home,
                               struct worker_loan *loan, struct pool_fault *fault)
{
    const bool bind = setup->config->binding != NULL;

    loan->setup = NULL;
    loan->outer = own_number;
    loan->moved = false;
    if (bind || home) {
        const int rc = worker_mask_read(&loan->mask);
        if (rc && bind)
            return fault_set(fault, POOL_EOS, rc, "the affinity of worker %zu cannot be read", worker);
        loan->moved = !rc && (bind || memcmp(&loan->mask, home, sizeof *home) != 0);
    }
    if (loan->moved && !bind)
        mask_write(home);
    const enum pool_status status = worker_begin_late(setup, worker, fault);
    loan->setup = status ? NULL : setup;
    loan->worker = worker;
    return status;
}

void worker_return(const struct worker_loan *loan)
{
    if (loan->setup)
        worker_end(loan->setup, loan->worker);
    own_number = loan->outer;
    if (loan->moved)
        mask_write(&loan->mask);
}
