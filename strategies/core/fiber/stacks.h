/*
 * stacks.h - stacks for tasks that run in turn on one thread: mapped in slabs, each stack with an inaccessible page
 * below, so that one that overflows ends the process instead of another task's data. Memory is used when it is touched.
 *
 * A stack is never given back alone: who has it keeps it for its next task.
 *
 * Errors: an errno; nothing is left mapped then.
 */
#ifndef STACKS_H
#define STACKS_H

#include <stddef.h>

#define STACKS_PER_SLAB 32

struct stacks_slab;

struct stacks {
    size_t size;               /* bytes of a stack, a multiple of the page */
    size_t guard;              /* bytes of a page */
    struct stacks_slab *slabs; /* the newest first: only it has stacks left */
    size_t left;               /* stacks of it that nobody has */
};

/* The first STACKS_PER_SLAB are mapped at once: ENOMEM where they cannot be. */
int stacks_init(struct stacks *, size_t size);
void stacks_free(struct stacks *);

/* The lowest address of a new stack, into *stack. Owns: stacks_free. */
int stacks_get(struct stacks *, void **stack);
#endif
