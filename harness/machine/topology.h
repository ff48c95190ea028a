/*
 * topology.h - the machine as hwloc sees it. topology.c is the only file that knows hwloc.
 *
 * HWLOC_SYNTHETIC stands another machine in for this one (no binding is possible then).
 *
 * Errors: false, with one sentence in why.
 */
#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include "../command/units.h"

enum bind_policy { BIND_NONE, BIND_COMPACT, BIND_SPREAD };

struct topology {
    /* Of the whole machine, whatever part of it is ours. */
    size_t packages, numa_nodes, l3_caches, cores, pus;

    size_t usable;   /* CPUs that this process may use: affinity and cgroup quota */
    size_t affinity; /* CPUs in the affinity mask */
    size_t quota;    /* CPUs that the cgroup allows; SIZE_MAX: no limit */
    bool synthetic;  /* not this machine */
    char *xml;       /* the topology as hwloc's XML */
    char *cpu_model; /* "unknown" where it is */
    char *summary;   /* "2 packages, 4 NUMA nodes, ..." */
    void *mine;
};

/* Why a worker count is in the plan; more than one can hold. */
enum point_reason {
    POINT_POWER = 1,
    POINT_L3 = 2,
    POINT_NUMA = 4,
    POINT_PACKAGE = 8,
    POINT_CORES = 16,
    POINT_PUS = 32,
    POINT_OVERSUBSCRIBED = 64,
    POINT_ASKED = 128,
    POINT_USABLE = 256,
    POINT_FAST = 512, /* all cores of the fastest kind, where there are several kinds */
};

struct worker_point {
    size_t workers;
    unsigned reasons;
};

bool topology_load(struct topology *, char why[WHY_SIZE]);
/* The same with the cgroup files under root instead of "/": tests give a machine another quota. */
bool topology_load_at(struct topology *, const char *root, char why[WHY_SIZE]);
void topology_free(struct topology *);

/*
 * Worker counts worth measuring: 1, powers of two, each break point (one L3, NUMA node, package, all fast cores, all
 * cores, all threads), capped by what is usable, then one oversubscribed point, twice that; none above
 * POOL_WORKERS_MAX. Ascending, no doubles.
 * A break point counts usable cores, one worker each, of that part of the machine which compact binding fills first;
 * only the point of all threads puts two workers on a core.
 * Owns: the caller frees the list.
 */
bool topology_points(const struct topology *, struct worker_point **, size_t *count, char why[WHY_SIZE]);

/*
 * The operating system's CPU numbers in the order in which workers are bound: COMPACT fills a core's neighbours first
 * (one thread per core before siblings), SPREAD alternates packages, NUMA nodes and caches; in both, fast cores
 * come before slow ones. Only CPUs of the affinity mask. Owns: the caller frees the list. BIND_NONE gives an empty
 * list. Errors: a machine that is not this one cannot be bound to.
 */
bool topology_bind_order(const struct topology *, enum bind_policy, unsigned **cpus, size_t *count, char why[WHY_SIZE]);
#endif
