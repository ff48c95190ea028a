/*
 * timers.h - who is to be woken when: a binary heap with the earliest on top.
 *
 * Room is made beforehand, so that adding cannot fail. For one thread.
 *
 * Errors: timers_reserve returns false without memory; the heap is as before then.
 */
#ifndef TIMERS_H
#define TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t due_ns; /* of CLOCK_MONOTONIC */
    void *who;
};

/* All zero: empty. */
struct timers {
    struct timer *heap; /* Shape: count of room */
    size_t count, room;
};

/* Make room for `count` at a time. */
bool timers_reserve(struct timers *, size_t count);
void timers_free(struct timers *);

void timers_add(struct timers *, int64_t due_ns, void *who);

/* When the earliest is due; INT64_MAX: there is none. */
static inline int64_t timers_due_ns(const struct timers *t)
{
    return t->count ? t->heap[0].due_ns : INT64_MAX;
}

/* Take the earliest out. There is one. */
void *timers_take(struct timers *);
#endif
