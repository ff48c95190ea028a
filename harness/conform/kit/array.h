/*
 * array.h - arrays that notice what is done to them.
 *
 * Every array ends where a page that cannot be touched begins, or a zone of known bytes; the rest of its first page is
 * such a zone too. So arrays are unaligned as their size wants it.
 *
 * Errors: NULL memory in the array where there is none.
 */
#ifndef ARRAY_H
#define ARRAY_H

#include "pool.h"

#include <stdbool.h>
#include <stddef.h>

enum array_kind {
    ARRAY_ZONED,   /* private memory with zones of known bytes on both sides */
    ARRAY_GUARDED, /* private memory up to a page that cannot be touched */
    ARRAY_POOL,    /* from pool_alloc, with zones on both sides */
};

struct array {
    unsigned char *bytes; /* the array; NULL: none */
    size_t size;
    enum array_kind kind;
    struct pool *pool;
    unsigned char *block; /* all of it */
    size_t block_size;
};

/* Make an array of `size` bytes whose address is `offset` bytes behind an aligned one where the kind allows. */
struct array array_new(enum array_kind, struct pool *, size_t size, size_t offset);
void array_free(struct array *);
void array_protect(struct array *, bool read_only); /* GUARDED only; else nothing */

/* The distance from the array's start of the first changed byte around it; PTRDIFF_MIN: none changed. */
ptrdiff_t array_find_damage(const struct array *);
#endif
