/*
 * shmem.h - memory that a process shares with all workers it forks later, at the same address.
 *
 * One anonymous shared mapping is reserved before the first fork, much larger than is likely to be used, and pages are
 * taken from the system only when they are touched. So memory handed out long after a fork is visible to every worker
 * without a message, has no name, and needs no descriptor. Only the creator allocates; the bookkeeping is its own.
 *
 * Errors: NULL, where there is no memory.
 */
#ifndef SHMEM_H
#define SHMEM_H

#include <stdbool.h>
#include <stddef.h>

struct shmem;

struct shmem *shmem_new(void);
void shmem_delete(struct shmem *); /* NULL: nothing */

/* Zeroed, page-aligned memory. Any thread of the creator. */
void *shmem_alloc(struct shmem *, size_t bytes);

/* The same, not zeroed: memory that was used before is handed out again without asking the system for pages. */
void *shmem_alloc_dirty(struct shmem *, size_t bytes);

/* Give memory back; its pages go back to the system, but for a bounded amount that is kept for shmem_alloc_dirty. */
void shmem_free(struct shmem *, void *memory);

/* The pages inside [from, to) of a block are not needed any more. Nothing where the block would be kept dirty. */
void shmem_discard(struct shmem *, void *block, void *from, void *to);

/* True if all of these bytes lie in shared memory. */
bool shmem_holds(const struct shmem *, const void *memory, size_t bytes);
#endif
