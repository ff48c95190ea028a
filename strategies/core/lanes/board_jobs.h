/*
 * board_jobs.h - what the files of the board share: which job is which, and who reads it.
 *
 * Errors: none.
 */
#ifndef BOARD_JOBS_H
#define BOARD_JOBS_H

#include "board.h"

static inline size_t job_number(const struct board *b, const struct job *job)
{
    return (size_t)(job - b->job);
}

/* True if some worker may still be reading the job from its last use. */
static inline bool job_is_read(const struct board *b, size_t j)
{
    for (size_t w = 0; w < b->workers; w++)
        if (__atomic_load_n(&b->worker[w].at, __ATOMIC_SEQ_CST) == j + 1)
            return true;
    return false;
}
#endif
