#define _GNU_SOURCE
#include "pin.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

enum { CPUS_MAX = 16384 };

bool pin_to_cpu(unsigned cpu, char why[WHY_SIZE])
{
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    const size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
    bool ok = false;

    if (set && cpu < CPUS_MAX) {
        CPU_ZERO_S(size, set);
        CPU_SET_S(cpu, size, set);
        ok = sched_setaffinity(0, size, set) == 0;
    }
    if (!ok)
        snprintf(why, WHY_SIZE, "cannot bind to CPU %u: %s; use --bind none", cpu,
                 set ? strerror(errno) : "out of memory");
    CPU_FREE(set);
    return ok;
}

bool pin_try_all(const unsigned *cpus, size_t count, char why[WHY_SIZE])
{
    cpu_set_t *before = CPU_ALLOC(CPUS_MAX);
    const size_t size = CPU_ALLOC_SIZE(CPUS_MAX);
    bool ok = before && sched_getaffinity(0, size, before) == 0;

    if (!ok)
        snprintf(why, WHY_SIZE, "cannot read the affinity mask: %s", before ? strerror(errno) : "out of memory");
    for (size_t i = 0; ok && i < count; i++)
        ok = pin_to_cpu(cpus[i], why);
    if (before && sched_setaffinity(0, size, before) != 0 && ok) {
        snprintf(why, WHY_SIZE, "cannot restore the affinity mask: %s", strerror(errno));
        ok = false;
    }
    CPU_FREE(before);
    return ok;
}
