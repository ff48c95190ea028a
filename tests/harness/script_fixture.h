/* A small plan, and the samples of a run of it that everything can be worked out for by hand. */
#ifndef SCRIPT_FIXTURE_H
#define SCRIPT_FIXTURE_H

#include "pure/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LAUNCHES = 9, ROUNDS = 3 };

/* serial with one worker, alpha with 1, 2 and 4 on two CPUs; one workload. */
static inline void make_plan(struct plan *p)
{
    static const struct plan_subject strategies[] = {{.name = "serial", .workers_max = 1},
                                                     {.name = "alpha", .options = "chunk=16,x=2", .workers_max = 4096}};
    static const struct plan_subject loads[] = {{.name = "spin", .options = "a=1,b=2", .tunable = true}};
    static const struct worker_point points[] = {{1, POINT_POWER}, {2, POINT_CORES}, {4, POINT_OVERSUBSCRIBED}};
    const struct plan_metric metric = {.metric = metric_named("throughput")};
    const struct plan_request r = {.profile = "default",
                                   .seed = 5,
                                   .budget_ns = UINT64_C(150000000000),
                                   .usable = 2,
                                   .metrics = &metric,
                                   .metric_count = 1,
                                   .strategies = strategies,
                                   .strategy_count = 2,
                                   .workloads = loads,
                                   .workload_count = 1,
                                   .points = points,
                                   .point_count = 3};
    char why[WHY_SIZE];

    assert_true(plan_make(&r, p, why));
    assert_int_equal(p->cell_count, 4);
    assert_int_equal(p->launches, LAUNCHES);
}

static inline size_t cell_of(const struct plan *p, size_t strategy, size_t workers)
{
    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].strategy == strategy && p->cells[i].workers == workers)
            return i;
    fail();
    return 0;
}

/*
 * Launch l takes (100 + l) us an item serially, alpha half of that with 2 workers, and exactly the same with 4.
 * Rounds scatter by -1, 0, +50 us: the launch's median is the middle one. 10 items a call, 2 calls a sample.
 */
static inline size_t script(const struct plan *p, struct sample *samples)
{
    const struct {
        size_t strategy, workers;
        int64_t divisor;
    } cells[] = {{0, 1, 1}, {1, 2, 2}, {1, 4, 1}};
    static const int64_t scatter[ROUNDS] = {50000, -1000, 0};
    size_t n = 0;

    for (size_t c = 0; c < 3; c++)
        for (size_t l = 0; l < LAUNCHES; l++)
            for (size_t r = 0; r < ROUNDS; r++)
                samples[n++] = (struct sample){
                    .cell = cell_of(p, cells[c].strategy, cells[c].workers),
                    .launch = l,
                    .round = r,
                    .phase = SAMPLE_MEASURE,
                    .count = 10,
                    .calls = 2,
                    .value = (double)((100000 + 1000 * (int64_t)l + scatter[r]) / cells[c].divisor),
                    .verified = true,
                };
    return n;
}
#endif
