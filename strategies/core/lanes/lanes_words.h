/*
 * lanes_words.h - the words of a lane, for the files that run and repair lanes: ranges, marks, counters.
 *
 * Errors: none.
 */
#ifndef LANES_WORDS_H
#define LANES_WORDS_H

#include "lanes.h"

#define NO_SPLIT UINT32_MAX

static inline uint64_t range_pack(uint32_t begin, uint32_t end, unsigned phase)
{
    return (uint64_t)begin | (uint64_t)end << 31 | (uint64_t)phase << 62;
}

static inline uint32_t range_begin(uint64_t range)
{
    return (uint32_t)(range & INT32_MAX);
}

static inline uint32_t range_end(uint64_t range)
{
    return (uint32_t)(range >> 31 & INT32_MAX);
}

static inline unsigned range_phase(uint64_t range)
{
    return (unsigned)(range >> 62);
}

static inline bool range_swap(struct lane *lane, uint64_t *seen, uint64_t wanted)
{
    return __atomic_compare_exchange_n(&lane->range, seen, wanted, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline size_t size_load(const size_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void size_store(size_t *word, size_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline bool mark_take(struct lane *lane, uint32_t mark)
{
    uint32_t none = 0;

    return __atomic_compare_exchange_n(&lane->thief, &none, mark, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void mark_free(struct lane *lane)
{
    __atomic_store_n(&lane->thief, 0, __ATOMIC_RELEASE);
}

static inline size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The first item of a unit; units behind the last one begin at count. */
static inline size_t unit_item(const struct lanes *l, uint32_t unit)
{
    return least((size_t)unit * l->unit, l->count);
}

static inline size_t lane_finished(const struct lane *lane)
{
    const struct lane_progress *p = &lane->progress[range_phase(__atomic_load_n(&lane->range, __ATOMIC_ACQUIRE))];

    return size_load(&p->before) + size_load(&p->cursor) - size_load(&p->first);
}

/*
 * The victim's range ends at own->split already: let the own lane have the rest. Called by the thief, or in its place
 * once it is dead.
 *
 * Where the theft leaves the victim nothing, the unit that it takes may be half done by a worker that died. How far
 * that went is read only here, after the swap: before, the victim's worker could still claim the unit, get further,
 * die, and have its range put back to the very value that the swap expects.
 */
static inline void theft_finish(const struct lanes *l, struct lane *own, const struct lane *victim)
{
    const uint64_t left = __atomic_load_n(&victim->range, __ATOMIC_ACQUIRE);
    const size_t item = unit_item(l, own->split), done = size_load(&victim->progress[range_phase(left)].cursor);
    const unsigned phase = !range_phase(own->range);
    struct lane_progress *p = &own->progress[phase];

    size_store(&p->before, lane_finished(own));
    size_store(&p->first, done > item ? done : item);
    size_store(&p->cursor, done > item ? done : item);
    /* Release: a worker that claims or steals from here sees the progress that the phase selects. */
    __atomic_store_n(&own->range, range_pack(own->split, own->split_end, phase), __ATOMIC_RELEASE);
}
#endif
