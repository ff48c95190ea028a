/* O9-O11, O13: the end of a pool that several threads or callbacks are at. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "cases.h"

#include <pthread.h>
#include <string.h>

static pthread_t start(void *(*run)(void *), void *arg)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, run, arg))
        conform_unsupported("a thread cannot be started");
    return thread;
}

enum { SUBMITS_MAX = 400 };

/* A thread that submits until the pool takes no more. */
struct submitter {
    const struct subject *subject;
    struct pool *pool;
    struct play *play[SUBMITS_MAX];
    size_t accepted;
    enum pool_status refused;
};

static void *submit_until_closed(void *arg)
{
    struct submitter *t = arg;

    while (t->accepted < SUBMITS_MAX && !t->refused) {
        struct play *p = play_new(t->subject, 2 * t->accepted, 2);
        const struct pool_async async = {.items = p->items};
        t->refused = pool_map_async(t->pool, &p->task, 2, p->in, p->out, 1, &async, &p->handle);
        if (t->refused)
            play_free(p);
        else
            t->play[t->accepted++] = p;
        ledger_add(&t->subject->ledger->mark[MARK_NOTE]);
    }
    return NULL;
}

void O9_submit_races_close(struct subject *s)
{
    for (size_t round = 0; round < (s->quick ? 5 : 30); round++) {
        struct submitter t = {.subject = s, .pool = subject_create(s, subject_workers(s, 2))};
        ledger_clear(s->ledger, 0);
        const pthread_t thread = start(submit_until_closed, &t);
        ledger_await(&s->ledger->mark[MARK_NOTE], (uint32_t)(1 + round % 7), subject_patience_ns(s, PATIENCE_MEET_NS));
        if (pool_close(t.pool) || pool_join(t.pool, subject_patience_ns(s, PATIENCE_MEET_NS)))
            conform_fail("close and join failed while another thread submits");
        thread_await(s, thread, "a thread that submits to a closed pool");
        if (t.refused != POOL_ECLOSED && t.accepted < SUBMITS_MAX)
            conform_fail("a submit that came after close gave '%s'", pool_status_text(t.refused));
        for (size_t i = 0; i < t.accepted; i++) {
            if (!pool_handle_ready(t.play[i]->handle))
                conform_fail("call %zu was accepted while the pool closed, and is not over after join", i);
            play_await(t.play[i]);
            play_judge(t.play[i], false);
            play_free(t.play[i]);
        }
        pool_destroy(t.pool);
    }
}

/* A thread that waits for something of a pool. */
struct waiter {
    const struct subject *subject;
    struct pool *pool;
    struct play *play;
    struct pool_iter *iter;
    enum pool_status status;
};

static void *wait_in_map(void *arg)
{
    struct waiter *w = arg;

    w->status = pool_map(w->pool, &w->play->task, w->play->count, w->play->in, w->play->out, 1, &w->play->fault);
    return NULL;
}

static void *wait_in_get(void *arg)
{
    struct waiter *w = arg;

    w->status = pool_handle_get(w->play->handle, POOL_FOREVER, NULL);
    return NULL;
}

static void *wait_in_next(void *arg)
{
    struct waiter *w = arg;
    uint64_t out;

    w->status = pool_iter_next(w->iter, &out, NULL, POOL_FOREVER, NULL);
    return NULL;
}

static void *wait_in_join(void *arg)
{
    struct waiter *w = arg;

    w->status = pool_join(w->pool, POOL_FOREVER);
    return NULL;
}

static int one_that_waits(void *arg, size_t index, void *const record[])
{
    const struct act_item item = {.act = ACT_WAIT, .index = (uint32_t)(1000 + index)};

    (void)arg;
    memcpy(record[0], &item, sizeof item);
    return index == 0;
}

static struct play *one_waits(const struct subject *s, size_t first)
{
    struct play *p = play_new(s, first, 3);

    p->in[0].act = ACT_WAIT;
    return p;
}

static void expect_wakes(const struct subject *s, pthread_t thread, const struct waiter *w, enum pool_status status,
                         const char *what)
{
    thread_await(s, thread, what);
    if (w->status != status)
        conform_fail("%s returned '%s'", what, pool_status_text(w->status));
}

/* One worker: which of the calls it is at when terminate comes is left open. */
static void wake_callers(const struct subject *s)
{
    struct pool *pool = subject_create(s, 1);
    struct waiter map = {.pool = pool, .play = one_waits(s, 0)}, get = {.pool = pool, .play = one_waits(s, 10)};
    struct waiter next = {.pool = pool};

    gate_shut(s);
    play_start(get.play, pool, 1);
    if (pool_imap(pool, &get.play->task, one_that_waits, NULL, NULL, &next.iter))
        conform_fail("imap was refused");
    const pthread_t in_map = start(wait_in_map, &map), in_get = start(wait_in_get, &get),
                    in_next = start(wait_in_next, &next);
    gate_await(s, 1);
    if (pool_terminate(pool))
        conform_fail("terminate failed");
    gate_open(s);
    thread_await(s, in_map, "map, during which its pool was terminated,");
    if (map.status != POOL_ECANCELED && map.status != POOL_ECLOSED) /* it may not have begun */
        conform_fail("map, during which its pool was terminated, gave '%s'", pool_status_text(map.status));
    expect_wakes(s, in_get, &get, POOL_ECANCELED, "get, during which its pool was terminated,");
    thread_await(s, in_next, "next, during which its pool was terminated,");
    if (next.status == POOL_OK || next.status == POOL_ETIMEOUT)
        conform_fail("next, during which its pool was terminated, gave '%s'", pool_status_text(next.status));
    pool_iter_free(next.iter);
    pool_destroy(pool);
    play_free(map.play);
    play_free(get.play);
}

static void wake_joiner(const struct subject *s)
{
    struct pool *pool = subject_create(s, 1);
    struct waiter join = {.pool = pool};
    struct play *p = one_waits(s, 0);

    gate_shut(s);
    play_start(p, pool, 1);
    gate_await(s, 1);
    pool_close(pool);
    const pthread_t in_join = start(wait_in_join, &join);
    if (pool_terminate(pool))
        conform_fail("terminate failed");
    gate_open(s);
    expect_wakes(s, in_join, &join, POOL_OK, "join, during which its pool was terminated,");
    play_expect_end(p);
    pool_destroy(pool);
    play_free(p);
}

void O10_terminate_wakes_who_waits(struct subject *s)
{
    for (size_t round = 0; round < (s->quick ? 3 : 20); round++) {
        wake_callers(s);
        wake_joiner(s);
    }
}

static void *end_somehow(void *arg)
{
    struct waiter *w = arg;

    pool_close(w->pool);
    if (w->status) /* what this thread is to do: with terminate or without */
        pool_terminate(w->pool);
    w->status = pool_join(w->pool, POOL_FOREVER);
    return NULL;
}

static int end_in_callback(void *arg, const struct pool_fault *fault)
{
    struct waiter *w = arg;

    (void)fault;
    w->status = pool_close(w->pool);
    if (!w->status && w->play)
        w->status = pool_terminate(w->pool);
    return pool_join(w->pool, 0) == POOL_EDEADLK ? 0 : 1;
}

static void end_from_callback(const struct subject *s, bool terminate)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    struct play *p = play_new(s, 0, 4);
    struct waiter w = {.pool = pool, .play = terminate ? p : NULL};
    const struct pool_async async = {.callback = end_in_callback, .arg = &w, .items = p->items};

    if (pool_map_async(pool, &p->task, 4, p->in, p->out, 1, &async, &p->handle))
        conform_fail("an asynchronous map was refused");
    const enum pool_status status = play_await(p);
    if (w.status || status)
        conform_fail("a callback that ends its pool saw '%s', its call '%s': %s", pool_status_text(w.status),
                     pool_status_text(status), p->fault.text);
    if (pool_join(pool, subject_patience_ns(s, PATIENCE_SETTLE_NS)))
        conform_fail("a pool that a callback has ended cannot be joined");
    pool_destroy(pool);
    play_free(p);
}

void O11_ends_from_everywhere(struct subject *s)
{
    enum { THREADS = 6 };

    for (size_t round = 0; round < (s->quick ? 3 : 30); round++) {
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        struct play *p = play_new(s, 0, 40);
        struct waiter w[THREADS];
        pthread_t threads[THREADS];
        play_start(p, pool, 1);
        for (size_t i = 0; i < THREADS; i++) {
            w[i] = (struct waiter){.pool = pool, .status = (i + round) % 3 ? POOL_OK : POOL_EINVAL};
            threads[i] = start(end_somehow, &w[i]);
        }
        for (size_t i = 0; i < THREADS; i++)
            expect_wakes(s, threads[i], &w[i], POOL_OK, "join in one of several threads");
        play_expect_end(p);
        pool_destroy(pool);
        play_free(p);
        end_from_callback(s, round % 2);
    }
}

void O13_close_lets_a_map_complete(struct subject *s)
{
    for (size_t round = 0; round < (s->quick ? 2 : 10); round++) {
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        struct waiter map = {.pool = pool, .play = one_waits(s, 0)};
        gate_shut(s);
        const pthread_t in_map = start(wait_in_map, &map);
        gate_await(s, 1);
        pool_close(pool);
        gate_open(s);
        expect_wakes(s, in_map, &map, POOL_OK, "map, during which its pool was closed,");
        play_judge(map.play, false);
        subject_end(pool);
        play_free(map.play);
    }
}
