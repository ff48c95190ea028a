/*
 * arena.h - memory that a process shares with all workers it forks later, at the same address.
 *
 * One anonymous shared mapping is reserved before the first fork, much larger than is likely to be used, and pages are
 * taken from the system only when they are touched. So memory handed out long after a fork is visible to every worker
 * without a message, has no name, and needs no descriptor. Only the creator allocates; the bookkeeping is its own.
 *
 * Errors: NULL, where there is no memory.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_delete(struct arena *); /* NULL: nothing */

/* Zeroed, page-aligned memory. Any thread of the creator. */
void *arena_alloc(struct arena *, size_t bytes);

/* The same, not zeroed: memory that was used before is handed out again without asking the system for pages. */
void *arena_alloc_dirty(struct arena *, size_t bytes);

/* Give memory back; its pages go back to the system, but for a bounded amount that is kept for arena_alloc_dirty. */
void arena_free(struct arena *, void *memory);

/* True if all of these bytes lie in the arena. */
bool arena_holds(const struct arena *, const void *memory, size_t bytes);
#endif
