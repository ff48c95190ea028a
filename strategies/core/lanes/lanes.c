/* Claims and thefts on lanes. The protocol is told in lanes.h. */
#include "lanes_words.h"

#include "../wait/futex.h"

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t lanes_claim_max(size_t workers, size_t count)
{
    const size_t share = 8 * workers;

    return count / share + (count % share != 0);
}

void lanes_deal(struct lanes *l, size_t count, size_t chunk)
{
    /* Ranges count units in 31 bits; a chunk below that is raised, which nobody can see in the results. */
    const size_t unit_min = count / LANES_UNITS_MAX + 1;

    l->count = count;
    l->unit = chunk > unit_min ? chunk : unit_min;
    l->claim_max = chunk ? 0 : most(1, lanes_claim_max(l->workers, count) / l->unit);
    l->unfinished = count;
    const size_t units = count / l->unit + (count % l->unit != 0);
    for (size_t w = 0; w < l->workers; w++) {
        const uint32_t begin = (uint32_t)(units / l->workers * w + least(w, units % l->workers));
        const uint32_t end = (uint32_t)(begin + units / l->workers + (w < units % l->workers));
        const size_t item = unit_item(l, begin);
        l->lane[w] = (struct lane){
            .range = range_pack(begin, end, 0),
            .split = NO_SPLIT,
            .progress[0] = {.first = item, .cursor = item},
        };
    }
}

static bool range_left(const struct lane *lane)
{
    const uint64_t range = __atomic_load_n(&lane->range, __ATOMIC_RELAXED);

    return range_begin(range) != range_end(range);
}

bool lanes_any_left(const struct lanes *l)
{
    for (size_t w = 0; w < l->workers; w++)
        if (range_left(&l->lane[w]))
            return true;
    return false;
}

size_t lanes_finished(const struct lanes *l)
{
    size_t finished = 0;

    for (size_t w = 0; w < l->workers; w++)
        finished += lane_finished(&l->lane[w]);
    return finished;
}

/*
 * Claim up to `wanted` units of the own range, at most half of what is left so that thieves find something.
 * Returns the units claimed, with their end in *end; 0: the range is empty.
 */
static uint32_t lane_claim(struct lane *lane, size_t wanted, uint32_t *end, uint64_t *left)
{
    uint64_t seen = __atomic_load_n(&lane->range, __ATOMIC_RELAXED);

    for (;;) {
        const uint32_t begin = range_begin(seen), units = range_end(seen) - begin;
        if (!units)
            return 0;
        const uint32_t taken = (uint32_t)least(wanted, units / 2 + (units == 1));
        *end = begin + taken;
        *left = range_pack(*end, range_end(seen), range_phase(seen));
        if (range_swap(lane, &seen, *left))
            return taken;
    }
}

static void lane_item_failed(void *arg, size_t index, int code)
{
    struct lane *lane = arg;

    if (!lane->failed || index < lane->failed_first) {
        lane->failed_first = index;
        lane->failed_code = code;
    }
    lane->failed++;
}

/*
 * The next claim's size from how long the last one took. Short claims cost more in claiming than in balance, so they
 * grow; long ones hold back work that others could do, so they shrink.
 */
static size_t claim_adapt(size_t claim, int64_t took_ns, size_t claim_max)
{
    if (took_ns < 2000)
        claim *= 4;
    else if (took_ns < 8000)
        claim *= 2;
    else if (took_ns > 32000 && claim > 1)
        claim /= 2;
    return least(claim, claim_max);
}

/* Run items one by one, each with its time in the worker's books. */
static void lane_run_timed(const struct pool_records *records, size_t first, size_t last, size_t *cursor,
                           struct books *books)
{
    for (size_t i = first; i < last && !__atomic_load_n(records->canceled, __ATOMIC_RELAXED); i++) {
        books_begin_item(books, true);
        pool_records_run(records, i, i + 1, cursor);
        /* Before the books say that it has ended: a worker that dies in between must not have the item run again. */
        __atomic_store_n(cursor, i + 1, __ATOMIC_RELEASE);
        books_end_item(books, true);
    }
}

/* Run one claimed stretch: from the cursor, for everything before it is finished, to the end of the claim. */
static void lane_run(const struct lanes *l, const struct pool_records *records, struct lane *lane, uint64_t range)
{
    size_t *cursor = &lane->progress[range_phase(range)].cursor;
    const size_t last = unit_item(l, range_begin(range));

    if (l->books)
        lane_run_timed(records, size_load(cursor), last, cursor, &l->books[lane - l->lane]);
    else if (l->mortal)
        pool_records_run(records, size_load(cursor), last, cursor);
    else
        pool_records_run(records, size_load(cursor), last, NULL);
    /* Release: a supervisor that reads the cursor of a dead worker sees the results before it. A cancelled stretch
     * counts as finished: nobody will run it. */
    __atomic_store_n(cursor, last, __ATOMIC_RELEASE);
}

/*
 * Units for the next claim: one where the chunk is given, and no more items than the quota has left where it is not.
 * Nothing of a cancelled batch is run any more, so its units go in one claim.
 */
static size_t lane_wanted(const struct lanes *l, const struct pool_records *records, size_t claim, size_t quota)
{
    if (__atomic_load_n(records->canceled, __ATOMIC_RELAXED))
        return SIZE_MAX;
    return l->claim_max ? most(1, least(claim, quota / l->unit)) : 1;
}

/*
 * Work off the own range chunk by chunk, where no claim needs more than its items: no worker can die and no quota ends.
 * With chunks of one item this loop is what an item costs, so nothing is stored that is not asked for: the cursor only
 * tells what is finished, and that is read when the range is empty.
 */
static void lane_drain_chunks(const struct lanes *l, struct lane *lane, const struct pool_records *records)
{
    uint64_t seen = __atomic_load_n(&lane->range, __ATOMIC_RELAXED);
    size_t *cursor = &lane->progress[range_phase(seen)].cursor, last = size_load(cursor);

    while (range_begin(seen) != range_end(seen)) {
        const bool canceled = __atomic_load_n(records->canceled, __ATOMIC_RELAXED);
        const uint32_t begin = range_begin(seen), end = canceled ? range_end(seen) : begin + 1;
        if (!range_swap(lane, &seen, seen + (end - begin)))
            continue; /* a thief has moved the end */
        last = unit_item(l, end);
        if (!canceled)
            pool_records_run(records, (size_t)begin * l->unit, last, NULL);
        if (l->fail_fast && lane->failed)
            __atomic_store_n(l->fail_fast, 1, __ATOMIC_RELAXED);
        seen = __atomic_load_n(&lane->range, __ATOMIC_RELAXED);
    }
    size_store(cursor, last);
}

/* Work off the own range. Returns what the quota has left. */
static size_t lane_drain(const struct lanes *l, struct lane *lane, size_t *claim, size_t quota)
{
    const size_t at_entry = lane_finished(lane);
    struct pool_records records = l->records;
    size_t left = quota;
    int64_t before_ns = 0;
    uint32_t end;
    uint64_t range;

    records.fail = lane_item_failed;
    records.arg = lane;
    if (!l->claim_max && !l->mortal && !l->books && quota == SIZE_MAX) {
        lane_drain_chunks(l, lane, &records);
        return quota;
    }
    while (left && lane_claim(lane, lane_wanted(l, &records, *claim, left), &end, &range)) {
        lane_run(l, &records, lane, range);
        if (l->fail_fast && lane->failed)
            __atomic_store_n(l->fail_fast, 1, __ATOMIC_RELAXED);
        if (quota != SIZE_MAX)
            left = quota - least(quota, lane_finished(lane) - at_entry);
        if (!l->claim_max || range_end(range) == end)
            continue;
        const int64_t now_ns = futex_now_ns();
        if (before_ns)
            *claim = claim_adapt(*claim, now_ns - before_ns, l->claim_max);
        before_ns = now_ns;
    }
    return left;
}

/* Move the back half of a victim's range to the own, empty lane. Both marks are held. */
static bool lane_move_half(const struct lanes *l, struct lane *own, struct lane *victim, uint32_t victim_mark)
{
    uint64_t seen = __atomic_load_n(&victim->range, __ATOMIC_ACQUIRE);
    uint32_t split;

    own->victim = victim_mark;
    do {
        const uint32_t begin = range_begin(seen), end = range_end(seen);
        if (begin == end)
            return false;
        split = begin + (end - begin) / 2;
        own->split_end = end;
        __atomic_store_n(&own->split, split, __ATOMIC_RELEASE);
    } while (!range_swap(victim, &seen, range_pack(range_begin(seen), split, range_phase(seen))));
    theft_finish(l, own, victim);
    return true;
}

/* Try every other lane once. `busy` is set if one has units but is marked. */
static bool lanes_steal(const struct lanes *l, size_t worker, bool *busy)
{
    const uint32_t mark = (uint32_t)worker + 1;
    struct lane *own = &l->lane[worker];
    bool stolen = false;

    if (!mark_take(own, mark))
        return false; /* somebody died or stopped while stealing here; its repair wakes the workers again */
    for (size_t i = 1; i < l->workers && !stolen; i++) {
        const size_t v = worker + i < l->workers ? worker + i : worker + i - l->workers;
        struct lane *victim = &l->lane[v];
        if (!range_left(victim))
            continue;
        if (!mark_take(victim, mark)) {
            *busy = true;
            continue;
        }
        stolen = lane_move_half(l, own, victim, (uint32_t)v + 1);
        mark_free(victim);
        __atomic_store_n(&own->split, NO_SPLIT, __ATOMIC_RELEASE);
    }
    mark_free(own);
    return stolen;
}

/* Steal, trying again for a while where units are left in lanes that others are just stealing from. */
static bool lanes_steal_patiently(const struct lanes *l, size_t worker)
{
    enum { TRIES = 100 };
    bool busy = true;

    for (unsigned tries = 0; busy && tries < TRIES; tries++) {
        busy = false;
        if (lanes_steal(l, worker, &busy))
            return true;
    }
    return false;
}

size_t lanes_work(struct lanes *l, size_t worker, size_t quota, bool *last)
{
    struct lane *lane = &l->lane[worker];
    const size_t at_entry = lane_finished(lane);
    size_t claim = 1;

    do
        quota = lane_drain(l, lane, &claim, quota);
    while (quota && lanes_steal_patiently(l, worker));
    const size_t done = lane_finished(lane) - at_entry;
    *last = done && __atomic_fetch_sub(&l->unfinished, done, __ATOMIC_ACQ_REL) == done;
    return done;
}
