/* What a call that is over has to look like. */
#include "player.h"

/* Exactly one of the callbacks, once, before the handle was ready, and told what the items came to. */
static void judge_callback(const struct player_call *call)
{
    const struct player_witness *w = &call->witness;
    char text[256];

    if (!(call->flags & FLAG_CALLBACK))
        return;
    if (w->good + w->bad != 1)
        conform_fail("the callbacks of a call of %zu items were called %u times", call->count, w->good + w->bad);
    if ((w->good == 1) != (w->fault.status == POOL_OK))
        conform_fail("the %s callback was told '%s'", w->good ? "first" : "error", pool_status_text(w->fault.status));
    if (w->own_map != POOL_EDEADLK)
        conform_fail("map in a callback returned '%s'", pool_status_text(w->own_map));
    if (model_disagreement(&call->natural, call->cancel, w->fault.status, &w->fault, text, sizeof text))
        conform_fail("the callback of a call of %zu items: %s", call->count, text);
}

/* One item of a call that ran to its end, or that `canceled` says was cut short. */
static void judge_item(const struct player_call *call, size_t i, bool canceled)
{
    const struct player_context *c = &call->context;
    const struct ledger_item *seen = &c->proof.ledger->item[c->base + i];
    const uint32_t started = ledger_read(&seen->started), finished = ledger_read(&seen->finished);
    const int code = proof_code(&c->proof, i);
    const struct pool_item natural = {.status = code ? POOL_ETASK : POOL_OK, .code = code};
    const struct pool_item *item = call->items ? &call->items[i] : canceled ? NULL : &natural;

    if (started > 1)
        conform_fail("item %zu of %zu ran %u times", i, call->count, started);
    if (i == call->lost) {
        if (item && item->status != call->natural.status)
            conform_fail("the outcome of item %zu, whose worker died or was killed, is '%s'", i,
                         pool_status_text(item->status));
        return;
    }
    if (item && canceled && item->status == POOL_ELOST)
        return; /* its worker was killed when it had, or was about to have, the item */
    if (item && item->status != POOL_ECANCELED && (item->status != natural.status || item->code != natural.code))
        conform_fail("the outcome of item %zu of %zu is '%s', code %d, instead of '%s', code %d", i, call->count,
                     pool_status_text(item->status), item->code, pool_status_text(natural.status), natural.code);
    if (item && item->status == POOL_ECANCELED && !canceled)
        conform_fail("item %zu of %zu is called cancelled, but the call is not", i, call->count);
    if (!item || item->status == POOL_ECANCELED)
        return;
    if (finished != 1)
        conform_fail("item %zu of %zu has an outcome, but ran to its end %u times", i, call->count, finished);
    if (!task_result_agrees(c, i, call->out.bytes + i * c->proof.out_size))
        conform_fail("the result of item %zu of %zu differs from the serial loop's", i, call->count);
}

static void judge_arrays(const struct player_call *call)
{
    for (size_t k = 0; k < call->task.nargs; k++)
        if (array_find_damage(&call->column[k]) != PTRDIFF_MIN)
            conform_fail("memory around the arguments of a call of %zu items was written to", call->count);
    const ptrdiff_t at = array_find_damage(&call->out);
    if (at != PTRDIFF_MIN)
        conform_fail("byte %td of an array for the results of %zu items was written to", at, call->count);
}

static void judge_all(struct player_call *call, bool canceled)
{
    for (size_t i = 0; i < call->count; i++)
        judge_item(call, i, canceled);
    judge_arrays(call);
    judge_callback(call);
}

void call_judge(struct player_call *call, enum pool_status status, const struct pool_fault *fault)
{
    const bool tells = call->flags & FLAG_CALLBACK, misbehaved = tells && call->witness.misbehaves;
    const struct model_outcome spoilt = {.status = POOL_ETASK, .index = POOL_NO_ITEM, .code = PLAYER_CALLBACK_CODE};
    const struct model_outcome *want = misbehaved ? &spoilt : &call->natural;
    const enum pool_status items = tells ? call->witness.fault.status : status;
    char text[256];

    if (model_disagreement(want, misbehaved ? CANCEL_NEVER : call->cancel, status, fault, text, sizeof text))
        conform_fail("a call of %zu items in chunks of %zu: %s", call->count, call->chunk, text);
    judge_all(call, items == POOL_ECANCELED || call->cancel == CANCEL_IN_PART);
}

void call_judge_unseen(struct player_call *call)
{
    judge_all(call, call->cancel != CANCEL_NEVER);
}
