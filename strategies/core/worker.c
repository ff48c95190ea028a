/* What every new worker does first. */
#define _GNU_SOURCE
#include "worker.h"

#include "../front/fault.h"

#include <errno.h>
#include <sched.h>

#define WORKER_CPUS_MAX (1u << 20) /* far above any kernel's NR_CPUS */

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
    const int code = config->initializer ? config->initializer(config->initarg, worker) : 0;
    if (!code)
        return POOL_OK;
    fault_set(fault, POOL_EBROKEN, 0, "the initializer failed in worker %zu with code %d", worker, code);
    fault->code = code;
    return POOL_EBROKEN;
}

enum pool_status worker_begin_late(const struct pool_setup *setup, size_t worker, struct pool_fault *fault)
{
    const enum pool_status status = worker_begin(setup, worker, fault);

    if (status == POOL_EBROKEN)
        setup->host->broken(setup->pool, fault);
    return status;
}

enum pool_status worker_borrow(const struct pool_setup *setup, size_t worker, struct worker_loan *loan,
                               struct pool_fault *fault)
{
    loan->bound = setup->config->binding != NULL;
    if (loan->bound && sched_getaffinity(0, sizeof loan->mask, (cpu_set_t *)(void *)loan->mask)) {
        loan->bound = false;
        return fault_set(fault, POOL_EOS, errno, "the affinity of worker %zu cannot be read", worker);
    }
    return worker_begin_late(setup, worker, fault);
}

void worker_return(const struct worker_loan *loan)
{
    /* It was this thread's own mask, so it is allowed; a CPU that has gone since is no reason to fail the call. */
    if (loan->bound)
        (void)sched_setaffinity(0, sizeof loan->mask, (const cpu_set_t *)(const void *)loan->mask);
}
