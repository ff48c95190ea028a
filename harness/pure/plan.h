/*
 * plan.h - what is going to be measured, in which order, and how long that takes: a function of the request alone.
 *
 * A cell is one strategy at one worker count on one workload. Cells that differ in the strategy only are a group: they
 * are what gets compared. A launch visits every group in a random order, and inside a group every strategy, whose
 * places move on by one from launch to launch, so that each stands everywhere equally often. `serial` has one cell per
 * workload and work, in the group of the fewest workers: the base of all speed-ups of that launch.
 *
 * The same request gives the same plan, byte for byte.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef PLAN_H
#define PLAN_H

#include "../command/units.h"
#include "../machine/topology.h"

#include "pool.h"

#include <jansson.h>

#define PLAN_LAUNCHES_MIN 6 /* below this a median has no interval */
#define PLAN_LAUNCHES_MAX 1000
#define PLAN_ROUNDS_MAX 1000
#define PLAN_CELLS_MAX 5000
#define PLAN_COUNT_MAX 1000000 /* items per call: the arrays stay small and the proof of every result affordable */
#define PLAN_WARMUPS 3

/* A strategy or a workload with its options. */
struct plan_name {
    char *name;
    char *options; /* NULL: none */
};

struct plan_cell {
    size_t strategy, workload; /* of the plan's lists */
    size_t workers;
    bool oversubscribed; /* more workers than usable CPUs */
    size_t chunk;        /* 0: automatic */
    uint64_t work_ns;    /* 0: the workload's own */
    size_t in_bytes, out_bytes;
    size_t count; /* items per call; 0: as many as last call_ns, found by calibration */
    size_t group;
};

struct plan {
    char *profile;
    uint64_t seed, budget_ns;
    uint64_t call_ns; /* how long one serial call should last */
    size_t launches, rounds;
    size_t usable; /* CPUs */
    enum bind_policy bind;
    enum pool_wait wait;
    struct plan_name *strategies, *workloads;
    size_t strategy_count, workload_count;
    struct worker_point *points;
    size_t point_count;
    struct plan_cell *cells;
    size_t cell_count;
    size_t *order;     /* launches x cell_count cell numbers */
    char reduced[256]; /* what the budget cost, one sentence; empty: nothing */
};

/* What a strategy or workload allows. */
struct plan_subject {
    const char *name;
    const char *options;   /* NULL: none */
    size_t workers_max;    /* of a strategy */
    bool tunable, payload; /* of a workload */
};

struct plan_request {
    const char *profile; /* quick, default, publication */
    uint64_t seed, budget_ns;
    enum bind_policy bind;
    enum pool_wait wait;
    size_t usable;
    const struct plan_subject *strategies, *workloads; /* `serial` is among the strategies */
    size_t strategy_count, workload_count;
    const struct worker_point *points; /* ascending */
    size_t point_count;
    const uint64_t *chunks, *works_ns, *payloads; /* empty lists: automatic, 100 us, the workload's own */
    size_t chunk_count, work_count, payload_count;
};

bool plan_make(const struct plan_request *, struct plan *, char why[WHY_SIZE]);
void plan_free(struct plan *);

/* How long it takes, the strategies' proof and the calibration aside. */
uint64_t plan_estimate_ns(const struct plan *);

/* The place of a cell inside its group in one launch. */
size_t plan_position(const struct plan *, size_t launch, size_t cell);

/* The serial cell that a cell's speed-up is relative to; SIZE_MAX: none. */
size_t plan_base(const struct plan *, size_t cell);

/* Can these two cells stand in one table: the same workload, options, work, payload and chunk (serial has any chunk).
 */
bool plan_same_block(const struct plan *, size_t a, size_t b);

const char *plan_bind_text(enum bind_policy);
const char *plan_wait_text(enum pool_wait);
bool plan_parse_bind(const char *text, enum bind_policy *);
bool plan_parse_wait(const char *text, enum pool_wait *);

/* Owns: the caller drops the reference. NULL: out of memory. */
json_t *plan_to_json(const struct plan *);
bool plan_from_json(const json_t *, struct plan *, char why[WHY_SIZE]);
#endif
