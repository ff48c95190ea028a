/* N: workers that leave after so many items. */
#include "../../pure/metric.h"
#include "../kit/act.h"
#include "../kit/trial.h"
#include "cases.h"

/* A pool whose workers leave after `limit` items; NULL: refused. */
static struct pool *try_limited(const struct subject *s, size_t workers, size_t limit, struct pool_fault *fault)
{
    const struct pool_config config = {
        .workers = workers, .max_items_per_worker = limit, .options = s->options, .fault = fault};
    struct pool *pool;
    const enum pool_status status = pool_create_with(s->ops, &config, &pool);
    const bool declared = s->ops->capabilities & POOL_CAP_RECYCLE;

    if (status && status != POOL_ENOTSUP)
        conform_fail("a pool whose workers leave after %zu items gave '%s'", limit, pool_status_text(status));
    if (declared != !status)
        conform_fail("it %s that it recycles workers, but %s a limit of %zu items",
                     declared ? "declares" : "does not declare", status ? "refuses" : "takes", limit);
    return pool;
}

static struct pool *create_limited(const struct subject *s, size_t workers, size_t limit)
{
    struct pool_fault fault = {0};
    struct pool *pool = try_limited(s, workers, limit, &fault);

    if (!pool)
        conform_unsupported("a limit of %zu items for each worker is refused: %s", limit, fault.text);
    return pool;
}

/* No worker ran more than `most` of the items. */
static void expect_share(const struct subject *s, size_t count, size_t limit, size_t chunk, size_t most)
{
    const struct ledger_item *item = s->ledger->item;

    for (size_t i = 0; i < count; i++) {
        size_t share = 0;
        for (size_t k = 0; k < count; k++)
            share += item[k].tid == item[i].tid;
        if (share > most)
            conform_fail("a worker ran %zu items in chunks of %zu; its limit is %zu", share, chunk, limit);
    }
}

void N1_limit_counts_items(struct subject *s)
{
    static const size_t chunks[] = {1, 2, 5, 16};
    const size_t count = 64, limit = 5;

    for (size_t w = 1; w <= subject_workers(s, 2); w++)
        for (size_t i = 0; i < COUNT(chunks); i++) {
            struct pool *pool = create_limited(s, w, limit);
            play_once(s, pool, count, chunks[i]);
            expect_share(s, count, limit, chunks[i], limit + chunks[i] - 1);
            subject_end(pool);
        }
    struct pool *pool = create_limited(s, 1, 10); /* over several calls */
    for (size_t i = 0; i < 16; i++)
        play_finish(play_new(s, 4 * i, 4), pool, 1);
    expect_share(s, count, 10, 1, 10);
    subject_end(pool);
}

void N2_limit_is_refused_or_kept(struct subject *s)
{
    static const size_t limits[] = {1, 7, SIZE_MAX};

    for (size_t i = 0; i < COUNT(limits); i++) {
        struct pool_fault fault = {0};
        struct pool *pool = try_limited(s, 1, limits[i], &fault);
        if (!pool && !fault.text[0])
            conform_fail("a limit of %zu items is refused without a sentence", limits[i]);
        if (!pool)
            continue;
        play_once(s, pool, 15, 1);
        expect_share(s, 15, limits[i], 1, limits[i]);
        subject_end(pool);
    }
    struct pool *pool = subject_create(s, 1); /* a limit of 0 is none */
    play_once(s, pool, 15, 1);
    if (!(s->ops->capabilities & POOL_CAP_FRESH) && ledger_count_workers(s->ledger, 15) != 1)
        conform_fail("a worker without a limit of items was replaced");
    subject_end(pool);
}

void N3_recycling_loses_nothing(struct subject *s)
{
    static const size_t limits[] = {1, 2, 3, 7}, chunks[] = {1, 3, 0};
    const struct trial_shape shape = trial_plain(s->quick ? 23 : 97), starred = trial_starred(31);

    for (size_t i = 0; i < COUNT(limits); i++) {
        struct pool *pool = create_limited(s, subject_workers(s, 1 + i), limits[i]);
        for (size_t k = 0; k < COUNT(chunks); k++) {
            trial_once(s, pool, &shape, chunks[k]);
            trial_once(s, pool, &starred, chunks[k]);
        }
        subject_end(pool);
    }
}

void N4_close_with_pending_work(struct subject *s)
{
    enum { CALLS = 6, ITEMS = 15 };

    for (size_t round = 0; round < (s->quick ? 2 : 10); round++) {
        struct pool *pool = create_limited(s, subject_workers(s, 2), 1 + round % 3);
        struct play *plays[CALLS];
        for (size_t k = 0; k < CALLS; k++) {
            plays[k] = play_new(s, k * ITEMS, ITEMS);
            play_start(plays[k], pool, 1 + k % 3);
        }
        subject_end(pool);
        for (size_t k = 0; k < CALLS; k++) {
            if (!pool_handle_ready(plays[k]->handle))
                conform_fail("a call was not ready when its pool had been closed and joined");
            play_await(plays[k]);
            play_judge(plays[k], false);
            play_free(plays[k]);
        }
    }
}

void N5_last_result_is_delivered(struct subject *s)
{
    struct pool *pool = create_limited(s, subject_workers(s, 2), 1);
    struct trial_shape shape = trial_plain(6);

    shape.out_size = (size_t)256 << 10;
    trial_once(s, pool, &shape, 1);
    trial_once(s, pool, &shape, 2);
    shape.arg_size[0] = (size_t)256 << 10;
    trial_once(s, pool, &shape, 1);
    subject_end(pool);
}

/* The benchmark has cells of it for every strategy that recycles; here each kind of its pools runs its items. */
void N6_cost_is_reported(struct subject *s)
{
    struct pool *kept = subject_create(s, 1), *recycled = create_limited(s, 1, 1);
    const struct metric *metric = metric_named("recycle");

    if (!metric || metric->needs != POOL_CAP_RECYCLE)
        conform_fail("the benchmark has no metric that tells what recycling costs");
    for (size_t round = 0; round < 10; round++) {
        play_once(s, kept, 1, 1);
        play_once(s, recycled, 1, 1);
    }
    subject_end(kept);
    subject_end(recycled);
}
