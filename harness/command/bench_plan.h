/*
 * bench_plan.h - from options and machine to a plan, and to the tables of strategies and workloads that it names.
 *
 * Errors: an exit code other than EXIT_GOOD, after the sentence was said.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "../pure/plan.h"
#include "bench_options.h"
#include "catalogue.h"

struct bench_plan {
    struct plan plan;
    struct chosen_strategy *strategies; /* in the plan's order */
    struct chosen_workload *workloads;
    size_t strategy_count, workload_count;
    struct plan_metric *metrics; /* NULL when the plan comes from a file */
    size_t metric_count;
};

/* Owns: bench_plan_free, whatever is returned. */
int bench_plan_make(struct bench_plan *, const struct bench_options *, const struct catalogue *,
                    const struct topology *);

/* Fill metrics, and workloads with what these run (bench_metrics.c). */
int bench_plan_metrics(struct bench_plan *, const struct bench_options *, const struct catalogue *);
void bench_plan_free(struct bench_plan *);
#endif
