/* Worker counts and binding orders out of a topology: pure, the machine is in the places. */
#include "places.h"
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>

#define POINTS_MAX 80 /* 64 powers of two and a few break points */

struct point_list {
    struct worker_point at[POINTS_MAX];
    size_t count, cap;
};

/* Keep the list ascending; a count that is there already gets one reason more. */
static void add(struct point_list *list, size_t workers, unsigned reason)
{
    size_t i = 0;

    if (workers == 0 || workers > list->cap)
        return;
    while (i < list->count && list->at[i].workers < workers)
        i++;
    if (i < list->count && list->at[i].workers == workers) {
        list->at[i].reasons |= reason;
        return;
    }
    for (size_t k = list->count; k > i; k--)
        list->at[k] = list->at[k - 1];
    list->at[i] = (struct worker_point){.workers = workers, .reasons = reason};
    list->count++;
}

static void add_break_points(struct point_list *list, const struct topology *t)
{
    const struct places *places = t->mine;
    const size_t cores = places_cores_in_first(places, LEVEL_MACHINE), fast = places_fast_cores(places);

    if (t->l3_caches)
        add(list, places_cores_in_first(places, LEVEL_L3), POINT_L3);
    if (t->numa_nodes)
        add(list, places_cores_in_first(places, LEVEL_NUMA), POINT_NUMA);
    if (t->packages)
        add(list, places_cores_in_first(places, LEVEL_PACKAGE), POINT_PACKAGE);
    if (fast < cores)
        add(list, fast, POINT_FAST);
    add(list, cores, POINT_CORES);
    add(list, places->count, POINT_PUS);
}

bool topology_points(const struct topology *t, struct worker_point **points, size_t *count, char why[WHY_SIZE])
{
    struct point_list list = {.cap = t->usable < POOL_WORKERS_MAX ? t->usable : POOL_WORKERS_MAX};

    for (size_t workers = 1; workers <= list.cap; workers *= 2)
        add(&list, workers, POINT_POWER);
    add_break_points(&list, t);
    add(&list, t->usable, POINT_USABLE);
    const size_t twice = 2 * list.cap;
    list.cap = POOL_WORKERS_MAX;
    add(&list, twice, POINT_OVERSUBSCRIBED);
    *count = list.count;
    *points = calloc(list.count, sizeof **points);
    if (!*points) {
        snprintf(why, WHY_SIZE, "the worker counts do not fit into memory");
        return false;
    }
    for (size_t i = 0; i < list.count; i++)
        (*points)[i] = list.at[i];
    return true;
}

bool topology_bind_order(const struct topology *t, enum bind_policy policy, unsigned **cpus, size_t *count,
                         char why[WHY_SIZE])
{
    const struct places *places = t->mine;

    *cpus = NULL;
    *count = 0;
    if (policy == BIND_NONE)
        return true;
    if (t->synthetic) {
        snprintf(why, WHY_SIZE,
                 "workers cannot be bound to a machine that is only described: unset HWLOC_SYNTHETIC and "
                 "HWLOC_XMLFILE, or use --bind none");
        return false;
    }
    *cpus = places_order(places, policy);
    if (!*cpus) {
        snprintf(why, WHY_SIZE, "the binding order does not fit into memory");
        return false;
    }
    *count = places->count;
    return true;
}
