/*
 * verify.h - the proof that each call has done all of its work, and done it now.
 *
 * Before a call its results are overwritten, and two neighbours among its items change places, other ones each time:
 * who writes nothing, or writes again what the last call gave, is found out. After it they change back, and every byte
 * of every result is compared with results that the workload has checked one by one; where any differs, it checks
 * again.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "../command/units.h"

#include "workload.h"

#include <stdatomic.h>

/* Results that a workload has checked: of one session, or of all that have the same items. */
struct verify_right {
    atomic_bool checked; /* they are there: set behind them, for whoever fills them may be killed */
    size_t bytes;
    unsigned char results[];
};

/* shared: processes that are forked from this one see the same. Owns: verify_right_free. NULL: out of memory. */
struct verify_right *verify_right_new(size_t bytes, bool shared);
void verify_right_free(struct verify_right *); /* NULL: nothing */

struct verify {
    const struct workload *workload;
    const struct workload_run *run;
    void *const *columns;
    void *out;                        /* NULL: there are no results, and what there is to check is checked one by one */
    size_t bytes;                     /* of these */
    struct verify_right *right, *own; /* right: NULL without results; own: NULL, or the same */
    bool moves;                       /* items change places */
    size_t moved;                     /* in the call under way: this one and the next */
    uint64_t calls;
};

/*
 * right  is used, or filled, if it is as large as the results are; else, and where it is NULL, the session has its own.
 * columns, out  hold run->spec.count records each, and outlive it.
 * Owns: verify_free, if true.
 */
bool verify_open(struct verify *, const struct workload *, const struct workload_run *, size_t workers,
                 struct verify_right *right, void *const *columns, void *out, char why[WHY_SIZE]);
void verify_free(struct verify *);

/* Before a call. */
void verify_begin(struct verify *);

/* After it. Errors: a result is wrong. */
bool verify_end(struct verify *, char why[WHY_SIZE]);
#endif
