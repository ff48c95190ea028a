/* F7-F10: imap that waits. G: imap as completed. */
#include "../kit/script.h"
#include "cases.h"

#include <pthread.h>
#include <string.h>

void F7_timeout_loses_nothing(struct subject *s)
{
    static const int64_t timeouts_ns[] = {0, -1, 1000000, 20000000};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (int unordered = 0; unordered < 2; unordered++)
        for (size_t chunk = 1; chunk < 4; chunk++) {
            const struct pool_imap_config config = {.unordered = unordered, .chunk = chunk};
            const struct script script = script_new(s, chunk, 30);
            struct script_source source = script_source_of(30);
            size_t index;

            source.gated_below = 30;
            struct pool_iter *iter = script_imap(pool, &script, &source, &config);
            for (size_t i = 0; i < COUNT(timeouts_ns); i++) {
                const enum pool_status status = pool_iter_next(iter, NULL, &index, timeouts_ns[i], NULL);
                if (status != POOL_ETIMEOUT || index != POOL_NO_ITEM)
                    conform_fail("no item has ended, but next(%lld) returned '%s', item %zu", (long long)timeouts_ns[i],
                                 pool_status_text(status), index);
            }
            script_open(&script, 1);
            bool seen[30] = {0};
            for (size_t i = 0; i < 30; i++) {
                const size_t got = script_take(&script, &source, iter, unordered ? SIZE_MAX : i);
                if (seen[got])
                    conform_fail("item %zu was yielded twice", got);
                seen[got] = true;
            }
            script_expect_end(iter);
            pool_iter_free(iter);
        }
    subject_end(pool);
}

/* A thread that waits in next. */
struct taker {
    struct pool_iter *iter;
    const struct script *script;
    enum pool_status status;
    size_t index;
};

static void *take_one(void *arg)
{
    struct taker *t = arg;

    t->status = pool_iter_next(t->iter, NULL, &t->index, POOL_FOREVER, NULL);
    return NULL;
}

/* True if the strategy can stop an item that runs: it takes a time limit. */
static bool can_kill(const struct subject *s)
{
    const struct pool_config config = {.workers = 1, .item_timeout_ns = 1000000000, .options = s->options};
    struct pool *pool;

    if (pool_create_with(s->ops, &config, &pool))
        return false;
    pool_destroy(pool);
    return true;
}

/* Begin a next in a thread of its own, which draws so many items and then waits. */
static pthread_t begin_take(struct taker *t, size_t drawn)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, take_one, t))
        conform_unsupported("a thread cannot be started");
    script_await(t->script, SCRIPT_STARTED, drawn, "before the end of the pool");
    return thread;
}

static void end_under_next(const struct subject *s, bool terminate, bool kills, bool unordered)
{
    const struct pool_imap_config config = {.unordered = unordered};
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    const struct script script = script_new(s, 4, 100);
    struct script_source source = script_source_of(UINT64_MAX);
    source.gated_below = UINT64_MAX;
    struct taker taker = {.script = &script, .iter = script_imap(pool, &script, &source, &config)};
    const pthread_t thread = begin_take(&taker, pool_workers(pool));

    const enum pool_status status = terminate ? pool_terminate(pool) : pool_close(pool);
    if (status)
        conform_fail("ending the pool under a waiting next returned '%s'", pool_status_text(status));
    if (!terminate || !kills) /* else it must wake though its item never ends by itself */
        script_open(&script, 1);
    pthread_join(thread, NULL);
    if (terminate && taker.status != POOL_ECANCELED)
        conform_fail("a next that waited while the pool was terminated returned '%s'", pool_status_text(taker.status));
    if (!terminate && (taker.status || taker.index >= source.drawn))
        conform_fail("a next that waited while the pool was closed returned '%s', item %zu",
                     pool_status_text(taker.status), taker.index);
    for (size_t i = 1; !terminate && i < source.drawn; i++)
        script_take(&script, &source, taker.iter, unordered ? SIZE_MAX : i);
    script_judge_source(&source);
    if (pool_join(pool, POOL_FOREVER))
        conform_fail("join failed with an iterator at hand");
    pool_iter_free(taker.iter);
    pool_destroy(pool);
}

void F8_next_wakes_when_the_pool_ends(struct subject *s)
{
    const bool kills = can_kill(s);

    for (size_t i = 0; i < (s->quick ? 4 : 20); i++) {
        end_under_next(s, true, kills, i % 2);
        end_under_next(s, false, kills, i % 2);
    }
}

void F9_two_iterators_never_mix(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        const struct script script[] = {script_new(s, 10, 100), script_new(s, 20, 100), script_new(s, 30, 100)};
        const struct pool_imap_config config[] = {{.chunk = 1}, {.chunk = 3, .buffer = 2}, {.unordered = true}};
        struct script_source source[] = {script_source_of(60), script_source_of(60), script_source_of(60)};
        struct pool_iter *iter[3];

        source[1].fail_step = 7;
        for (size_t k = 0; k < 3; k++)
            iter[k] = script_imap(pool, &script[k], &source[k], &config[k]);
        for (size_t i = 0; i < 180; i++) /* in turn, and once in a while several of one */
            if (i % 3 != 1)
                script_take(&script[i % 3], &source[i % 3], iter[i % 3], i % 3 == 2 ? SIZE_MAX : i / 3);
        for (size_t i = 0; i < 60; i++)
            script_take(&script[1], &source[1], iter[1], i);
        for (size_t k = 0; k < 3; k++) {
            script_expect_end(iter[k]);
            pool_iter_free(iter[k]);
        }
        subject_end(pool);
    }
}

void F10_slow_head_holds_back_bounded_results(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++)
        for (size_t buffer = 0; buffer < 10; buffer += 3) {
            struct pool *pool = subject_create(s, w);
            const struct pool_imap_config config = {.buffer = buffer, .chunk = 2};
            const struct script script = script_new(s, 5, 200);
            struct script_source source = script_source_of(200);
            source.gated_below = 1;
            struct pool_iter *iter = script_imap(pool, &script, &source, &config);
            for (size_t i = 0; i < 5; i++)
                pool_iter_next(iter, NULL, NULL, 0, NULL);
            if (source.drawn > 2 * (w + buffer))
                conform_fail("while item 0 runs, %zu inputs were drawn, %zu are allowed", (size_t)source.drawn,
                             2 * (w + buffer));
            if (w > 1) /* the others do not wait for it */
                script_await(&script, SCRIPT_FINISHED, 2 * (w + buffer) - 2, "while item 0 runs");
            script_open(&script, 1);
            for (size_t i = 0; i < 200; i++)
                script_take(&script, &source, iter, i);
            script_expect_end(iter);
            pool_iter_free(iter);
            subject_end(pool);
        }
}

void G1_same_results_as_the_serial_loop(struct subject *s)
{
    static const size_t chunks[] = {0, 1, 2, 5, 200};

    for (size_t w = 1; w <= subject_workers(s, 4); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(chunks); k++) {
            const struct pool_imap_config config = {.unordered = true, .chunk = chunks[k], .buffer = k};
            const struct script script = script_new(s, k, 101);
            struct script_source source = script_source_of(101);
            bool seen[101] = {0};

            source.fail_step = k % 2 ? 9 : 0;
            struct pool_iter *iter = script_imap(pool, &script, &source, &config);
            for (size_t i = 0; i < 101; i++) {
                const size_t got = script_take(&script, &source, iter, SIZE_MAX);
                if (got >= 101 || seen[got])
                    conform_fail("item %zu was yielded twice, or is none of 101", got);
                seen[got] = true;
            }
            script_expect_end(iter);
            pool_iter_free(iter);
        }
        subject_end(pool);
    }
}

void G2_blocked_item_does_not_delay_others(struct subject *s)
{
    subject_need_workers(s, 2);
    for (size_t w = 2; w <= 4; w++) {
        const struct pool_imap_config config = {.unordered = true, .buffer = w};
        struct pool *pool = subject_create(s, w);
        const struct script script = script_new(s, w, 100);
        struct script_source source = script_source_of(100);
        bool seen[100] = {0};

        source.gated_below = w - 1; /* all workers but one are held */
        struct pool_iter *iter = script_imap(pool, &script, &source, &config);
        for (size_t i = w - 1; i < 100; i++) {
            const size_t got = script_take(&script, &source, iter, SIZE_MAX);
            if (got < w - 1 || seen[got])
                conform_fail("item %zu was yielded while it was held, or twice", got);
            seen[got] = true;
        }
        script_open(&script, 1);
        for (size_t i = 0; i < w - 1; i++)
            script_take(&script, &source, iter, SIZE_MAX);
        script_expect_end(iter);
        pool_iter_free(iter);
        subject_end(pool);
    }
}
