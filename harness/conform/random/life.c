/* A pool from create to destroy, and its memory. */
#include "player.h"

#include <stdlib.h>
#include <string.h>

#define BARREN_CODE 9
#define FILLING 0x3d

bool life_can(const struct player *p, unsigned capability)
{
    return p->subject->ops->capabilities & capability;
}

static int begin_well(void *arg, size_t worker)
{
    (void)worker;
    ledger_add(&((struct player_yard *)arg)->begun);
    return 0;
}

static void end_well(void *arg, size_t worker)
{
    (void)worker;
    ledger_add(&((struct player_yard *)arg)->ended);
}

static int begin_badly(void *arg, size_t worker)
{
    (void)arg;
    (void)worker;
    return BARREN_CODE;
}

static bool create(struct player *p, struct player_pool *owner, const struct sequence_command *c)
{
    struct pool_fault fault;
    const struct pool_config config = {.workers = c->arg[0],
                                       .wait = (enum pool_wait)(c->arg[1] % 3),
                                       .max_items_per_worker = c->arg[2],
                                       .initializer = c->arg[3] ? begin_well : NULL,
                                       .finalizer = c->arg[3] ? end_well : NULL,
                                       .fail_fast = c->arg[4],
                                       .initarg = p->yard,
                                       .options = p->subject->options,
                                       .fault = &fault};

    if (owner->pool)
        return false;
    const enum pool_status expected = model_create(p->subject->ops, &config);
    const enum pool_status status = pool_create_with(p->subject->ops, &config, &owner->pool);
    if (status != expected)
        conform_fail("create returned '%s' (%s) instead of '%s'", pool_status_text(status), fault.text,
                     pool_status_text(expected));
    if (status && owner->pool)
        conform_fail("create returned '%s' and a pool", pool_status_text(status));
    if (status)
        return true;
    owner->life = LIFE_RUN;
    owner->workers = pool_workers(owner->pool);
    owner->fail_fast = c->arg[4];
    if (owner->workers != c->arg[0] && c->arg[0])
        conform_fail("a pool of %zu workers says that it has %zu", (size_t)c->arg[0], owner->workers);
    return true;
}

/* A pool whose initializer fails: create says so, or else every call does. */
static void create_barren(const struct player *p, size_t workers)
{
    struct pool_fault fault = {0};
    const struct pool_config config = {.workers = subject_workers(p->subject, workers ? workers % 64 : 1),
                                       .initializer = begin_badly,
                                       .options = p->subject->options,
                                       .fault = &fault};
    struct pool *pool;
    enum pool_status status = pool_create_with(p->subject->ops, &config, &pool);
    struct player_context context;
    struct pool_task task;
    const void *const columns[PLAYER_COLUMNS] = {"12345678"};
    unsigned char out[8];

    if (!status) {
        task_prepare((struct player *)p, &context, &task, 0, 1);
        context.base = LEDGER_ITEMS; /* it must not run */
        status = pool_apply(pool, &task, columns, out, &fault);
    }
    if (status != POOL_EBROKEN || fault.code != BARREN_CODE)
        conform_fail("an initializer that fails with code %d gave '%s', code %d (%s)", BARREN_CODE,
                     pool_status_text(status), fault.code, fault.text);
    pool_destroy(pool);
}

void life_close(struct player_pool *owner)
{
    const enum pool_status status = pool_close(owner->pool);

    if (status)
        conform_fail("close returned '%s'", pool_status_text(status));
    owner->life = model_close(owner->life);
}

/* From now on calls that are not over may be cancelled; those that are held, and whose workers are killed, must be. */
static void expect_cancel(const struct player *p, struct player_call *call)
{
    const bool over = call->handle && pool_handle_ready(call->handle);

    if (!over && call->cancel == CANCEL_NEVER)
        call->cancel = call_is_held(call) && life_can(p, POOL_CAP_KILL) ? CANCEL_SURELY : CANCEL_MAYBE;
}

static void expect_cancels(struct player *p, const struct player_pool *owner)
{
    for (size_t i = 0; i < PLAYER_CALLS; i++)
        if (p->call[i] && p->call[i]->owner == owner)
            expect_cancel(p, p->call[i]);
    for (struct player_call *call = p->given_away; call; call = call->next)
        if (call->owner == owner)
            expect_cancel(p, call);
}

void life_terminate(struct player *p, struct player_pool *owner)
{
    if (owner->life != LIFE_JOINED) {
        expect_cancels(p, owner);
        owner->terminated = true;
    }
    const enum pool_status status = pool_terminate(owner->pool);
    if (status)
        conform_fail("terminate returned '%s'", pool_status_text(status));
    owner->life = model_terminate(owner->life);
}

/* Everything is over: handles are ready, and what nobody watched can be judged. */
static void judge_joined(struct player *p, const struct player_pool *owner)
{
    for (size_t i = 0; i < PLAYER_CALLS; i++)
        if (p->call[i] && p->call[i]->owner == owner)
            wait_judge(p->call[i]);
    for (struct player_call **at = &p->given_away; *at;) {
        struct player_call *call = *at;
        if (call->owner != owner) {
            at = &call->next;
            continue;
        }
        *at = call->next;
        call_judge_unseen(call);
        call_close(call);
    }
}

static bool is_stuck(const struct player *p, const struct player_pool *owner)
{
    bool stuck = false;

    for (size_t i = 0; i < PLAYER_CALLS; i++)
        stuck |= p->call[i] && p->call[i]->owner == owner && call_is_stuck(p->call[i]);
    for (const struct player_call *call = p->given_away; call; call = call->next)
        stuck |= call->owner == owner && call_is_stuck(call);
    return stuck;
}

static void join(struct player *p, struct player_pool *owner, uint64_t timeout)
{
    const int64_t timeout_ns = wait_timeout_ns(timeout);

    if (timeout_ns == POOL_FOREVER && !(owner->terminated && life_can(p, POOL_CAP_KILL)))
        wait_open_gates(p, owner);
    const bool stuck = is_stuck(p, owner);
    const enum pool_status status = pool_join(owner->pool, timeout_ns);
    if (!model_join_agrees(owner->life, stuck, timeout_ns == POOL_FOREVER, status))
        conform_fail("join returned '%s'", pool_status_text(status));
    if (status)
        return;
    owner->life = LIFE_JOINED;
    judge_joined(p, owner);
}

static bool uses_pool_memory(const struct player *p, const struct player_pool *owner)
{
    bool uses = false;

    for (size_t i = 0; i < PLAYER_CALLS; i++)
        uses |= p->call[i] && p->call[i]->owner == owner && p->call[i]->flags & FLAG_SHARED;
    for (const struct player_call *call = p->given_away; call; call = call->next)
        uses |= call->owner == owner && call->flags & FLAG_SHARED;
    return uses;
}

static void drop_iterators(struct player *p, const struct player_pool *owner)
{
    for (size_t i = 0; i < PLAYER_ITERS; i++)
        if (p->iter[i].iter && p->iter[i].owner == owner)
            lazy_drop(&p->iter[i]);
}

static void settle_calls(struct player *p, const struct player_pool *owner)
{
    for (size_t i = 0; i < PLAYER_CALLS; i++)
        if (p->call[i] && p->call[i]->owner == owner)
            wait_settle(p, i);
}

static void judge_block(const struct player_block *b)
{
    for (size_t i = 0; i < b->size; i++)
        if (b->bytes[i] != FILLING)
            conform_fail("byte %zu of %zu from pool_alloc was written to by somebody else", i, b->size);
}

void life_destroy(struct player *p, struct player_pool *owner, bool iterators_first)
{
    for (size_t i = 0; i < PLAYER_BLOCKS; i++)
        if (p->block[i].bytes && p->block[i].owner == owner) {
            judge_block(&p->block[i]);
            p->block[i].bytes = NULL;
        }
    if (iterators_first)
        drop_iterators(p, owner);
    if (owner->life != LIFE_JOINED)
        expect_cancels(p, owner);
    if (!life_can(p, POOL_CAP_KILL))
        wait_open_gates(p, owner);
    if (uses_pool_memory(p, owner)) {
        life_terminate(p, owner);
        join(p, owner, TIMEOUT_NEVER);
        settle_calls(p, owner);
    }
    pool_destroy(owner->pool);
    drop_iterators(p, owner);
    judge_joined(p, owner);
    owner->terminated = true;
    settle_calls(p, owner);
    *owner = (struct player_pool){0};
}

static bool allocate(struct player *p, struct player_pool *owner, const struct sequence_command *c)
{
    struct player_block *b = &p->block[c->arg[0] % PLAYER_BLOCKS];
    const bool expected = life_can(p, POOL_CAP_SHARED) && owner->life != LIFE_JOINED;

    if (b->bytes || c->arg[1] > 1 << 20)
        return false;
    *b = (struct player_block){.owner = owner, .size = c->arg[1], .bytes = pool_alloc(owner->pool, c->arg[1])};
    if ((b->bytes != NULL) != expected && b->size)
        conform_fail("pool_alloc of %zu bytes gave %s memory", b->size, b->bytes ? "some" : "no");
    if (!b->bytes)
        return true;
    if ((uintptr_t)b->bytes % 64)
        conform_fail("pool_alloc gave memory that is not aligned to 64 bytes");
    for (size_t i = 0; i < b->size; i++)
        if (b->bytes[i])
            conform_fail("pool_alloc gave memory whose byte %zu is not zero", i);
    memset(b->bytes, FILLING, b->size);
    return true;
}

static bool release(struct player *p, const struct sequence_command *c)
{
    struct player_block *b = &p->block[c->arg[0] % PLAYER_BLOCKS];

    if (!b->bytes)
        return false;
    judge_block(b);
    pool_free(b->owner->pool, b->bytes);
    b->bytes = NULL;
    return true;
}

bool player_do_life(struct player *p, const struct sequence_command *c)
{
    struct player_pool *owner = &p->pool[c->pool];

    if (c->verb == VERB_CREATE)
        return create(p, owner, c);
    if (c->verb == VERB_RELEASE)
        return release(p, c);
    if (c->verb == VERB_BARREN) {
        create_barren(p, c->arg[0]);
        return true;
    }
    if (!owner->pool)
        return false;
    switch (c->verb) {
    case VERB_CLOSE: life_close(owner); break;
    case VERB_TERMINATE: life_terminate(p, owner); break;
    case VERB_JOIN: join(p, owner, c->arg[0]); break;
    case VERB_DESTROY: life_destroy(p, owner, c->arg[0] == 0); break;
    default: return allocate(p, owner, c);
    }
    return true;
}
