/*
 * script.h - items that do as their argument says: wait at a gate, then answer or fail; and a source that draws them.
 *
 * Gates are marks of the ledger, so that a case holds an item wherever it runs, and lets it go by an event.
 *
 * Errors: an item whose gate stays shut for the patience of a meeting fails with SCRIPT_SHUT.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "subject.h"

#define SCRIPT_SHUT 997 /* the code of an item that waited at its gate in vain */

/* The ledger's marks: 1..SCRIPT_GATES are gates; gate 0 is always open. */
enum { SCRIPT_GATES = 60, SCRIPT_STARTED, SCRIPT_FINISHED };

/* The argument of an item. */
struct script_line {
    uint64_t number; /* signs the ledger */
    uint32_t gate;
    int32_t code; /* what the item returns */
};

/* The context of the task. */
struct script {
    struct ledger *ledger;
    uint64_t seed; /* of the results */
    int64_t timeout_ns;
};

/* Clears the ledger for items [0, items). */
struct script script_new(const struct subject *, uint64_t seed, size_t items);

/* One struct script_line in, one uint64_t out. The script stays the caller's. */
struct pool_task script_task(const struct script *);
uint64_t script_result(const struct script *, uint64_t number);

void script_open(const struct script *, uint32_t gate);

/* Ends the case unless `items` have started, or finished, within patience. */
void script_await(const struct script *, unsigned mark, size_t items, const char *what);

/* One asynchronous item. */
struct script_job {
    struct script_line line;
    uint64_t out;
    struct pool_handle *handle;
};

/* Submit the job's line; a refusal ends the case. async: NULL: no callbacks. */
void script_submit(struct pool *, const struct script *, struct script_job *, const struct pool_async *);

/* Ends the case unless the fault is that of an item that returned what the job's line says. */
void script_judge_job(const struct script *, const struct script_job *, enum pool_status, const struct pool_fault *);

/* Wait for the job, judge it, free its handle. */
void script_finish(const struct script *, struct script_job *);

/* A source for pool_imap, and what it has seen. */
struct script_source {
    uint64_t end;          /* there are so many items; UINT64_MAX: no end */
    uint64_t broken_at;    /* here the source fails, with SCRIPT_SOURCE_CODE; UINT64_MAX: nowhere */
    uint64_t gated_below;  /* items below it wait at gate 1 */
    uint64_t fail_step;    /* every step-th item, from step - 1 on, fails; 0: none */
    uint64_t drawn, calls; /* items, calls */
    unsigned inside;       /* threads that are in it */
    bool crowded, ended, asked_after_end, out_of_order;
};

#define SCRIPT_SOURCE_CODE (-5)

struct script_source script_source_of(uint64_t count);
int script_draw(void *source, size_t index, void *const record[]); /* pool_source */
int script_code(const struct script_source *, uint64_t index);     /* what that item returns */

/* Ends the case if the source was called as it must not be. */
void script_judge_source(const struct script_source *);

/* An iterator over the source; a refusal ends the case. */
struct pool_iter *script_imap(struct pool *, const struct script *, struct script_source *,
                              const struct pool_imap_config *);

/* Take the next result, which must be that of item `index` (SIZE_MAX: of any). Returns its index. */
size_t script_take(const struct script *, const struct script_source *, struct pool_iter *, size_t index);

/* The next must be the end, and again. */
void script_expect_end(struct pool_iter *);
#endif
