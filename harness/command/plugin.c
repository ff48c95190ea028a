#include "plugin.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_LENGTH 32 /* columns of tables and legends of plots */

/* Lower case, digits and '_': nothing that means something in a list, a path, a CSV field or a plot. */
static bool is_name(const char *name)
{
    const size_t length = name ? strnlen(name, NAME_MAX_LENGTH + 1) : 0;

    return length > 0 && length <= NAME_MAX_LENGTH && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static bool check_head(const char *path, const char *what, unsigned abi, unsigned expected, const char *name,
                       size_t index, char why[WHY_SIZE])
{
    if (abi != expected)
        snprintf(why, WHY_SIZE, "%.100s: %s %zu was built for version %u of the header, not %u; build it again", path,
                 what, index, abi, expected);
    else if (!is_name(name))
        snprintf(why, WHY_SIZE, "%.100s: the name of %s %zu is not 1 to %d of a-z, 0-9 and _", path, what, index,
                 NAME_MAX_LENGTH);
    else
        return true;
    return false;
}

/* What the front counts on and this table lacks; NULL: nothing. */
static const char *strategy_lack(const struct pool_ops *ops)
{
    const bool shares = ops->capabilities & POOL_CAP_SHARED;

    if (!ops->summary)
        return "summary";
    if (!ops->create)
        return "create hook";
    if (!ops->run && !ops->submit)
        return "run or submit hook";
    if (!ops->chunk || !ops->chunk_rule)
        return "chunk function and chunk_rule";
    if (!ops->workers_max || ops->workers_max > POOL_WORKERS_MAX)
        return "workers_max from 1 to POOL_WORKERS_MAX";
    if (!ops->alloc != !ops->free || !ops->alloc != !shares)
        return "alloc and free with POOL_CAP_SHARED, or none of the three";
    return NULL;
}

static bool check_options(const char *path, const struct pool_ops *ops, char why[WHY_SIZE])
{
    for (size_t i = 0; ops->options && ops->options[i].key; i++) {
        const struct pool_option *o = &ops->options[i];
        if (i < POOL_OPTIONS_MAX && is_name(o->key) && o->summary && o->min <= o->initial && o->initial <= o->max)
            continue;
        snprintf(why, WHY_SIZE, "%.100s: option %zu of %s is beyond the %d allowed, or has no name, summary or range",
                 path, i, ops->name, POOL_OPTIONS_MAX);
        return false;
    }
    return true;
}

bool plugin_check_strategies(const char *path, const struct pool_ops *const table[], char why[WHY_SIZE])
{
    for (size_t i = 0; table[i]; i++) {
        if (!check_head(path, "strategy", table[i]->abi, POOL_ABI, table[i]->name, i, why))
            return false;
        if (table[i]->absent)
            continue;
        const char *lack = strategy_lack(table[i]);
        if (lack)
            snprintf(why, WHY_SIZE, "%.100s: strategy %s has no %s", path, table[i]->name, lack);
        if (lack || !check_options(path, table[i], why))
            return false;
    }
    return true;
}

static const char *workload_lack(const struct workload *w)
{
    return !w->summary   ? "summary"
           : !w->prepare ? "prepare hook"
           : !w->fill    ? "fill hook"
           : w->check    ? NULL
                         : "check hook";
}

bool plugin_check_workloads(const char *path, const struct workload *const table[], char why[WHY_SIZE])
{
    for (size_t i = 0; table[i]; i++) {
        if (!check_head(path, "workload", table[i]->abi, WORKLOAD_ABI, table[i]->name, i, why))
            return false;
        const char *lack = table[i]->absent ? NULL : workload_lack(table[i]);
        if (lack) {
            snprintf(why, WHY_SIZE, "%.100s: workload %s has no %s", path, table[i]->name, lack);
            return false;
        }
    }
    return true;
}
