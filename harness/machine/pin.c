#define _GNU_SOURCE
#include "pin.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
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

struct pin_mask {
    cpu_set_t *set;
};

/* NULL: it cannot be read. */
static struct pin_mask *read_mask(void)
{
    struct pin_mask *mask = malloc(sizeof *mask);

    if (!mask)
        return NULL;
    mask->set = CPU_ALLOC(CPUS_MAX);
    if (mask->set && sched_getaffinity(0, CPU_ALLOC_SIZE(CPUS_MAX), mask->set) == 0)
        return mask;
    CPU_FREE(mask->set);
    free(mask);
    return NULL;
}

/* CPUs in this thread's mask. 0: that cannot be told. */
static size_t count_cpus(void)
{
    struct pin_mask *mask = read_mask();
    const size_t count = mask ? (size_t)CPU_COUNT_S(CPU_ALLOC_SIZE(CPUS_MAX), mask->set) : 0;

    if (mask)
        CPU_FREE(mask->set);
    free(mask);
    return count;
}

struct pin_mask *pin_here(void)
{
    struct pin_mask *before = read_mask();
    const int cpu = sched_getcpu();
    char why[WHY_SIZE];

    if (before && cpu >= 0 && pin_to_cpu((unsigned)cpu, why))
        return before;
    if (before)
        CPU_FREE(before->set);
    free(before);
    return NULL;
}

void pin_restore(struct pin_mask *mask)
{
    if (!mask)
        return;
    if (count_cpus() == 1) /* else somebody has given it another mask meanwhile, which stays */
        sched_setaffinity(0, CPU_ALLOC_SIZE(CPUS_MAX), mask->set);
    CPU_FREE(mask->set);
    free(mask);
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
