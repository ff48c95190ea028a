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
#endif
