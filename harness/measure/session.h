/*
 * session.h - one pool with one workload's arrays: opened, called any number of times, closed. Runs in a child process.
 *
 * A call is: results poisoned, the map timed from the submission of the first item to the receipt of the last result,
 * every result and every outcome checked. Poison and check (verify.h) lie outside the timed region.
 *
 * Errors: false, with one sentence in why; the session is closed then, or still has to be (see each).
 */
#ifndef SESSION_H
#define SESSION_H

#include "../command/catalogue.h"
#include "usage.h"
#include "verify.h"

/* What is to be run. */
struct session_job {
    const struct chosen_strategy *strategy;
    const struct chosen_workload *workload;
    struct workload_spec spec; /* options are those of `workload` */
    size_t workers;
    size_t chunk;               /* 0: automatic */
    struct verify_right *right; /* what other sessions of these items have found; NULL: nothing is kept for them */
    enum pool_wait wait;
    size_t items_max;     /* of a worker, which is replaced then; 0: none */
    bool own_arrays;      /* not of pool_alloc, even where the strategy has it */
    const unsigned *cpus; /* in the order of binding */
    size_t cpu_count;     /* 0: not bound */
};

struct session {
    const struct session_job *job;
    struct pool *pool;
    struct workload_run run;
    void *columns[POOL_ARGS_MAX];
    void *out;
    struct verify verify;       /* of the results */
    bool shared;                /* arrays come from pool_alloc */
    struct pool_fault expected; /* status, index, code and failed as the workload's codes make them */
    int64_t create_ns, end_ns;  /* of the pool: its creation, and its end once that has come */
    int64_t check_ns, book_ns;  /* spent so far in checking and what it needs, and in reading counters */
};

/* Errors: nothing is left open. */
bool session_open(struct session *, const struct session_job *, char why[WHY_SIZE]);

/* What one call took: the map alone. */
struct session_cost {
    int64_t wall_ns;
    struct sample_counters used; /* unknown if not counted */
};

/*
 * One call. counted: what the kernel counts is read before and after, which takes longer than a short call does.
 * Errors: a wrong result or outcome; *cost is set all the same; the session stays open, for nothing but its end.
 */
bool session_call(struct session *, bool counted, struct session_cost *cost, char why[WHY_SIZE]);

/* Close and join the pool, free everything. Errors: the pool did not end as it should; all is freed all the same. */
bool session_close(struct session *, char why[WHY_SIZE]);

/* The same, but the pool is terminated and joined. */
bool session_terminate(struct session *, char why[WHY_SIZE]);

/* Bytes that a session holds per item: arguments, result, and the result as it should be. */
size_t session_item_bytes(const struct session *);
#endif
