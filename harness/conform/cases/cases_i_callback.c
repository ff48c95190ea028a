/* I6-I8: callbacks. */
#include "../kit/script.h"
#include "cases.h"

enum { GATE_ITEM = 1, GATE_CALLBACK, GATE_OTHER, MARK_CALLED };

/* What a callback notes. */
struct notes {
    const struct script *script;
    struct script_job *job;
    unsigned good, bad;
    bool ready_before; /* the handle was ready while its callback ran */
    bool gated;        /* it stays at GATE_CALLBACK */
    int answer;        /* what it returns */
    struct pool_fault fault;
};

static int note(struct notes *n, unsigned *count, const struct pool_fault *fault)
{
    __atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
    n->fault = *fault;
    if (n->job->line.gate) /* else the case may not have the handle yet */
        n->ready_before |= pool_handle_ready(n->job->handle);
    ledger_add(&n->script->ledger->mark[MARK_CALLED]);
    if (n->gated)
        ledger_await(&n->script->ledger->mark[GATE_CALLBACK], 1, n->script->timeout_ns);
    return n->answer;
}

static int note_good(void *arg, const struct pool_fault *fault)
{
    struct notes *n = arg;

    return note(n, &n->good, fault);
}

static int note_bad(void *arg, const struct pool_fault *fault)
{
    struct notes *n = arg;

    return note(n, &n->bad, fault);
}

static struct pool_async async_with(struct notes *notes)
{
    return (struct pool_async){.callback = note_good, .error_callback = note_bad, .arg = notes};
}

static void call_back_once(const struct subject *s, struct pool *pool, int code, bool gated)
{
    const struct script script = script_new(s, 1, 1);
    struct script_job job = {.line = {.gate = gated ? GATE_ITEM : 0, .code = code}};
    struct notes notes = {.script = &script, .job = &job, .gated = gated};
    const struct pool_async async = async_with(&notes);

    script_submit(pool, &script, &job, &async);
    if (gated) {
        script_open(&script, GATE_ITEM);
        if (!ledger_await(&script.ledger->mark[MARK_CALLED], 1, script.timeout_ns))
            conform_fail("the item has ended, but no callback was called");
        if (pool_handle_wait(job.handle, 0) != POOL_ETIMEOUT || pool_handle_ready(job.handle))
            conform_fail("a handle is ready though its callback still runs");
        script_open(&script, GATE_CALLBACK);
    }
    script_finish(&script, &job);
    if (notes.ready_before)
        conform_fail("a handle is ready before its callback has run");
    if (notes.good != (code ? 0 : 1) || notes.bad != (code ? 1 : 0))
        conform_fail("an item returned %d: the callback was called %u times, the error's %u times", code, notes.good,
                     notes.bad);
    if (notes.fault.status != (code ? POOL_ETASK : POOL_OK) || notes.fault.code != code)
        conform_fail("an item returned %d, its callback was told '%s' with code %d", code,
                     pool_status_text(notes.fault.status), notes.fault.code);
}

void I6_one_callback_once_before_ready(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (int round = 0; round < (s->quick ? 20 : 100); round++)
            call_back_once(s, pool, round % 3, round % 2);
        subject_end(pool);
    }
}

/* What a callback tries with its own pool. */
struct trespass {
    struct pool *pool;
    const struct script *script;
    struct script_job other; /* submitted by the callback; held until the case opens its gate */
    enum pool_status got, waited, any, mapped, joined;
    enum pool_status (*end)(struct pool *);
    enum pool_status ended;
};

static int trespass(void *arg, const struct pool_fault *fault)
{
    struct trespass *t = arg;
    const struct pool_task task = script_task(t->script);
    const struct script_line line = {.number = 3};
    uint64_t out;
    size_t index;

    (void)fault;
    t->other.line = (struct script_line){.number = 1, .gate = GATE_OTHER};
    script_submit(t->pool, t->script, &t->other, NULL);
    t->waited = pool_handle_wait(t->other.handle, POOL_FOREVER);
    t->got = pool_handle_get(t->other.handle, POOL_FOREVER, NULL);
    t->any = pool_handles_wait_any(&t->other.handle, 1, POOL_FOREVER, &index);
    t->mapped = pool_map(t->pool, &task, 1, &line, &out, 0, NULL);
    t->ended = t->end ? t->end(t->pool) : POOL_OK;
    t->joined = pool_join(t->pool, POOL_FOREVER);
    return 0;
}

static void expect_deadlock(const char *what, enum pool_status status)
{
    if (status != POOL_EDEADLK)
        conform_fail("%s inside a callback of the same pool returned '%s'", what, pool_status_text(status));
}

static void use_pool_in_callback(const struct subject *s, enum pool_status (*end)(struct pool *))
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    const struct script script = script_new(s, 2, 4);
    struct script_job job = {0};
    struct trespass t = {.pool = pool, .script = &script, .end = end};
    const struct pool_async async = {.callback = trespass, .arg = &t};

    script_submit(pool, &script, &job, &async);
    /* The callback may have terminated the pool, but the item had ended before. */
    script_finish(&script, &job);
    expect_deadlock("wait", t.waited);
    expect_deadlock("get", t.got);
    expect_deadlock("wait_any", t.any);
    expect_deadlock("map", t.mapped);
    expect_deadlock("join", t.joined);
    if (t.ended)
        conform_fail("ending the pool in a callback returned '%s'", pool_status_text(t.ended));
    script_open(&script, GATE_OTHER);
    if (end == pool_terminate) {
        const enum pool_status status = pool_handle_get(t.other.handle, POOL_FOREVER, NULL);
        if (status != POOL_ECANCELED)
            conform_fail("an item of a pool that a callback has terminated gave '%s'", pool_status_text(status));
        pool_handle_free(t.other.handle);
    } else {
        script_finish(&script, &t.other);
    }
    if (!end)
        pool_close(pool);
    if (pool_join(pool, POOL_FOREVER))
        conform_fail("after a callback has ended the pool, join fails");
    pool_destroy(pool);
}

void I7_callback_may_use_its_pool(struct subject *s)
{
    for (int round = 0; round < (s->quick ? 2 : 20); round++) {
        use_pool_in_callback(s, NULL);
        use_pool_in_callback(s, pool_close);
        use_pool_in_callback(s, pool_terminate);
    }
}

/* A callback that returns an error: the handle says so, and nobody else notices. */
static void fail_in_callback(struct pool *pool, const struct script *script, int code)
{
    struct script_job job = {.line.code = code}, next = {.line.number = 1};
    struct notes notes = {.script = script, .job = &job, .answer = 42};
    const struct pool_async async = async_with(&notes);
    struct pool_fault fault;

    script_submit(pool, script, &job, &async);
    script_submit(pool, script, &next, NULL);
    const enum pool_status status = pool_handle_get(job.handle, POOL_FOREVER, &fault);
    if (status != POOL_ETASK || fault.code != 42 || !fault.text[0])
        conform_fail("a callback returned 42, the handle says '%s' with code %d", pool_status_text(status), fault.code);
    if (notes.good + notes.bad != 1)
        conform_fail("a callback that fails was called %u times", notes.good + notes.bad);
    pool_handle_free(job.handle);
    script_finish(script, &next);
}

void I8_bad_callback_does_not_damage_the_pool(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        const struct script script = script_new(s, 3, 10);
        for (int round = 0; round < 20; round++)
            fail_in_callback(pool, &script, round % 2);

        /* One that does not return for long holds up no item, only other callbacks. */
        struct script_job slow = {.line.number = 2}, other = {.line.number = 3};
        struct notes notes = {.script = &script, .job = &slow, .gated = true};
        const struct pool_async async = async_with(&notes);
        const uint32_t called = ledger_read(&script.ledger->mark[MARK_CALLED]);
        script_submit(pool, &script, &slow, &async);
        if (!ledger_await(&script.ledger->mark[MARK_CALLED], called + 1, script.timeout_ns))
            conform_fail("no callback was called");
        for (int i = 0; i < 10; i++) {
            script_submit(pool, &script, &other, NULL);
            script_finish(&script, &other);
        }
        script_open(&script, GATE_CALLBACK);
        script_finish(&script, &slow);
        subject_end(pool);
    }
}
