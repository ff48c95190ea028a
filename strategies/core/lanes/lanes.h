/*
 * lanes.h - who runs which items of one batch: a lane per worker, stealing when dry, exact when a worker dies.
 *
 * The items are cut into units of `unit` items. Each lane holds a range of units. Its worker claims from the front; a
 * worker whose own range is empty takes the back half of somebody else's. All of it lies in memory that every worker
 * sees, so the same code serves threads and processes.
 *
 * A worker may be killed between any two instructions, and still each item has one fate:
 * - a claim is one compare-and-swap of the lane's own range; what it claimed follows from its cursor, which trails;
 * - a theft is one compare-and-swap of the victim's range, made while holding the victim's and the own lane's `thief`
 *   mark, after noting the intent. The marks are try-locks that nobody waits for: a dead or stopped thief only keeps
 *   others from stealing there. lanes_repair reads the intent, finishes or forgets the theft, and frees the marks;
 * - finished items are counted per lane by one store each (the cursor), never by a read-modify-write.
 *
 * Errors: none.
 */
#ifndef LANES_H
#define LANES_H

#include "../procs/books.h"

#define LANES_LINE 64 /* bytes of a cache line */
#define LANES_UNITS_MAX INT32_MAX
#define LANES_NO_ITEM SIZE_MAX

/* How far a lane has come with one range: everything in [first, cursor) is finished, and `before` items earlier. */
struct lane_progress {
    size_t before, first, cursor;
};

struct lane {
    uint64_t range;                   /* begin: 31 bits, end: 31 bits, phase: 1 bit, which selects the progress */
    uint32_t thief;                   /* worker + 1 that changes the range's end just now; 0: none */
    uint32_t victim;                  /* intent of a theft: lane + 1 ... */
    uint32_t split, split_end;        /* ... and the units to be moved */
    struct lane_progress progress[2]; /* the other one is for the range being stolen */
    size_t failed, failed_first;      /* items that failed here, the lowest of them ... */
    int failed_code;                  /* ... and its code */
} __attribute__((aligned(2 * LANES_LINE)));

/* One batch as its workers see it. */
struct lanes {
    struct pool_records records; /* fail and arg unused: failures are kept in the lane */
    size_t count, unit;          /* items; items per unit */
    size_t claim_max;            /* automatic: the most units in one claim; 0: the chunk is given, one unit a claim */
    size_t workers;
    bool mortal;         /* a worker may be killed at any moment: its cursor tells which item it was at */
    struct lane *lane;   /* one per worker */
    struct books *books; /* one per worker, where items are timed; NULL: they are not */
    int *fail_fast;      /* what records.canceled reads, to be set once an item has failed; NULL: not */
    size_t unfinished __attribute__((aligned(LANES_LINE))); /* items; workers subtract what they did when they go dry */
};

/* Deal out `count` items in claims of `chunk`, or automatic. The caller has set records, workers, mortal, lane, books,
 * fail_fast.
 */
void lanes_deal(struct lanes *, size_t count, size_t chunk);

/* The automatic rule: claims grow while they are short, but never beyond ceil(count / (8 x workers)) items. */
size_t lanes_claim_max(size_t workers, size_t count);

/* True if some lane has units left to claim or to steal. */
bool lanes_any_left(const struct lanes *);

/*
 * Work as `worker` until nothing is left to claim or to steal, or, after a claim, `quota` items are done. Returns the
 * items done. *last: they were the batch's last ones, and every result is visible. After a death nobody may be told so:
 * then lanes_finished tells.
 */
size_t lanes_work(struct lanes *, size_t worker, size_t quota, bool *last);

/* Items that are finished, over all lanes. Exact while no live worker is inside lanes_work. */
size_t lanes_finished(const struct lanes *);

/*
 * Put right what a dead worker left, before anybody takes its place: returns the item that was lost with it, already
 * counted as finished, or LANES_NO_ITEM. What it had claimed beyond that item can be claimed again.
 */
size_t lanes_repair(struct lanes *, size_t worker);
#endif
