/*
 * prepare.h - a workload by its name, prepared. For tests of workloads.
 *
 * Errors: none returned; cmocka fails the test, or skips it where this build lacks the workload.
 */
#ifndef PREPARE_H
#define PREPARE_H

#include "workload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline void prepare(const char *name, const struct workload_spec *spec, const struct workload **workload,
                           struct workload_run *run)
{
    char why[WORKLOAD_WHY] = "";

    for (size_t i = 0; workloads[i]; i++)
        if (strcmp(workloads[i]->name, name) == 0)
            *workload = workloads[i];
    if ((*workload)->absent)
        skip();
    if ((*workload)->prepare(spec, run, why))
        fail_msg("%s: %s", name, why);
}

#endif
