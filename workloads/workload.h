/*
 * workload.h - what a workload fills: a task, its inputs, and the proof that its results are right.
 *
 * A workload knows nothing of pools, clocks, threads or processes. The harness owns all arrays (plain, shared or
 * guarded), asks the workload to fill the columns, runs the task through a pool, and asks it to check the results.
 * The same spec always gives the same bytes.
 *
 * Errors: functions return 0, or nonzero with one sentence in `why`.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include "pool.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WORKLOAD_ABI 1
#define WORKLOAD_WHY 160 /* bytes of a reason */

/* How much is asked of each item. */
struct workload_spec {
    size_t count;        /* items */
    uint64_t seed;       /* of the inputs */
    uint64_t work_ns;    /* mean work per item; ignored where work_is_tunable is false */
    double loops_per_ns; /* of workload_spin_loop on this machine, measured by the harness */
    size_t in_bytes;     /* payload per argument and ... */
    size_t out_bytes;    /* ... per result; used by workloads with a payload, 0: their default */
    const char *options; /* "key=value,key=value" of the workload; NULL: its defaults */
};

/* One prepared run. Owns: what prepare allocates, until release. */
struct workload_run {
    struct workload_spec spec;
    struct pool_task task; /* task.context points into memory that lives until release */
    void *mine;            /* the workload's own state; NULL: none */
};

struct workload {
    unsigned abi;     /* WORKLOAD_ABI */
    const char *name; /* as on the command line */
    const char *summary;
    const char *absent;       /* why this build lacks it; NULL: it is here */
    const char *options_help; /* "dist=fixed|uniform|bimodal|pareto"; NULL: no options */
    bool work_is_tunable;     /* spec.work_ns sets the work of an item */
    bool has_payload;         /* spec.in_bytes and out_bytes set record sizes */

    /* Check the spec, fill run->task and run->mine. */
    int (*prepare)(const struct workload_spec *, struct workload_run *run, char why[WORKLOAD_WHY]);
    /* Fill records [first, last) of every column: columns[k] has spec.count records of task.arg_size[k] bytes. */
    void (*fill)(const struct workload_run *, size_t first, size_t last, void *const columns[]);
    /*
     * True if `out` is item index's right result for these inputs, all task.out_size bytes of it. Every result carries
     * proof of which item made it, so a swapped pair is found too.
     */
    bool (*check)(const struct workload_run *, size_t index, const void *const argv[], const void *out);
    int (*code)(const struct workload_run *, size_t index); /* what the item's call returns; NULL: always 0 */
    void (*release)(struct workload_run *);                 /* NULL: nothing to release */
};

/* Every workload of this build, in the order of list.def, ended by NULL. */
extern const struct workload *const workloads[];

/*
 * A dependent chain of integer steps that no compiler can shorten. Returns a value that depends on every step.
 * The harness times it to find loops_per_ns.
 */
uint64_t workload_spin_loop(uint64_t loops, uint64_t seed);

#ifdef __cplusplus
}
#endif
#endif
