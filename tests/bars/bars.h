/*
 * bars.h - the programs that hold the strategies against fixed bars, on a machine that is quiet.
 *
 * A cell is one figure, taken once a round in a process of its own; the cells of a table take turns, so that whatever
 * disturbs the machine disturbs them alike. Ratios are taken within a round.
 *
 * Errors: a cell that cannot be measured says why and is left out from then on.
 */
#ifndef BARS_H
#define BARS_H

#include "machine/topology.h"
#include "strategy.h"
#include "workload.h"

#include <stdio.h>

#define ROUNDS_MAX 51
#define LABEL_SIZE 48

struct bars {
    bool tiny;      /* sizes that only show that everything runs */
    bool bind;      /* bind the strategies' workers as the pool-less ones always are */
    size_t workers; /* P */
    size_t rounds;
    double loops_per_ns;
    unsigned *cpus; /* in the order of binding; empty where binding is impossible */
    size_t cpu_count;
};

struct cell {
    char label[LABEL_SIZE];
    bool (*measure)(const struct bars *, const struct cell *, double *value, char why[WHY_SIZE]); /* in the child */
    const struct pool_ops *ops;                                                                   /* NULL: no pool */
    bool shared;       /* arrays from pool_alloc */
    bool arrays_first; /* the caller's arrays are there before the pool is */
    size_t count;      /* items */
    size_t chunk;
    double at_most;            /* the bar; 0: none */
    double values[ROUNDS_MAX]; /* one a round */
    size_t taken;
    char why[WHY_SIZE]; /* "": measured */
};

/* Take every cell once a round, in turn. */
void cells_measure(const struct bars *, struct cell *, size_t count);

/* "median [low, high]" of the values, with as many decimals; "-" and the reason for a cell without values. */
void cell_print(const struct cell *, int decimals, const char *unit);
/* The same of base/cell, round by round. Returns the median; 0 without one. */
double cell_print_ratio(const struct cell *base, const struct cell *, int decimals, const char *unit);
double cell_median(const struct cell *);

/* Fill cells with one for each strategy of this build, and a second with shared arrays where it has them. */
size_t cells_for_strategies(struct cell *, size_t max, size_t count, bool fresh_too);
/* True for a strategy that starts a worker for each item: neither lasting workers nor OpenMP, where the caller works.
 */
bool cell_is_fresh(const struct pool_ops *);
/* "   bar: WORDS: reached", or MISSED. Nothing with tiny sizes. */
void bars_print_bar(const struct bars *, const char *words, double bar, bool reached);
struct cell *cells_find(struct cell *, size_t count, const char *label);

/* A pool and a prepared workload with its arrays. */
struct trial {
    struct pool *pool;
    const struct workload *workload;
    struct workload_run run;
    void *items, *out;
    bool shared;
};

/* Uses cell->ops, shared, arrays_first, count. work_ns: for a workload with tunable work. */
bool trial_open(struct trial *, const struct bars *, const struct cell *, const char *workload, uint64_t work_ns,
                char why[WHY_SIZE]);
bool trial_map(struct trial *, size_t count, size_t chunk, char why[WHY_SIZE]);
bool trial_check(struct trial *, size_t count, char why[WHY_SIZE]); /* every item's result */
void trial_close(struct trial *);

const struct workload *workload_named(const char *name); /* NULL: not in this build */

/* The pool of a cell. */
enum pool_status cell_create_pool(const struct bars *, const struct cell *, struct pool **, struct pool_fault *);

void bars_items(const struct bars *);
void bars_spin(const struct bars *);
void bars_tasks(const struct bars *);
void bars_memory(const struct bars *);
void bars_waits(const struct bars *);
#endif
