/*
 * staging.h - a batch's task, context and arrays, where forked workers see them.
 *
 * Arrays that lie in shared memory are used as they are; others are copied in before the batch and out of it
 * afterwards.
 *
 * Errors: false where there is no memory; nothing is kept then.
 */
#ifndef STAGING_H
#define STAGING_H

#include "../lanes/board.h"
#include "shmem.h"

/* What one job holds beside its lanes. The creator's own memory. */
struct staging {
    void *block;  /* of the shared memory; NULL: everything fits into the job's scratch */
    size_t *lost; /* items that were lost with their workers, whose results are not copied out */
    size_t lost_count, lost_room;
    struct pool_fault fault; /* of the lowest of them */
};

/* Point the job's records at memory that workers see, copying what they would not. */
bool staging_in(struct staging *, struct shmem *, struct job *);

/* Copy results and outcomes to where the batch wants them; nothing of a cancelled batch. */
void staging_out(const struct staging *, struct shmem *, const struct job *);

/* An item was lost, as `how` says; with fail-fast it ends the job. Where there is no memory to note it, its result is
 * whatever its worker left. */
void staging_lose(struct staging *, struct job *, size_t item, const struct pool_fault *how);

/* Free what the job held. */
void staging_clear(struct staging *, struct shmem *);
#endif
