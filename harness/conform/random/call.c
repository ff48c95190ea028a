/* One call of a verb: its arrays, how it is started, and every oracle that judges it once it is over. */
#include "player.h"

#include <stdlib.h>
#include <string.h>

#define POISON 0xa7

static int tell(void *arg, const struct pool_fault *fault)
{
    struct player_witness *w = arg;

    w->fault = *fault;
    w->own_map = pool_map(w->pool, NULL, 0, NULL, NULL, 0, NULL);
    return w->misbehaves ? PLAYER_CALLBACK_CODE : 0;
}

static int tell_success(void *arg, const struct pool_fault *fault)
{
    struct player_witness *w = arg;

    __atomic_add_fetch(&w->good, 1, __ATOMIC_RELEASE);
    return tell(arg, fault);
}

static int tell_failure(void *arg, const struct pool_fault *fault)
{
    struct player_witness *w = arg;

    __atomic_add_fetch(&w->bad, 1, __ATOMIC_RELEASE);
    return tell(arg, fault);
}

static struct array open_array(struct player_call *call, size_t size)
{
    const enum array_kind kind = call->flags & FLAG_SHARED    ? ARRAY_POOL
                                 : call->flags & FLAG_GUARDED ? ARRAY_GUARDED
                                                              : ARRAY_ZONED;

    return array_new(kind, call->owner->pool, size, call->flags & 1);
}

/* False: no memory of that kind. */
static bool open_arrays(struct player_call *call)
{
    const struct proof *p = &call->context.proof;

    for (size_t k = 0; k < p->nargs; k++) {
        call->column[k] = open_array(call, call->count * p->arg_size[k]);
        if (!call->column[k].block)
            return false;
        for (size_t i = 0; i < call->count; i++)
            proof_fill(p, k, i, call->column[k].bytes + i * p->arg_size[k]);
        array_protect(&call->column[k], true);
    }
    call->out = open_array(call, call->count * p->out_size);
    if (call->out.block)
        memset(call->out.bytes, POISON, call->out.size);
    return call->out.block;
}

struct player_call *call_open(struct player *p, struct player_pool *owner, const struct sequence_command *c,
                              size_t count)
{
    struct player_call *call = calloc(1, sizeof *call);

    if (!call)
        return NULL;
    call->owner = owner;
    call->count = count;
    call->chunk = c->arg[1];
    call->flags = c->arg[3];
    call->lost = SIZE_MAX;
    if (!(p->subject->ops->capabilities & POOL_CAP_SHARED) || owner->life == LIFE_JOINED)
        call->flags &= ~(uint64_t)FLAG_SHARED;
    call->witness = (struct player_witness){.misbehaves = call->flags & FLAG_MISBEHAVE, .pool = owner->pool};
    task_prepare(p, &call->context, &call->task, call->flags, count);
    model_choose_failures(&call->context.proof, c->arg[2], count);
    call->natural = model_items(&call->context.proof, count);
    call->cancel = owner->fail_fast && call->natural.status ? CANCEL_IN_PART : CANCEL_NEVER;
    call->context.base = task_take_ledger(p, count);
    if (call->flags & FLAG_ITEMS)
        call->items = calloc(count + 1, sizeof *call->items);
    if (call->context.base != SIZE_MAX && open_arrays(call))
        return call;
    call_close(call);
    return NULL;
}

void call_hold(struct player *p, struct player_call *call, size_t victim)
{
    call->context.gate = task_take_gate(p);
    call->context.victim = victim;
}

bool call_is_held(const struct player_call *call)
{
    const struct player_context *c = &call->context;

    return call->count && c->gate != PLAYER_NO_GATE && !ledger_read(&c->yard->open[c->gate]);
}

bool call_is_stuck(const struct player_call *call)
{
    return call_is_held(call) && !call->owner->terminated && call->cancel == CANCEL_NEVER;
}

static void list_columns(const struct player_call *call, const void *columns[PLAYER_COLUMNS])
{
    for (size_t k = 0; k < PLAYER_COLUMNS; k++)
        columns[k] = call->column[k].bytes;
}

enum pool_status call_start(struct player_call *call, bool single)
{
    const bool tells = call->flags & FLAG_CALLBACK;
    const struct pool_async async = {.callback = tells ? tell_success : NULL,
                                     .error_callback = tells ? tell_failure : NULL,
                                     .arg = &call->witness,
                                     .items = call->items};
    struct pool *pool = call->owner->pool;
    const void *columns[PLAYER_COLUMNS];

    list_columns(call, columns);
    if (single)
        return pool_apply_async(pool, &call->task, columns, call->out.bytes, &async, &call->handle);
    if (call->task.nargs == 1)
        return pool_map_async(pool, &call->task, call->count, columns[0], call->out.bytes, call->chunk, &async,
                              &call->handle);
    return pool_starmap_async(pool, &call->task, call->count, columns, call->out.bytes, call->chunk, &async,
                              &call->handle);
}

enum pool_status call_run(struct player_call *call, bool single, struct pool_fault *fault)
{
    struct pool *pool = call->owner->pool;
    const void *columns[PLAYER_COLUMNS];

    list_columns(call, columns);
    if (single)
        return pool_apply(pool, &call->task, columns, call->out.bytes, fault);
    if (call->task.nargs == 1)
        return pool_map(pool, &call->task, call->count, columns[0], call->out.bytes, call->chunk, fault);
    return pool_starmap(pool, &call->task, call->count, columns, call->out.bytes, call->chunk, fault);
}

void call_close(struct player_call *call)
{
    pool_handle_free(call->handle);
    for (size_t k = 0; k < PLAYER_COLUMNS; k++)
        array_free(&call->column[k]);
    array_free(&call->out);
    free(call->items);
    free(call);
}
