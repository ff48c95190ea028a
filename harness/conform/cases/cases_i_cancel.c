/* I11: calls that are cancelled. */
#include "../kit/script.h"
#include "cases.h"

#include <stdlib.h>
#include <string.h>

enum { POISON = 0x5a };

/* Cancelled handles have a sentence, and items that never ran. */
static void expect_cancelled(const struct subject *s, const struct script_job *job)
{
    struct pool_fault fault;

    if (pool_handle_get(job->handle, POOL_FOREVER, &fault) != POOL_ECANCELED)
        conform_fail("a cancelled item gave '%s'", pool_status_text(fault.status));
    if (!fault.text[0] || fault.index != POOL_NO_ITEM)
        conform_fail("a cancelled item's fault blames item %zu: '%s'", fault.index, fault.text);
    if (ledger_read(&s->ledger->item[job->line.number].started))
        conform_fail("a cancelled item ran");
    pool_handle_free(job->handle);
}

static void cancel(const struct script_job *job)
{
    const enum pool_status status = pool_handle_cancel(job->handle);

    if (status)
        conform_fail("cancel gave '%s'", pool_status_text(status));
}

/* Behind the only worker's item the others wait: every other one is cancelled, the last one first. */
void I11_waiting_item_can_be_cancelled(struct subject *s)
{
    enum { JOBS = 9 };
    struct pool *pool = subject_create(s, 1);
    const struct script script = script_new(s, 3, JOBS);
    struct script_job job[JOBS];

    for (size_t i = 0; i < JOBS; i++) {
        job[i] = (struct script_job){.line = {.number = i, .gate = i == 0}};
        script_submit(pool, &script, &job[i], NULL);
        if (i == 0)
            script_await(&script, SCRIPT_STARTED, 1, "one was submitted");
    }
    for (size_t i = JOBS - 1; i > 0; i -= 2) {
        cancel(&job[i]);
        cancel(&job[i]);
    }
    script_open(&script, 1);
    for (size_t i = 0; i < JOBS; i++)
        if (i && i % 2 == 0)
            expect_cancelled(s, &job[i]);
        else
            script_finish(&script, &job[i]);
    subject_end(pool);
}

/* What runs ends as it would have; what is over stays as it is; what is not there cannot be cancelled. */
void I11_running_item_ends_as_it_would(struct subject *s)
{
    struct pool *pool = subject_create(s, 1);
    const struct script script = script_new(s, 4, 3);
    struct script_job good = {.line.gate = 1}, bad = {.line = {.number = 1, .gate = 2, .code = 9}};

    if (pool_handle_cancel(NULL) != POOL_EINVAL)
        conform_fail("a handle that is NULL was cancelled");
    script_submit(pool, &script, &good, NULL);
    script_await(&script, SCRIPT_STARTED, 1, "one was submitted");
    cancel(&good);
    script_open(&script, 1);
    pool_handle_wait(good.handle, POOL_FOREVER);
    cancel(&good);
    script_finish(&script, &good);
    script_submit(pool, &script, &bad, NULL);
    script_await(&script, SCRIPT_STARTED, 2, "two were submitted");
    cancel(&bad);
    script_open(&script, 2);
    script_finish(&script, &bad);
    subject_end(pool);
}

/* One map, as seen from outside once it was cancelled while `held` items waited at their gate. */
static void judge_map(const struct subject *s, const struct script *script, const struct pool_item *items,
                      const uint64_t *out, size_t count)
{
    uint64_t poison;
    size_t ran = 0;

    memset(&poison, POISON, sizeof poison);
    for (size_t i = 0; i < count; i++) {
        const uint32_t started = ledger_read(&s->ledger->item[i].started);
        if (started != ledger_read(&s->ledger->item[i].finished) || started > 1)
            conform_fail("item %zu of a cancelled map was started %u times, and not ended as often", i, started);
        if (items[i].status != (started ? POOL_OK : POOL_ECANCELED))
            conform_fail("item %zu of a cancelled map ran %u times, and is told as '%s'", i, started,
                         pool_status_text(items[i].status));
        if (started ? out[i] != script_result(script, i) : out[i] != poison)
            conform_fail("item %zu of a cancelled map ran %u times, and its result is another", i, started);
        ran += started;
    }
    if (ran == count)
        conform_fail("a map was cancelled while its first items ran, and all of them ran");
}

static void cancel_map(const struct subject *s, struct pool *pool, size_t count, size_t chunk)
{
    const struct script script = script_new(s, 5, count);
    const struct pool_task task = script_task(&script);
    struct script_line *lines = calloc(count, sizeof *lines);
    struct pool_item *items = calloc(count, sizeof *items);
    uint64_t *out = malloc(count * sizeof *out);
    const struct pool_async async = {.items = items};
    struct pool_handle *handle;

    if (!lines || !items || !out)
        conform_unsupported("no memory for %zu items", count);
    memset(out, POISON, count * sizeof *out);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct script_line){.number = i, .gate = 1};
    if (pool_map_async(pool, &task, count, lines, out, chunk, &async, &handle))
        conform_fail("map_async was refused");
    script_await(&script, SCRIPT_STARTED, 1, "items wait at their gate");
    if (pool_handle_cancel(handle))
        conform_fail("a map that runs cannot be cancelled");
    if (pool_handle_ready(handle))
        conform_fail("a cancelled map is ready while its items run");
    script_open(&script, 1);
    const enum pool_status status = pool_handle_get(handle, POOL_FOREVER, NULL);
    if (status != POOL_ECANCELED)
        conform_fail("a cancelled map gave '%s'", pool_status_text(status));
    judge_map(s, &script, items, out, count);
    pool_handle_free(handle);
    free(lines);
    free(items);
    free(out);
}

void I11_cancelled_map_ends_with_what_runs(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        const size_t count = subject_items(s, 1000);
        cancel_map(s, pool, count, 1);
        cancel_map(s, pool, count, 7);
        cancel_map(s, pool, count, count);
        cancel_map(s, pool, count, 0);
        subject_end(pool);
    }
}

/* Cancelling while items begin and end: each is told as what it did, and none is lost. */
void I11_cancel_races_the_items(struct subject *s)
{
    const size_t count = subject_items(s, 400);
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    const struct script script = script_new(s, 6, count);
    struct script_job *job = calloc(count, sizeof *job);

    if (!job)
        conform_unsupported("no memory for %zu jobs", count);
    for (size_t i = 0; i < count; i++) {
        job[i].line.number = i;
        script_submit(pool, &script, &job[i], NULL);
        if (i % 3 == 2)
            cancel(&job[i - i % 7 % 3]);
    }
    for (size_t i = 0; i < count; i++) {
        const enum pool_status status = pool_handle_get(job[i].handle, POOL_FOREVER, NULL);
        const uint32_t ran = ledger_read(&s->ledger->item[i].finished);
        if (status != POOL_OK && status != POOL_ECANCELED)
            conform_fail("an item that may have been cancelled gave '%s'", pool_status_text(status));
        if (ran != (status == POOL_OK))
            conform_fail("item %zu ran %u times, and is told as '%s'", i, ran, pool_status_text(status));
        if (status == POOL_OK && job[i].out != script_result(&script, i))
            conform_fail("the result of item %zu is another one's", i);
        pool_handle_free(job[i].handle);
    }
    free(job);
    subject_end(pool);
}
