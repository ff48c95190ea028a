/* What a supervisor does to the lane of a dead worker. The protocol is told in lanes.h. */
#include "lanes_words.h"

/* Finish or forget a dead thief's theft from the victim that it has marked. */
static void repair_theft(const struct lanes *l, struct lane *thief, struct lane *victim, uint32_t victim_mark)
{
    const uint32_t split = __atomic_load_n(&thief->split, __ATOMIC_ACQUIRE);
    const uint64_t range = __atomic_load_n(&victim->range, __ATOMIC_ACQUIRE);

    /* Only the holder of the mark changes a range's end, so the end tells whether the swap was made. */
    if (split != NO_SPLIT && thief->victim == victim_mark && range_end(range) == split) {
        const uint64_t own = thief->range;
        if (range_begin(own) != split || range_end(own) != thief->split_end)
            theft_finish(l, thief, victim);
    }
    mark_free(victim);
}

/*
 * Give back what the dead worker had claimed but not finished, all but the item that it was at. Where items are timed,
 * the books know of a worker between two items; elsewhere it counts as being at the next one.
 */
static size_t repair_claim(const struct lanes *l, struct lane *lane)
{
    const bool idle = l->books && !books_is_running(&l->books[lane - l->lane]);
    uint64_t seen = __atomic_load_n(&lane->range, __ATOMIC_ACQUIRE);
    size_t *cursor = &lane->progress[range_phase(seen)].cursor;
    const size_t claimed = unit_item(l, range_begin(seen)), lost = size_load(cursor);

    if (lost >= claimed)
        return LANES_NO_ITEM;
    const size_t next = idle ? lost : lost + 1;
    const uint32_t back = next == claimed ? range_begin(seen) : (uint32_t)(next / l->unit);
    size_store(cursor, next);
    while (!range_swap(lane, &seen, range_pack(back, range_end(seen), range_phase(seen))))
        ; /* a thief has moved the end */
    return idle ? LANES_NO_ITEM : lost;
}

size_t lanes_repair(struct lanes *l, size_t worker)
{
    const uint32_t mark = (uint32_t)worker + 1;
    struct lane *dead = &l->lane[worker];

    for (size_t v = 0; v < l->workers; v++)
        if (v != worker && __atomic_load_n(&l->lane[v].thief, __ATOMIC_ACQUIRE) == mark)
            repair_theft(l, dead, &l->lane[v], (uint32_t)v + 1);
    __atomic_store_n(&dead->split, NO_SPLIT, __ATOMIC_RELEASE);
    if (__atomic_load_n(&dead->thief, __ATOMIC_ACQUIRE) == mark)
        mark_free(dead);
    return repair_claim(l, dead);
}
