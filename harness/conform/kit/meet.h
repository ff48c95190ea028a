/*
 * meet.h - items that wait for each other, which shows how many run at once and on which workers.
 *
 * Errors: a meeting that does not take place within patience ends the case with FAIL.
 */
#ifndef MEET_H
#define MEET_H

#include "subject.h"

#include <sched.h>

/* What an item saw of its worker: its result. */
struct witness {
    pid_t pid, tid;
    cpu_set_t cpus; /* the worker's affinity mask */
};

/* The context of the task. */
struct meeting {
    struct ledger *ledger;
    uint32_t wanted;    /* items that must be inside at once */
    int64_t timeout_ns; /* how long each waits for that */
    int64_t linger_ns;  /* how long each then gives one more a chance to come in, which must not happen; 0: not */
};

struct meeting meet_plan(const struct subject *, size_t wanted, bool linger);

/* The task: one uint64_t, the item's number; the result is a struct witness. Its context stays the caller's. */
struct pool_task meet_task(const struct meeting *);

/*
 * Map the task over `count` items and see that `wanted` of them meet; with linger, that more than the pool's workers
 * never do. witnesses  Shape: count records; NULL: not wanted.
 */
void meet_run(const struct subject *, struct pool *, size_t count, size_t chunk, size_t wanted, bool linger,
              struct witness *witnesses);

/* Ends the case unless the last meeting was as it should be. */
void meet_judge(const struct subject *, const struct pool *, size_t wanted, enum pool_status, const char *sentence);
#endif
