/*
 * metric.h - what a metric is: which cells it wants, what one session of a cell gives, what follows from that.
 *
 * Adding one is a file in measure/metrics/ and a line in metrics.def. All hooks but `sample` are pure: they know a plan
 * and numbers, no machine. `sample` runs in a child process, once per session; nothing on the pure side calls it.
 *
 * Errors: none.
 */
#ifndef METRIC_H
#define METRIC_H

#include "../command/units.h"

struct plan;
struct plan_request;
struct launches;
struct sampler;

/* Where a quantity stands for people: in a table of its own, in brackets behind the one before, or in files only. */
enum metric_place { METRIC_TABLE, METRIC_BEHIND, METRIC_FILE };

/* A number that a metric gives of a cell. */
struct metric_quantity {
    const char *name;    /* as in samples.csv and summary.csv: letters, digits, '_' */
    const char *unit;    /* "ns", "1/s", "B", "%"; "1": a plain number */
    const char *summary; /* a few words */
    bool derived;        /* computed from the others, launch by launch; no sample holds it */
    bool more_is_better;
    double target; /* half width of its interval, by its value, that is good enough; 0: it has none */
    enum metric_place place;
};

struct metric_values {
    const uint64_t *list;
    size_t count;
};

/* The lists whose product makes a metric's cells; empty: automatic chunk, 100 us, the workload's own payload, none. */
struct metric_ladders {
    struct metric_values chunks, works_ns, payloads, residents;
    bool refined; /* every second work is measured where an efficiency of interest is near, and nowhere else */
};

struct metric {
    const char *name; /* as on the command line */
    const char *summary;
    const char *workloads; /* "a,b:x=1": what it runs, whatever else is chosen; NULL: what is chosen */
    bool item_per_worker;  /* a call has as many items as workers; else calibration sizes it */
    bool per_worker;       /* calibration sizes the items of one worker; a call has so many for each */
    bool long_calls; /* a call lasts twice as long on all workers as others do on one, and has 100 items for each */
    bool roofs;      /* the roofs over all pools have cells too */
    bool full_only;  /* only at the largest worker count at which each has a CPU; else at all */
    bool own_arrays; /* never of pool_alloc, even where a strategy has it */
    unsigned needs;  /* what a strategy must be able to do (enum pool_capability); others have no cells */
    const struct metric_quantity *quantities; /* ended by a NULL name */

    bool spans; /* its derived quantities are made of several groups of cells, which get more launches together */

    /* Change the ladders, which hold what the command line asks for. NULL: they are right. */
    void (*shape)(const struct plan_request *, struct metric_ladders *);
    /* What one session of a cell lasts, roughly, beside its start and end. NULL: the warm-ups and rounds of the plan.
     */
    uint64_t (*session_ns)(const struct plan *);
    /* Fill the launch values of the derived quantities of this metric's cells (launches.h). NULL: there are none. */
    void (*derive)(const struct launches *, const struct metric *);
    /* One session of one cell (measure/sampler.h). Errors: false, with one sentence in why. */
    bool (*sample)(struct sampler *, char why[WHY_SIZE]);
};

/* Every metric, in the order of metrics.def, ended by NULL. */
extern const struct metric *const metric_list[];

/* NULL: there is none of that name. */
const struct metric *metric_named(const char *name);

size_t metric_quantity_named(const struct metric *, const char *name); /* SIZE_MAX: there is none */
size_t metric_quantity_count(const struct metric *);
#endif
