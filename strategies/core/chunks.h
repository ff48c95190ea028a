/*
 * chunks.h - arithmetic of chunks that cannot overflow.
 *
 * Errors: none.
 */
#ifndef CHUNKS_H
#define CHUNKS_H

#include <stddef.h>

/* count / size, rounded up. size: at least 1. */
static inline size_t chunks_count(size_t count, size_t size)
{
    return count / size + (count % size != 0);
}

/* multiprocessing.Pool's rule: four chunks for each worker. */
static inline size_t chunks_four_each(size_t workers, size_t count)
{
    return chunks_count(count, 4 * workers);
}

/* The first item of part k when count items are split into `parts` parts whose sizes differ by one at most. */
static inline size_t chunks_split(size_t count, size_t parts, size_t k)
{
    const size_t size = count / parts, larger = count % parts;

    return k * size + (k < larger ? k : larger);
}
#endif
