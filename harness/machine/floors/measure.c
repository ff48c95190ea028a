/* Samples, binding and messages of the measurements. */
#define _GNU_SOURCE
#include "measure.h"

#include "../clock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

bool measure_samples(struct floor_run *run, bool (*step)(void *arg), void *arg, size_t calls)
{
    for (size_t i = 0; i < FLOOR_WARMUP + FLOOR_SAMPLES; i++) {
        const int64_t start = clock_now_ns();
        for (size_t call = 0; call < calls; call++)
            if (!step(arg))
                return false;
        const double ns = (double)(clock_now_ns() - start) / (double)calls;
        if (i >= FLOOR_WARMUP)
            run->ns[i - FLOOR_WARMUP] = ns;
    }
    return true;
}

bool measure_pin(struct floor_run *run, unsigned cpu)
{
    const size_t size = CPU_ALLOC_SIZE(cpu + 1);
    cpu_set_t *set = CPU_ALLOC(cpu + 1);

    if (!set)
        return measure_failed(run, "binding to a CPU", ENOMEM);
    CPU_ZERO_S(size, set);
    CPU_SET_S(cpu, size, set);
    const int error = sched_setaffinity(0, size, set) ? errno : 0;
    CPU_FREE(set);
    return error ? measure_failed(run, "binding to a CPU", error) : true;
}

bool measure_failed(struct floor_run *run, const char *what, int error)
{
    snprintf(run->why, sizeof run->why, "%s: %s", what, strerror(error));
    return false;
}
