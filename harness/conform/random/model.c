#include "model.h"

#include <stdio.h>

enum pool_status model_submit(enum model_life life)
{
    return life == LIFE_RUN ? POOL_OK : POOL_ECLOSED;
}

enum model_life model_close(enum model_life life)
{
    return life == LIFE_RUN ? LIFE_CLOSED : life;
}

enum model_life model_terminate(enum model_life life)
{
    return life == LIFE_JOINED ? LIFE_JOINED : LIFE_TERMINATED;
}

bool model_join_agrees(enum model_life life, bool pending, bool patient, enum pool_status status)
{
    if (life == LIFE_RUN)
        return status == POOL_EINVAL;
    if (life == LIFE_JOINED || patient)
        return status == POOL_OK;
    return status == POOL_ETIMEOUT || (!pending && status == POOL_OK);
}

enum pool_status model_create(const struct pool_ops *ops, const struct pool_config *config)
{
    if (config->workers > ops->workers_max)
        return POOL_EINVAL;
    if (config->max_items_per_worker && !(ops->capabilities & POOL_CAP_RECYCLE))
        return POOL_ENOTSUP;
    if (config->item_timeout_ns && !(ops->capabilities & POOL_CAP_KILL))
        return POOL_ENOTSUP;
    return POOL_OK;
}

void model_choose_failures(struct proof *p, uint64_t which, size_t count)
{
    const size_t last = count ? count - 1 : 0;

    p->fail_first = which == 2 ? last : which == 4 && last ? 1 : 0;
    p->fail_last = which == 1 ? 0 : last;
    p->fail_step = !which ? 0 : which == 4 ? 3 : 1;
}

struct model_outcome model_items(const struct proof *p, size_t count)
{
    struct model_outcome o = {.index = POOL_NO_ITEM};

    for (size_t i = count; i-- > 0;) {
        const int code = proof_code(p, i);
        if (!code)
            continue;
        o = (struct model_outcome){.status = POOL_ETASK, .index = i, .failed = o.failed + 1, .code = code};
    }
    return o;
}

const char *model_disagreement(const struct model_outcome *want, enum model_cancel cancel, enum pool_status returned,
                               const struct pool_fault *got, char *text, size_t size)
{
    if (returned != got->status) {
        snprintf(text, size, "it returned '%s' but its fault says '%s'", pool_status_text(returned),
                 pool_status_text(got->status));
        return text;
    }
    if (returned == POOL_ECANCELED && cancel != CANCEL_NEVER)
        return NULL;
    if (cancel == CANCEL_IN_PART && returned == POOL_ETASK && want->status == POOL_ETASK && got->failed &&
        got->failed <= want->failed && got->index >= want->index)
        return NULL;
    if (cancel == CANCEL_SURELY || returned != want->status) {
        snprintf(text, size, "it returned '%s' (%.150s) instead of '%s'", pool_status_text(returned), got->text,
                 pool_status_text(cancel == CANCEL_SURELY ? POOL_ECANCELED : want->status));
        return text;
    }
    if (returned && (got->index != want->index || got->code != want->code || got->failed != want->failed)) {
        snprintf(text, size, "its fault has item %zd, code %d, %zu failed instead of item %zd, code %d, %zu failed",
                 (ssize_t)got->index, got->code, got->failed, (ssize_t)want->index, want->code, want->failed);
        return text;
    }
    return NULL;
}
