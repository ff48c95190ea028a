/*
 * What poolbench looks for in a shared object given with --plugin:
 *
 *     poolbench list --plugin ./plugin.so
 *     poolbench conform --plugin ./plugin.so -s stepwise
 */
#include "strategy.h"
#include "workload.h"

extern const struct pool_ops strategy_stepwise;
extern const struct workload workload_collatz;

extern const struct pool_ops *const pool_plugin_strategies[];
extern const struct workload *const pool_plugin_workloads[];

const struct pool_ops *const pool_plugin_strategies[] = {&strategy_stepwise, NULL};
const struct workload *const pool_plugin_workloads[] = {&workload_collatz, NULL};
