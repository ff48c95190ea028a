/*
 * catalogue.h - the strategies and workloads that names on the command line can mean: those built in, and plugins'.
 *
 * Errors: false, with one sentence in why; an unknown name gets the nearest known one suggested.
 */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "strategy.h"
#include "units.h"
#include "workload.h"

/* What a "NAME:key=value,key=value" means. */
struct chosen_strategy {
    const struct pool_ops *ops;
    char *options; /* NULL: none. Owns: catalogue_free_strategies */
};

struct chosen_workload {
    const struct workload *workload;
    char *options;
};

struct catalogue {
    const struct pool_ops **strategies; /* built in, then peers, roofs and plugins', ended by NULL */
    const struct workload **workloads;
    void **plugins; /* dlopen handles */
    size_t plugin_count;
};

bool catalogue_open(struct catalogue *, char why[WHY_SIZE]);
/* Add what a shared object exports (pool_plugin_strategies, pool_plugin_workloads), after checking every table. */
bool catalogue_add_plugin(struct catalogue *, const char *path, char why[WHY_SIZE]);
void catalogue_close(struct catalogue *);

/*
 * "a,b:chunk=16" into a list; "all" means everything that this build has, text NULL all but peers, which are the pools
 * of other libraries; the roofs (measure/roofs.h) are chosen by name only. Elements are separated by commas; an element
 * that holds '=' but no ':' continues the options of the one before it.
 */
bool catalogue_choose_strategies(const struct catalogue *, const char *text, struct chosen_strategy **, size_t *count,
                                 char why[WHY_SIZE]);
bool catalogue_choose_workloads(const struct catalogue *, const char *text, struct chosen_workload **, size_t *count,
                                char why[WHY_SIZE]);

/* True if a list names something that this build knows but lacks: a command returns EXIT_CANNOT, not EXIT_USAGE. */
bool catalogue_lacks(const struct catalogue *, const char *text);

void catalogue_free_strategies(struct chosen_strategy *, size_t count);
void catalogue_free_workloads(struct chosen_workload *, size_t count);
#endif
