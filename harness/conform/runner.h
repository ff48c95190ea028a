/*
 * runner.h - running cases against strategies, each in a process of its own, and collecting the verdicts.
 *
 * Errors: false, with one sentence in why, if no process can be started.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "../command/catalogue.h"
#include "clauses.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_HUNG, VERDICT_CRASHED, VERDICT_UNSUPPORTED, VERDICT_COUNT };

/* What one case has shown of one strategy. */
struct conform_result {
    const char *strategy;
    unsigned capabilities; /* POOL_CAP_..., that the strategy declares */
    char *name;            /* "B2_every_item_runs_exactly_once", "Y1_matrix/w=3/n=13/chunk=2" */
    const struct clause *clause;
    enum verdict verdict;
    char *message;           /* one sentence; NULL with PASS */
    char *details;           /* stacks or output; NULL: none */
    double seconds;          /* from its beginning to its verdict */
    size_t runs, not_passed; /* with repetitions */
};

struct conform_request {
    const struct chosen_strategy *strategies;
    size_t strategy_count;
    const char *globs; /* of cases; NULL: all */
    uint64_t seed;
    size_t repeat; /* at least 1 */
    bool quick, full;
    double factor; /* of all patience */
    /* Called in this order: started before each process, result after it, finished after each strategy. */
    void (*started)(void *arg, const char *strategy, const char *what, size_t done, size_t total);
    void (*result)(void *arg, const struct conform_result *);
    void (*finished)(void *arg, const char *strategy, size_t first); /* its results are those from `first` on */
    void *arg;
};

struct conform_digest {
    char *key;
    uint64_t digest;
    const char *strategy; /* the first to give it */
};

struct conform_report {
    const struct conform_request *request; /* what was asked for; outlives the report */
    struct conform_result *results;
    size_t count, room;
    size_t left_out; /* cells of the matrix that cost too much */
    bool interrupted;
    struct conform_digest *digests;
    size_t digest_count;
};

bool conform_run(const struct conform_request *, struct conform_report *, char why[WHY_SIZE]);
void conform_report_free(struct conform_report *);

/* How many processes a request needs; 0: no case matches its globs. */
size_t conform_count_jobs(const struct conform_request *);

/* The default factor of patience of this build: more where a sanitizer slows everything down. */
double conform_default_factor(void);

const char *conform_verdict_text(enum verdict); /* "PASS" */

/* True if the result breaks a promise that the strategy has to keep. */
bool conform_result_counts(const struct conform_result *);
#endif
