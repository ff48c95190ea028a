/* map, starmap and apply, waiting or not. */
#include "player.h"

#include <string.h>

#define HELD_MAX 3

static void run_now(struct player *p, struct player_call *call, bool single)
{
    struct pool_fault fault;

    wait_make_way(p, call->owner);
    const enum pool_status expected = model_submit(call->owner->life), status = call_run(call, single, &fault);
    if (expected == POOL_OK)
        call_judge(call, status, &fault);
    else if (status != expected)
        conform_fail("a call of %zu items returned '%s' (%s) instead of '%s'", call->count, pool_status_text(status),
                     fault.text, pool_status_text(expected));
    call_close(call);
}

static void start_now(struct player *p, struct player_call *call, bool single, size_t slot)
{
    const enum pool_status expected = model_submit(call->owner->life);

    if ((call->flags & FLAG_HELD) && expected == POOL_OK)
        call_hold(p, call, SIZE_MAX);
    const enum pool_status status = call_start(call, single);
    if (status != expected)
        conform_fail("an asynchronous call of %zu items returned '%s' instead of '%s'", call->count,
                     pool_status_text(status), pool_status_text(expected));
    if (!status != (call->handle != NULL))
        conform_fail("an asynchronous call returned '%s' and %s handle", pool_status_text(status),
                     call->handle ? "a" : "no");
    if (status)
        call_close(call);
    else
        p->call[slot] = call;
}

bool player_do_work(struct player *p, const struct sequence_command *c)
{
    struct player_pool *owner = &p->pool[c->pool];
    const bool async = strchr("MSA", c->verb), single = strchr("aA", c->verb);
    const size_t slot = c->arg[4] % PLAYER_CALLS;
    struct sequence_command plan = *c;
    size_t count = single ? 1 : c->arg[0];

    if (!owner->pool)
        return false;
    if (c->verb == VERB_MAP || c->verb == VERB_MAP_ASYNC)
        plan.arg[3] = (plan.arg[3] & ~(uint64_t)FLAG_SHAPE) | (plan.arg[3] & 1 ? 3 : 0);
    else if (!single)
        plan.arg[3] = (plan.arg[3] & ~(uint64_t)FLAG_SHAPE) | (plan.arg[3] & 1 ? 2 : 1);
    if (!async)
        plan.arg[3] &= FLAG_SHAPE | FLAG_SHARED | FLAG_GUARDED;
    if (plan.arg[3] & FLAG_HELD) {
        const size_t most = owner->workers < HELD_MAX ? owner->workers : HELD_MAX;
        count = count < most ? count : most;
    }
    if (async && p->call[slot])
        wait_settle(p, slot);
    struct player_call *call = call_open(p, owner, &plan, count);
    if (!call)
        return false;
    if (async)
        start_now(p, call, single, slot);
    else
        run_now(p, call, single);
    return true;
}
