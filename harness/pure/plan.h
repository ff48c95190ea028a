/*
 * plan.h - what is going to be measured, in which order, and how long that takes: a function of the request alone.
 *
 * A cell is one strategy at one worker count on one workload, seen by one metric. Cells that differ in the strategy
 * only are a group: they are what gets compared, and a launch visits them side by side. A launch takes every group in a
 * random order, and inside a group every strategy, whose places move on by one from launch to launch, so that each
 * stands everywhere equally often. `serial` has one cell per metric, workload and work, in the group of the fewest
 * workers: the base of all speed-ups of that launch.
 *
 * One cell is there twice, once for a strategy that is listed twice: how far equal ones come out apart (A/A).
 *
 * The same request gives the same plan, byte for byte. A run fills in what it finds: the counts of the cells, and
 * launches beyond those planned, which need not visit every cell.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef PLAN_H
#define PLAN_H

#include "../machine/topology.h"
#include "metric.h"

#include "pool.h"

#include <jansson.h>

#define PLAN_LAUNCHES_MIN 6 /* below this a median has no interval */
#define PLAN_LAUNCHES_MAX 1000
#define PLAN_ROUNDS_MAX 1000
#define PLAN_FORMAT 3 /* of plan.json and the files beside it */
#define PLAN_CELLS_MAX 20000
#define PLAN_COUNT_MAX 1000000 /* items per call: the arrays stay small and the proof of every result affordable */
#define PLAN_WARMUPS 3

/* A strategy or a workload with its options. */
struct plan_name {
    char *name;
    char *options; /* NULL: none */
    bool twin;     /* a strategy that is in the list before: it runs against itself */
    bool own_wait; /* a strategy whose idle workers do not wait as the plan says */
};

/* How much a cell is wanted. */
enum plan_rung {
    RUNG_SOLID,   /* it is measured */
    RUNG_BETWEEN, /* it may be: a refinement, about which calibration decides */
    RUNG_DROPPED  /* it is not: nothing of interest is near */
};

struct plan_cell {
    size_t metric, strategy, workload; /* of the plan's lists */
    size_t workers;
    bool oversubscribed; /* more workers than usable CPUs */
    size_t chunk;        /* 0: automatic */
    uint64_t work_ns;    /* 0: the workload's own */
    size_t in_bytes, out_bytes;
    size_t resident_bytes; /* memory that the parent of the pool has touched beforehand */
    size_t count;          /* items per call; 0: as many as last call_ns, found by calibration */
    size_t group;
    enum plan_rung rung;
};

struct plan {
    char *profile;
    uint64_t seed, budget_ns;
    uint64_t call_ns; /* how long one serial call should last */
    size_t launches, rounds;
    size_t launches_max; /* a run may add launches up to here where the budget allows it */
    size_t usable;       /* CPUs */
    enum bind_policy bind;
    enum pool_wait wait;
    const struct metric **metrics;
    size_t metric_count;
    struct plan_name *strategies, *workloads;
    size_t strategy_count, workload_count;
    struct worker_point *points;
    size_t point_count;
    struct plan_cell *cells;
    size_t cell_count;
    size_t *order;  /* launches x cell_count cell numbers; SIZE_MAX behind those of a row that visits fewer cells */
    size_t *series; /* of each cell: cells that differ in strategy, workers and chunk only share a number */
    size_t *bases;  /* of each series: its serial cell; SIZE_MAX: none */
    size_t series_count;
    char reduced[256]; /* what the budget cost, one sentence; empty: nothing */
};

#define PLAN_NOT_COMPARABLE " (not comparable)" /* behind what tells of a strategy that waits in a way of its own */

/* What a strategy or workload allows. */
struct plan_subject {
    const char *name;
    const char *options;   /* NULL: none */
    size_t workers_max;    /* of a strategy */
    unsigned capabilities; /* the same */
    bool roof;             /* no pool: measured where each worker has a CPU, and only by metrics that ask for roofs */
    bool tunable, payload; /* of a workload */
};

/* A metric, and the workloads that it is to run, by their places in the request; NULL: all of these. */
struct plan_metric {
    const struct metric *metric;
    const size_t *workloads;
    size_t workload_count;
};

struct plan_request {
    const char *profile; /* quick, default, publication */
    uint64_t seed, budget_ns;
    enum bind_policy bind;
    enum pool_wait wait;
    size_t usable;
    const struct plan_metric *metrics;
    size_t metric_count;
    const struct plan_subject *strategies, *workloads; /* `serial` is among the strategies */
    size_t strategy_count, workload_count;
    const struct worker_point *points; /* ascending */
    size_t point_count;
    struct metric_ladders ladders;
    bool twin;             /* enrol one strategy twice, in one cell */
    uint64_t memory_bytes; /* what a session may fill at most */
};

bool plan_make(const struct plan_request *, struct plan *, char why[WHY_SIZE]);
void plan_free(struct plan *);

/* How long it takes, the strategies' proof and the calibration aside. */
uint64_t plan_estimate_ns(const struct plan *);

/* How long a serial call of this metric should last, where so many workers share it at most. */
uint64_t plan_call_ns(const struct plan *, const struct metric *, size_t workers);

/* What the calls of one session of this metric last, roughly. */
uint64_t plan_session_ns(const struct plan *, const struct metric *);

size_t plan_groups(const struct plan *);

/* How many cells a launch visits, the first of its row of the order. */
size_t plan_visits(const struct plan *, size_t launch);

/*
 * Add launches that visit the wanted cells only, in an order that the seed gives, to PLAN_LAUNCHES_MIN or more.
 * wanted  one per cell, some true.
 * Errors: false, out of memory; the plan is as before.
 */
bool plan_extend(struct plan *, size_t launches, const bool *wanted);

/* The strategy that is the same and stands before; SIZE_MAX: this is no twin. */
size_t plan_strategy_of(const struct plan *, size_t twin);

/* The cell that a twin's cell repeats; SIZE_MAX: this is no twin's. */
size_t plan_twin_of(const struct plan *, size_t cell);

/* How many of its group stand before the cell at this place of a launch's order. */
size_t plan_position(const struct plan *, size_t launch, size_t place);

/* The serial cell that a cell's speed-up is relative to; SIZE_MAX: none. */
size_t plan_base(const struct plan *, size_t cell);

static inline const struct metric *plan_metric_of(const struct plan *p, size_t cell)
{
    return p->metrics[p->cells[cell].metric];
}

const char *plan_bind_text(enum bind_policy);
const char *plan_wait_text(enum pool_wait);
bool plan_parse_bind(const char *text, enum bind_policy *);
bool plan_parse_wait(const char *text, enum pool_wait *);

/* Owns: the caller drops the reference. NULL: out of memory. */
json_t *plan_to_json(const struct plan *);
bool plan_from_json(const json_t *, struct plan *, char why[WHY_SIZE]);
#endif
