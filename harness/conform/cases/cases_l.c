/* L: limits of time, of an item and of a wait. */
#include "../../machine/clock.h"
#include "../kit/act.h"
#include "../kit/census.h"
#include "cases.h"

#define LIMIT_NS INT64_C(300000000) /* far more than an item needs that does not wait, however busy the machine is */

/* A pool whose items may take LIMIT_NS; NULL: refused. */
static struct pool *create_limited(const struct subject *s, size_t workers, struct pool_fault *fault)
{
    const struct pool_config config = {.workers = workers,
                                       .item_timeout_ns = (uint64_t)subject_patience_ns(s, LIMIT_NS),
                                       .options = s->options,
                                       .fault = fault};
    struct pool *pool;
    const enum pool_status status = pool_create_with(s->ops, &config, &pool);
    const bool declared = s->ops->capabilities & POOL_CAP_KILL;

    if (status && status != POOL_ENOTSUP)
        conform_fail("a pool with a limit of time for its items gave '%s'", pool_status_text(status));
    if (declared != !status)
        conform_fail("it %s that it can stop an item, but %s a limit of time",
                     declared ? "declares" : "does not declare", status ? "refuses" : "takes");
    return pool;
}

/* Items `first`, `first + step`, ... wait for a gate that stays shut. */
static void expire(const struct subject *s, struct pool *pool, size_t first, size_t step, size_t chunk)
{
    enum { ITEMS = 12 };
    struct play *p = play_new(s, 0, ITEMS);
    size_t stuck = 0;

    for (size_t i = first; i < ITEMS; i += step, stuck++)
        p->in[i].act = stuck % 2 ? ACT_DOZE : ACT_WAIT;
    const int64_t since_ns = clock_now_ns();
    play_start(p, pool, chunk);
    if (pool_handle_wait(p->handle, subject_patience_ns(s, PATIENCE_MEET_NS)))
        conform_fail("items that are over their limit of time are not stopped");
    const int64_t took_ns = clock_now_ns() - since_ns;
    pool_handle_get(p->handle, 0, &p->fault);
    if (p->fault.status != POOL_ETIMEOUT || p->fault.index != first || p->fault.failed != stuck)
        conform_fail("%zu items were over their limit, the first was item %zu; reported was item %zu of %zu, '%s'",
                     stuck, first, p->fault.index, p->fault.failed, p->fault.text);
    if (took_ns < subject_patience_ns(s, LIMIT_NS))
        conform_fail("an item was stopped before its time was over");
    for (size_t i = 0; i < ITEMS; i++)
        if (p->items[i].status != (p->in[i].act == ACT_RETURN ? POOL_OK : POOL_ETIMEOUT))
            conform_fail("item %zu ended with '%s'", i, pool_status_text(p->items[i].status));
        else if (p->in[i].act != ACT_RETURN)
            p->items[i].status = POOL_ELOST; /* it may have run once */
    play_judge(p, true);
    play_free(p);
}

void L1_overdue_items_are_stopped(struct subject *s)
{
    struct pool_fault fault;
    struct pool *pool = create_limited(s, subject_workers(s, 2), &fault);

    if (!pool)
        conform_unsupported("a pool with a limit of time for its items is refused: %s", fault.text);
    expire(s, pool, 5, 12, 1);
    expire(s, pool, 2, 5, 1);
    play_once(s, pool, 20, 0);
    if (!s->quick)
        expire(s, pool, 0, 4, 6);
    subject_end(pool);
}

void L2_expired_wait_cancels_nothing(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t round = 0; round < 3; round++) {
        struct play *p = play_new(s, 0, 6);
        gate_shut(s);
        p->in[round].act = ACT_WAIT;
        play_start(p, pool, round);
        gate_await(s, 1);
        for (int64_t ns = 0; ns < 4000000; ns += 1000000)
            if (pool_handle_get(p->handle, ns, &p->fault) != POOL_ETIMEOUT)
                conform_fail("a call whose item still runs did not time out after %lld ns", (long long)ns);
        gate_open(s);
        play_await(p);
        play_judge(p, false);
        play_free(p);
    }
    subject_end(pool);
}

void L3_limit_is_refused_or_kept(struct subject *s)
{
    const struct census before = census_take();
    struct pool_fault fault = {0};
    struct pool *pool = create_limited(s, 1, &fault);

    if (pool) {
        expire(s, pool, 0, 12, 1);
        subject_end(pool);
    } else if (!fault.text[0]) {
        conform_fail("a limit of time is refused without a sentence");
    }
    census_compare(s, &before, pool != NULL, "after a limit of time");
}
