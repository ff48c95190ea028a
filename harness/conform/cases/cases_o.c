/* O1-O8: close, terminate, join, destroy, called by one thread. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../kit/act.h"
#include "../kit/census.h"
#include "cases.h"

#include <string.h>

static int no_source(void *arg, size_t index, void *const record[])
{
    (void)arg;
    (void)index;
    (void)record;
    return 0;
}

static void expect_closed(enum pool_status status, const char *verb, size_t count, const char *after)
{
    if (status != POOL_ECLOSED)
        conform_fail("%s of %zu items after %s gave '%s'", verb, count, after, pool_status_text(status));
}

static void expect_all_closed(const struct subject *s, struct pool *pool, const char *after)
{
    struct play *p = play_new(s, 0, 2);
    const void *const columns[] = {p->in};
    struct pool_handle *handle;
    struct pool_iter *iter;

    for (size_t n = 0; n <= 2; n += 2) {
        expect_closed(pool_map(pool, &p->task, n, p->in, p->out, 0, NULL), "map", n, after);
        expect_closed(pool_starmap(pool, &p->task, n, columns, p->out, 1, NULL), "starmap", n, after);
        expect_closed(pool_map_async(pool, &p->task, n, p->in, p->out, 0, NULL, &handle), "map_async", n, after);
        expect_closed(pool_starmap_async(pool, &p->task, n, columns, p->out, 0, NULL, &handle), "starmap_async", n,
                      after);
    }
    expect_closed(pool_apply(pool, &p->task, columns, p->out, NULL), "apply", 1, after);
    expect_closed(pool_apply_async(pool, &p->task, columns, p->out, NULL, &handle), "apply_async", 1, after);
    expect_closed(pool_imap(pool, &p->task, no_source, NULL, NULL, &iter), "imap", 0, after);
    if (ledger_read(&s->ledger->item[0].started))
        conform_fail("an item ran after %s", after);
    play_free(p);
}

void O1_ended_pool_takes_nothing(struct subject *s)
{
    for (size_t terminated = 0; terminated < 2; terminated++) {
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        if (terminated ? pool_terminate(pool) : pool_close(pool))
            conform_fail("a pool cannot be ended");
        expect_all_closed(s, pool, terminated ? "terminate" : "close");
        if (pool_join(pool, POOL_FOREVER))
            conform_fail("an ended pool cannot be joined");
        expect_all_closed(s, pool, "join");
        pool_destroy(pool);
    }
}

static void expect_ok(enum pool_status status, const char *what)
{
    if (status)
        conform_fail("%s gave '%s'", what, pool_status_text(status));
}

void O2_ends_may_be_repeated(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    struct play *p = play_new(s, 0, 5);

    play_start(p, pool, 1);
    expect_ok(pool_close(pool), "close");
    expect_ok(pool_close(pool), "a second close");
    expect_ok(pool_join(pool, POOL_FOREVER), "join");
    expect_ok(pool_join(pool, POOL_FOREVER), "a second join");
    expect_ok(pool_terminate(pool), "terminate after join");
    expect_ok(pool_close(pool), "close after join");
    play_await(p);
    play_judge(p, false);
    play_free(p);
    pool_destroy(pool);
    pool = subject_create(s, subject_workers(s, 2));
    expect_ok(pool_terminate(pool), "terminate");
    expect_ok(pool_terminate(pool), "a second terminate");
    expect_ok(pool_close(pool), "close after terminate");
    expect_all_closed(s, pool, "terminate and close");
    expect_ok(pool_join(pool, POOL_FOREVER), "join after terminate");
    expect_ok(pool_terminate(pool), "terminate after join");
    expect_ok(pool_join(pool, POOL_FOREVER), "a second join after terminate");
    pool_destroy(pool);
}

void O3_running_pool_cannot_be_joined(struct subject *s)
{
    static const int64_t timeouts[] = {0, 1000000, POOL_FOREVER};
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t i = 0; i < COUNT(timeouts); i++) {
        const enum pool_status status = pool_join(pool, timeouts[i]);
        if (status != POOL_EINVAL)
            conform_fail("join of a running pool gave '%s'", pool_status_text(status));
        play_once(s, pool, 10, 0);
    }
    subject_end(pool);
}

void O4_close_finishes_what_is_queued(struct subject *s)
{
    enum { CALLS = 8, ITEMS = 6 };
    struct play *plays[CALLS];
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t k = 0; k < CALLS; k++) {
        plays[k] = play_new(s, k * ITEMS, ITEMS);
        plays[k]->in[0].act = k % 3 ? ACT_FAIL : ACT_WAIT;
        play_start(plays[k], pool, k % 4);
    }
    gate_await(s, 1);
    expect_ok(pool_close(pool), "close");
    if (pool_handle_ready(plays[0]->handle))
        conform_fail("a call whose item still runs is ready after close");
    gate_open(s);
    expect_ok(pool_join(pool, subject_patience_ns(s, PATIENCE_SETTLE_NS)), "join after close");
    for (size_t k = 0; k < CALLS; k++) {
        if (!pool_handle_ready(plays[k]->handle))
            conform_fail("a call that was queued at close is not ready after join");
        play_await(plays[k]);
        play_judge(plays[k], false);
        play_free(plays[k]);
    }
    pool_destroy(pool);
}

static int endless(void *arg, size_t index, void *const record[])
{
    const struct act_item item = {.act = ACT_WAIT, .index = (uint32_t)(1000 + index)};

    (void)arg;
    memcpy(record[0], &item, sizeof item);
    return 1;
}

/* A window of items that wait, none of which has been taken. */
static struct pool_iter *begin_iteration(struct pool *pool, const struct pool_task *task)
{
    struct pool_iter *iter;
    uint64_t out;

    expect_ok(pool_imap(pool, task, endless, NULL, NULL, &iter), "imap");
    const enum pool_status status = pool_iter_next(iter, &out, NULL, 0, NULL);
    if (status != POOL_ETIMEOUT)
        conform_fail("next gave '%s', but no item can have ended", pool_status_text(status));
    return iter;
}

/* What was under way may still come; then that it was cancelled. */
static void expect_iteration_ends(const struct subject *s, struct pool_iter *iter)
{
    enum pool_status status;
    uint64_t out;
    size_t taken = 0;

    do
        status = pool_iter_next(iter, &out, NULL, subject_patience_ns(s, PATIENCE_SETTLE_NS), NULL);
    while (status == POOL_OK && ++taken < 100);
    if (status != POOL_ECANCELED)
        conform_fail("next after terminate gave '%s'", pool_status_text(status));
    pool_iter_free(iter);
}

void O5_terminate_ends_every_call(struct subject *s)
{
    enum { CALLS = 50 };
    struct play *plays[CALLS];
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t k = 0; k < CALLS; k++) {
        plays[k] = play_new(s, 3 * k, 3);
        if (k < 2)
            plays[k]->in[0].act = ACT_WAIT;
        play_start(plays[k], pool, 1);
    }
    struct pool_iter *iter = begin_iteration(pool, &plays[0]->task);
    gate_await(s, 1);
    expect_ok(pool_terminate(pool), "terminate");
    gate_open(s);
    for (size_t k = 0; k < CALLS; k++)
        play_expect_end(plays[k]);
    if (pool_handle_successful(plays[0]->handle) != POOL_ECANCELED)
        conform_fail("a call whose item ran during terminate was not cancelled");
    expect_iteration_ends(s, iter);
    for (size_t k = 0; k < CALLS; k++)
        play_free(plays[k]);
    expect_ok(pool_join(pool, POOL_FOREVER), "join after terminate");
    pool_destroy(pool);
}

void O6_terminate_stops_stubborn_workers(struct subject *s)
{
    const size_t workers = subject_workers(s, 3), queued = s->quick || subject_is_costly(s) ? 1000 : 10000;
    const int64_t patience_ns = subject_patience_ns(s, PATIENCE_SETTLE_NS);

    need_processes(s);
    struct pool *pool = subject_create(s, workers);
    const struct census before = {0};
    struct play *busy = play_new(s, 0, workers), *queue = play_new(s, workers, queued);
    for (size_t i = 0; i < workers; i++)
        busy->in[i].act = (const uint32_t[]){ACT_DOZE, ACT_STOP, ACT_WAIT}[i % 3];
    play_start(busy, pool, 1);
    play_start(queue, pool, 1);
    gate_await(s, workers);
    const int64_t since_ns = clock_now_ns();
    expect_ok(pool_terminate(pool), "terminate");
    expect_ok(pool_join(pool, patience_ns), "join after terminate, with workers that ignore SIGTERM or are stopped,");
    if (clock_now_ns() - since_ns > patience_ns)
        conform_fail("terminate and join took %lld ms", (long long)((clock_now_ns() - since_ns) / 1000000));
    play_expect_end(busy);
    play_expect_end(queue);
    if (census_take().children > before.children)
        conform_fail("children are left after terminate and join");
    play_free(busy);
    play_free(queue);
    pool_destroy(pool);
}

void O7_terminate_drops_the_queue(struct subject *s)
{
    struct pool *pool = subject_create(s, 1);
    struct play *running = play_new(s, 0, 3), *queued = play_new(s, 3, 5);

    running->in[0].act = ACT_WAIT;
    play_start(running, pool, 3);
    gate_await(s, 1);
    play_start(queued, pool, 1);
    expect_ok(pool_terminate(pool), "terminate");
    const enum pool_status status = pool_join(pool, 0);
    if (status != POOL_OK && status != POOL_ETIMEOUT)
        conform_fail("join gave '%s'", pool_status_text(status));
    if (!status && !(s->ops->capabilities & POOL_CAP_KILL))
        conform_fail("join has not waited for an item that runs and cannot be stopped");
    gate_open(s);
    expect_ok(pool_join(pool, subject_patience_ns(s, PATIENCE_SETTLE_NS)), "join after terminate");
    for (size_t i = 1; i < 8; i++)
        if (ledger_read(&s->ledger->item[i].started))
            conform_fail("item %zu of those that waited ran after terminate", i);
    const struct ledger_item *item = &s->ledger->item[0];
    if (!(s->ops->capabilities & POOL_CAP_KILL) && ledger_read(&item->finished) != 1)
        conform_fail("join returned before the running item was over");
    play_expect_end(running);
    play_expect_end(queued);
    play_free(running);
    play_free(queued);
    pool_destroy(pool);
}

void O8_live_pool_may_be_destroyed(struct subject *s)
{
    const size_t items = subject_is_costly(s) ? 30 : 500;

    pool_destroy(NULL);
    for (size_t round = 0; round < (s->quick ? 5 : 20); round++) {
        const bool drain = round % 2;
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        struct play *p = play_new(s, 0, items), *q = play_new(s, items, items);
        play_start(p, pool, 1);
        play_start(q, pool, 0);
        if (drain)
            subject_end(pool);
        else
            pool_destroy(pool);
        if (!pool_handle_ready(p->handle) || !pool_handle_ready(q->handle))
            conform_fail("a call is still pending after its pool was destroyed");
        play_expect_end(p);
        play_expect_end(q);
        if (drain && (pool_handle_successful(p->handle) || pool_handle_successful(q->handle)))
            conform_fail("close, join and destroy dropped a call");
        play_free(p);
        play_free(q);
    }
}
