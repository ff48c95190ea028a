/* F1-F6: imap in order, its source, its errors. */
#include "../kit/census.h"
#include "../kit/script.h"
#include "cases.h"

static const struct pool_imap_config configs[] = {
    {.chunk = 0, .buffer = 0}, {.chunk = 1, .buffer = 3}, {.chunk = 2, .buffer = 0},
    {.chunk = 3, .buffer = 2}, {.chunk = 7, .buffer = 1}, {.chunk = 64, .buffer = 0},
};

static size_t chunk_of(const struct pool_imap_config *config)
{
    return config->chunk ? config->chunk : 1;
}

/* The first item waits until the others that can run beside it have ended. */
static void yield_held_back(const struct subject *s, struct pool *pool, const struct pool_imap_config *config)
{
    const struct script script = script_new(s, 1, 40);
    struct script_source source = script_source_of(40);
    const size_t others = chunk_of(config) * (pool_workers(pool) - 1);

    source.gated_below = 1;
    struct pool_iter *iter = script_imap(pool, &script, &source, config);
    if (pool_iter_next(iter, NULL, NULL, 0, NULL) != POOL_ETIMEOUT)
        conform_fail("the first item waits, but next did not");
    if (others && others < 40)
        script_await(&script, SCRIPT_FINISHED, others, "while the first item waits");
    if (pool_iter_next(iter, NULL, NULL, 0, NULL) != POOL_ETIMEOUT)
        conform_fail("the first item waits, but next gave another");
    script_open(&script, 1);
    for (size_t i = 0; i < 40; i++)
        script_take(&script, &source, iter, i);
    script_expect_end(iter);
    pool_iter_free(iter);
}

void F1_yields_in_input_order(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 4); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(configs); k++) {
            const struct script script = script_new(s, k, 150);
            struct script_source source = script_source_of(subject_items(s, 150 + k));
            struct pool_iter *iter = script_imap(pool, &script, &source, &configs[k]);
            for (size_t i = 0; i < source.end; i++)
                script_take(&script, &source, iter, i);
            script_expect_end(iter);
            pool_iter_free(iter);
            yield_held_back(s, pool, &configs[k]);
        }
        subject_end(pool);
    }
}

/* Draw `items` from an endless source, and see how far ahead it is drawn. */
static void draw_ahead(const struct script *script, struct pool *pool, const struct pool_imap_config *config)
{
    const size_t ahead = (pool_workers(pool) + config->buffer) * chunk_of(config);
    struct script_source source = script_source_of(UINT64_MAX);
    struct pool_iter *iter = script_imap(pool, script, &source, config);

    if (source.calls)
        conform_fail("%zu inputs were drawn before the first next", (size_t)source.calls);
    for (size_t i = 0; i < 100; i++) {
        const size_t got = script_take(script, &source, iter, config->unordered ? SIZE_MAX : i);
        if (source.drawn > i + 1 + ahead)
            conform_fail("with %zu results taken, item %zu the last, %zu inputs were drawn; %zu ahead are allowed",
                         i + 1, got, (size_t)source.drawn, ahead);
    }
    pool_iter_free(iter);
}

void F2_inputs_are_drawn_as_results_are_taken(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        const struct script script = script_new(s, 2, 200); /* items in flight use it until the pool has ended */
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(configs); k++) {
            struct pool_imap_config config = configs[k];
            draw_ahead(&script, pool, &config);
            config.unordered = true;
            draw_ahead(&script, pool, &config);
        }
        subject_end(pool);
    }
}

/* Leave an endless source early, with items in flight, and go on with the pool. */
static void leave_early(const struct script *script, struct pool *pool, size_t round)
{
    struct script_source endless = script_source_of(UINT64_MAX), next = script_source_of(10);
    struct pool_iter *iter = script_imap(pool, script, &endless, &configs[round % COUNT(configs)]);

    for (size_t i = 0; i < round % 5; i++)
        script_take(script, &endless, iter, i);
    const uint64_t calls = endless.calls;
    pool_iter_free(iter);
    iter = script_imap(pool, script, &next, NULL);
    for (size_t i = 0; i < 10; i++)
        script_take(script, &next, iter, i);
    script_expect_end(iter);
    pool_iter_free(iter);
    if (endless.calls != calls)
        conform_fail("the source was called after its iterator was freed");
}

/* What threads keep of freed memory for themselves, they give back when they end: so pools are compared when they are
 * gone, and a live one may hold no more than threads keep. */
void F3_endless_source_can_be_left(struct subject *s)
{
    const size_t pools = 3, rounds = subject_is_costly(s) ? 20 : s->quick ? 60 : 200;
    const size_t kept_by_threads = 1 << 17, kept_by_caller = 1 << 15;
    const struct script script = script_new(s, 3, 200);
    size_t gone = 0;

    for (size_t k = 0; k < pools; k++) {
        struct pool *pool = subject_create(s, subject_workers(s, 3));
        const size_t before = heap_bytes();
        for (size_t round = 0; round < rounds; round++)
            leave_early(&script, pool, round);
        heap_expect(s, before, kept_by_threads, rounds, "iterators that were left early, in a live pool,");
        subject_end(pool);
        if (k == 0)
            gone = heap_bytes();
    }
    heap_expect(s, gone, kept_by_caller, (pools - 1) * rounds, "iterators that were left early");
}

void F3_endless_source_needs_constant_memory(struct subject *s)
{
    const size_t items = s->quick || subject_is_costly(s) ? 1000 : 20000;
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    const struct script script = script_new(s, 3, 0);
    struct script_source source = script_source_of(UINT64_MAX);
    struct pool_iter *iter = script_imap(pool, &script, &source, NULL);
    size_t before = 0;

    for (size_t i = 0; i < items; i++) {
        if (i == 200)
            before = heap_bytes();
        script_take(&script, &source, iter, i);
    }
    heap_expect(s, before, 1 << 16, items, "items of an endless source");
    pool_iter_free(iter);
    subject_end(pool);
}

/* Sources that end or fail at every place around the size and the chunk. */
static void end_source(const struct subject *s, struct pool *pool, const struct pool_imap_config *config, size_t at,
                       bool breaks)
{
    const struct script script = script_new(s, at, at);
    struct script_source source = script_source_of(breaks ? UINT64_MAX : at);
    struct pool_fault fault;
    size_t index;

    if (breaks)
        source.broken_at = at;
    struct pool_iter *iter = script_imap(pool, &script, &source, config);
    for (size_t i = 0; i < at; i++)
        script_take(&script, &source, iter, config->unordered ? SIZE_MAX : i);
    if (breaks) {
        const enum pool_status status = pool_iter_next(iter, NULL, &index, POOL_FOREVER, &fault);
        if (status != POOL_ETASK || fault.code != SCRIPT_SOURCE_CODE || fault.index != at || !fault.text[0])
            conform_fail("the source failed at %zu with code %d; next returned '%s', item %zu, code %d", at,
                         SCRIPT_SOURCE_CODE, pool_status_text(status), fault.index, fault.code);
    }
    script_expect_end(iter);
    pool_iter_free(iter);
    script_judge_source(&source);
    for (size_t i = 0; i < at; i++)
        if (ledger_read(&script.ledger->item[i].started) != 1)
            conform_fail("item %zu ran %u times", i, ledger_read(&script.ledger->item[i].started));
}

static void end_sources(const struct subject *s, bool unordered, bool breaks)
{
    static const size_t places[] = {0, 1, 2, 3, 6, 7, 8, 23};

    for (size_t w = 1; w <= subject_workers(s, 3); w += 2) {
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(configs); k++)
            for (size_t i = 0; i < COUNT(places); i += s->quick ? 2 : 1) {
                struct pool_imap_config config = configs[k];
                config.unordered = unordered;
                end_source(s, pool, &config, places[i], breaks);
            }
        subject_end(pool);
    }
}

void F4_source_is_called_by_one_thread_until_its_end(struct subject *s)
{
    end_sources(s, false, false);
    end_sources(s, true, false);
}

void F5_source_fails_after_what_it_gave(struct subject *s)
{
    end_sources(s, false, true);
}

void G3_source_error_surfaces_once(struct subject *s)
{
    end_sources(s, true, true);
}

void F6_failing_items_do_not_end_the_iteration(struct subject *s)
{
    static const uint64_t steps[] = {1, 2, 3, 10};

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(configs); k++)
            for (size_t i = 0; i < COUNT(steps); i++) {
                const struct script script = script_new(s, i, 31);
                struct script_source source = script_source_of(31);
                source.fail_step = steps[i];
                struct pool_iter *iter = script_imap(pool, &script, &source, &configs[k]);
                for (size_t n = 0; n < 31; n++)
                    script_take(&script, &source, iter, n);
                script_expect_end(iter);
                pool_iter_free(iter);
            }
        subject_end(pool);
    }
}
