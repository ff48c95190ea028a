/*
 * library.h - a peer's library, loaded when a pool is created.
 *
 * Errors: POOL_EABSENT, or POOL_EOS where the system refuses it, with the loader's sentence.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "pool.h"

/* A function of the library, and the pointer to it that is to be filled in. */
struct library_symbol {
    const char *name;
    void *where; /* points to a function pointer */
};

/* symbols: ended by a NULL name. *handle: Owns: the caller, until library_close; NULL on failure. */
enum pool_status library_open(const char *file, const struct library_symbol *symbols, void **handle,
                              struct pool_fault *);
void library_close(void *handle); /* NULL: nothing */
#endif
