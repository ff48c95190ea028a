/* One request and its plan, for the tests of what becomes of them. */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include "pure/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct plan_subject strategies[] = {{.name = "serial", .workers_max = 1},
                                                 {.name = "alpha", .workers_max = 4096},
                                                 {.name = "beta", .options = "chunk=16,x=2", .workers_max = 2}};
static const struct plan_subject loads[] = {
    {.name = "nothing"}, {.name = "spin", .tunable = true}, {.name = "bytes", .payload = true}};
static const struct worker_point points[] = {
    {1, POINT_POWER}, {2, POINT_POWER | POINT_CORES}, {4, POINT_OVERSUBSCRIBED}};

static inline struct plan_request request(void)
{
    static struct plan_metric metric;

    metric.metric = metric_named("throughput");
    return (struct plan_request){.profile = "default",
                                 .seed = 7,
                                 .budget_ns = UINT64_C(150000000000),
                                 .usable = 2,
                                 .metrics = &metric,
                                 .metric_count = 1,
                                 .strategies = strategies,
                                 .strategy_count = 3,
                                 .workloads = loads,
                                 .workload_count = 3,
                                 .points = points,
                                 .point_count = 3};
}

static inline void make(const struct plan_request *r, struct plan *p)
{
    char why[WHY_SIZE];

    assert_true(plan_make(r, p, why));
}

/* plan.json of a plan. */
static inline char *text_of(const struct plan *p)
{
    json_t *j = plan_to_json(p);
    char *text = json_dumps(j, JSON_INDENT(1));

    json_decref(j);
    assert_non_null(text);
    return text;
}
#endif
