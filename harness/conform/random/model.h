/*
 * model.h - what the contract says of a pool's life and of how a call ends, without a pool.
 *
 * Errors: none.
 */
#ifndef MODEL_H
#define MODEL_H

#include "../kit/proof.h"
#include "strategy.h"

enum model_life { LIFE_NONE, LIFE_RUN, LIFE_CLOSED, LIFE_TERMINATED, LIFE_JOINED };

/* What a call may come to besides its natural end: it is cancelled whole, or it ends with what ran of it. */
enum model_cancel { CANCEL_NEVER, CANCEL_MAYBE, CANCEL_SURELY, CANCEL_IN_PART };

/* How a call has to end. */
struct model_outcome {
    enum pool_status status;
    size_t index, failed;
    int code;
};

enum pool_status model_submit(enum model_life);
enum model_life model_close(enum model_life);
enum model_life model_terminate(enum model_life);

/* pool_join that does not wait. pending: calls that cannot end by themselves are left. True if the status is right. */
bool model_join_agrees(enum model_life, bool pending, bool patient, enum pool_status);

/* pool_create with these settings. */
enum pool_status model_create(const struct pool_ops *, const struct pool_config *);

/* Which items fail: 0 none, 1 the first, 2 the last, 3 all, 4 every third. */
void model_choose_failures(struct proof *, uint64_t which, size_t count);

/* What the items of a call come to when nobody interferes. */
struct model_outcome model_items(const struct proof *, size_t count);

/* The sentence that says what is wrong with a fault, into text; NULL: nothing is. */
const char *model_disagreement(const struct model_outcome *, enum model_cancel, enum pool_status returned,
                               const struct pool_fault *, char *text, size_t size);
#endif
