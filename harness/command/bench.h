/*
 * bench.h - one run of `poolbench bench`, once its plan is made: begun, or gone on with.
 *
 * Errors: an exit code other than EXIT_GOOD, after the sentence was said.
 */
#ifndef BENCH_H
#define BENCH_H

#include "../measure/campaign.h"
#include "../saved.h"
#include "bench_plan.h"

/* All that one run holds. */
struct bench {
    int argc;
    char **argv;
    struct bench_options options;
    struct catalogue catalogue;
    struct topology topology;
    struct bench_plan chosen;
    unsigned *cpus;
    size_t cpu_count;
    struct runner runner;
    struct saved earlier; /* with --resume: what is there */
    struct store store;
    struct campaign campaign;
    char why[WHY_SIZE];
};

/* Prove, calibrate, measure, store, summarise, plot. */
int bench_run(struct bench *);

/*
 * With --resume: what the earlier run has left, to b->earlier and b->runner. It must have been made here, or the rest
 * would not be of the same.
 */
int bench_read_earlier(struct bench *);

/* The contents of machine.json. Owns: the caller, a reference. NULL: out of memory. */
json_t *bench_facts(const struct bench *);

/* One sentence on what has happened, and the command that goes on. Returns code. */
int bench_say_how_to_go_on(const struct bench *, int code, const char *what);
#endif
