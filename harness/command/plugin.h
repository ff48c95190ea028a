/*
 * plugin.h - whether a table of strategies or workloads that somebody else built can be used at all.
 *
 * Errors: false, with one sentence in why that names the file and the table's entry.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "strategy.h"
#include "units.h"
#include "workload.h"

/* Each entry on its own: version first, then name, hooks, limits and options. Absent ones need a name only. */
bool plugin_check_strategies(const char *path, const struct pool_ops *const table[], char why[WHY_SIZE]);
bool plugin_check_workloads(const char *path, const struct workload *const table[], char why[WHY_SIZE]);
#endif
