#include "timers.h"

#include <stdlib.h>

bool timers_reserve(struct timers *t, size_t count)
{
    const size_t room = count > 2 * t->room ? count : 2 * t->room;

    if (count <= t->room)
        return true;
    struct timer *heap = realloc(t->heap, room * sizeof *heap);
    if (!heap)
        return false;
    t->heap = heap;
    t->room = room;
    return true;
}

void timers_free(struct timers *t)
{
    free(t->heap);
    *t = (struct timers){0};
}

void timers_add(struct timers *t, int64_t due_ns, void *who)
{
    size_t at = t->count++;

    for (size_t above; at > 0 && due_ns < t->heap[above = (at - 1) / 2].due_ns; at = above)
        t->heap[at] = t->heap[above];
    t->heap[at] = (struct timer){due_ns, who};
}

void *timers_take(struct timers *t)
{
    void *who = t->heap[0].who;
    const struct timer last = t->heap[--t->count];
    size_t at = 0;

    for (size_t below; (below = 2 * at + 1) < t->count; at = below) {
        if (below + 1 < t->count && t->heap[below + 1].due_ns < t->heap[below].due_ns)
            below++;
        if (last.due_ns <= t->heap[below].due_ns)
            break;
        t->heap[at] = t->heap[below];
    }
    t->heap[at] = last;
    return who;
}
