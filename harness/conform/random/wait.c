/* Waiting for handles, one or many, and giving them away. */
#include "player.h"

#define SHORT_NS INT64_C(1000000)

int64_t wait_timeout_ns(uint64_t timeout)
{
    static const int64_t ns[] = {[TIMEOUT_POLL] = 0, [TIMEOUT_SHORT] = SHORT_NS, [TIMEOUT_NEVER] = POOL_FOREVER};

    return ns[timeout % TIMEOUT_COUNT];
}

/* Slot by slot, then those given away. */
static struct player_call *next_call(const struct player *p, const struct player_call *at, size_t *slot)
{
    while (*slot < PLAYER_CALLS)
        if (p->call[(*slot)++])
            return p->call[*slot - 1];
    return at && *slot > PLAYER_CALLS ? at->next : (++*slot, p->given_away);
}

#define EACH_CALL(p, call)                                                                                             \
    size_t slot_ = 0;                                                                                                  \
    for (struct player_call *call = NULL; (call = next_call(p, call, &slot_)) != NULL;)

void wait_open_gates(struct player *p, const struct player_pool *owner)
{
    EACH_CALL(p, call)
    if (call->owner == owner && call_is_held(call))
        task_open_gate(p, call->context.gate);
}

void wait_make_way(struct player *p, const struct player_pool *owner)
{
    size_t held = 0;

    EACH_CALL(p, call)
    if (call->owner == owner && call_is_held(call))
        held += call->count;
    if (held >= owner->workers || !life_can(p, POOL_CAP_OVERLAP) || life_can(p, POOL_CAP_INLINE))
        wait_open_gates(p, owner);
}

static void make_end(struct player *p, struct player_call *call)
{
    if (!call->owner->terminated || !life_can(p, POOL_CAP_KILL))
        wait_open_gates(p, call->owner);
}

void wait_judge(struct player_call *call)
{
    struct pool_fault fault;
    const enum pool_status status = pool_handle_get(call->handle, 0, &fault);

    if (!pool_handle_ready(call->handle) || pool_handle_successful(call->handle) != status)
        conform_fail("a handle that is ready says '%s' and then '%s'", pool_status_text(status),
                     pool_status_text(pool_handle_successful(call->handle)));
    call_judge(call, status, &fault);
}

void wait_settle(struct player *p, size_t slot)
{
    struct player_call *call = p->call[slot];

    make_end(p, call);
    const enum pool_status status = pool_handle_wait(call->handle, POOL_FOREVER);
    if (status)
        conform_fail("waiting for a handle without a limit returned '%s'", pool_status_text(status));
    wait_judge(call);
    call_close(call);
    p->call[slot] = NULL;
}

static void wait_one(struct player *p, struct player_call *call, const struct sequence_command *c)
{
    const int64_t timeout_ns = wait_timeout_ns(c->arg[1]);
    const bool was_ready = pool_handle_ready(call->handle);
    struct pool_fault fault;

    if (timeout_ns == POOL_FOREVER)
        make_end(p, call);
    /* A call that was cancelled before its first item began never comes to its gate. */
    const bool stuck = call_is_stuck(call);
    const enum pool_status status = c->verb == VERB_GET ? pool_handle_get(call->handle, timeout_ns, &fault)
                                                        : pool_handle_wait(call->handle, timeout_ns);
    if (stuck && (was_ready || status != POOL_ETIMEOUT || pool_handle_successful(call->handle) != POOL_EINVAL))
        conform_fail("a call whose items all wait returned '%s'", pool_status_text(status));
    if (status == POOL_ETIMEOUT && (was_ready || timeout_ns == POOL_FOREVER))
        conform_fail("waiting for a handle that %s timed out", was_ready ? "was ready" : "may take for ever");
    if (c->verb == VERB_WAIT && status && status != POOL_ETIMEOUT)
        conform_fail("waiting for a handle returned '%s'", pool_status_text(status));
    if (pool_handle_ready(call->handle))
        wait_judge(call);
}

/* A call that nobody watches any more goes on all the same; it is judged when its pool is joined. */
static void give_away(struct player *p, size_t slot)
{
    struct player_call *call = p->call[slot];

    p->call[slot] = NULL;
    if (pool_handle_ready(call->handle)) {
        wait_judge(call);
        call_close(call);
        return;
    }
    pool_handle_free(call->handle);
    call->handle = NULL;
    call->next = p->given_away;
    p->given_away = call;
}

/* What has not begun will not; what has, ends as it would have. */
static void cancel(struct player_call *call)
{
    if (!pool_handle_ready(call->handle) && call->cancel != CANCEL_SURELY)
        call->cancel = CANCEL_IN_PART;
    const enum pool_status status = pool_handle_cancel(call->handle);
    if (status)
        conform_fail("cancelling a call returned '%s'", pool_status_text(status));
}

static void wait_many(struct player *p, const struct sequence_command *c)
{
    const int64_t timeout_ns = wait_timeout_ns(c->arg[0]);
    struct pool_handle *handles[PLAYER_CALLS];
    size_t index = SIZE_MAX, count = 0, ready = 0;
    enum pool_status status;

    for (size_t i = 0; i < PLAYER_CALLS; i++) {
        handles[i] = p->call[i] ? p->call[i]->handle : NULL;
        count += handles[i] != NULL;
        ready += pool_handle_ready(handles[i]);
        if (p->call[i] && timeout_ns == POOL_FOREVER)
            make_end(p, p->call[i]);
    }
    const bool any = c->verb == VERB_ANY;
    if (any)
        status = pool_handles_wait_any(handles, PLAYER_CALLS, timeout_ns, &index);
    else
        status = pool_handles_wait_all(handles, PLAYER_CALLS, timeout_ns);
    const bool sure = timeout_ns == POOL_FOREVER || (any ? ready > 0 : ready == count);
    const enum pool_status expected = any && !count ? POOL_EINVAL : POOL_OK;
    if (status != expected && (sure || !count || status != POOL_ETIMEOUT))
        conform_fail("waiting for %s of %zu handles, %zu of them ready, returned '%s'", any ? "any" : "all", count,
                     ready, pool_status_text(status));
    for (size_t i = 0; i < PLAYER_CALLS && !status; i++)
        if (handles[i] && (!any || i == index)) {
            if (!pool_handle_ready(handles[i]))
                conform_fail("waiting for %zu handles ended, but %zu is not ready", count, i);
            wait_judge(p->call[i]);
        }
    if (any && !status && (index >= PLAYER_CALLS || !handles[index]))
        conform_fail("waiting for any of %zu handles gave %zu, which is none of them", count, index);
}

bool player_do_wait(struct player *p, const struct sequence_command *c)
{
    const size_t slot = c->arg[0] % PLAYER_CALLS;

    if (c->verb == VERB_ANY || c->verb == VERB_ALL) {
        wait_many(p, c);
        return true;
    }
    if (!p->call[slot])
        return false;
    if (c->verb == VERB_FREE)
        give_away(p, slot);
    else if (c->verb == VERB_CANCEL)
        cancel(p->call[slot]);
    else if (c->verb == VERB_OPEN)
        task_open_gate(p, p->call[slot]->context.gate);
    else
        wait_one(p, p->call[slot], c);
    return true;
}
