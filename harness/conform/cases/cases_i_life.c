/* I9, I10: handles that are dropped, that outlive their pool. H2: many of them at once. */
#include "../kit/census.h"
#include "../kit/meet.h"
#include "../kit/script.h"
#include "cases.h"

#include <stdlib.h>
#include <string.h>

static int count_call(void *arg, const struct pool_fault *fault)
{
    (void)fault;
    __atomic_add_fetch((unsigned *)arg, 1, __ATOMIC_RELAXED);
    return 0;
}

/* Submit items and drop their handles at once. */
static void drop_all(const struct subject *s, struct script_job *jobs, size_t count)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    const struct script script = script_new(s, 1, count);
    unsigned called = 0;
    const struct pool_async async = {.callback = count_call, .error_callback = count_call, .arg = &called};

    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct script_job){.line = {.number = i, .code = i % 5 == 4}};
        script_submit(pool, &script, &jobs[i], &async);
        pool_handle_free(jobs[i].handle);
    }
    subject_end(pool);
    if (called != count)
        conform_fail("%zu handles were dropped: %u callbacks were called", count, called);
    for (size_t i = 0; i < count; i++) {
        if (ledger_read(&s->ledger->item[i].started) != 1)
            conform_fail("item %zu, whose handle was dropped, ran %u times", i,
                         ledger_read(&s->ledger->item[i].started));
        if (jobs[i].out != script_result(&script, i))
            conform_fail("the result of item %zu, whose handle was dropped, was not delivered", i);
    }
}

void I9_dropped_handles_leak_nothing(struct subject *s)
{
    const size_t count = subject_items(s, 500), rounds = s->quick || subject_is_costly(s) ? 4 : 20;
    struct script_job *jobs = calloc(count, sizeof *jobs);
    size_t before = 0;

    if (!jobs)
        conform_unsupported("no memory for %zu jobs", count);
    for (size_t round = 0; round < rounds; round++) {
        if (round == 2)
            before = heap_bytes();
        drop_all(s, jobs, count);
    }
    const size_t dropped = count * (rounds - 2);
    heap_expect(s, before, 16 * dropped, dropped, "dropped handles");
    free(jobs);
}

/* Handles of a pool that is gone: w items were running, others waited, one had ended. */
static void outlive(const struct subject *s, size_t w, bool terminate)
{
    enum { JOBS = 20 };
    struct pool *pool = subject_create(s, w);
    const struct script script = script_new(s, 2, JOBS);
    struct script_job job[JOBS];

    job[0] = (struct script_job){.line.code = 7};
    script_submit(pool, &script, &job[0], NULL);
    pool_handle_wait(job[0].handle, POOL_FOREVER);
    for (size_t i = 1; i < JOBS; i++) {
        job[i] = (struct script_job){.line = {.number = i, .gate = 1}};
        script_submit(pool, &script, &job[i], NULL);
    }
    script_await(&script, SCRIPT_STARTED, 2, "items wait at their gate");
    if (terminate ? pool_terminate(pool) : pool_close(pool))
        conform_fail("the pool cannot be ended with handles pending");
    script_open(&script, 1);
    if (!terminate)
        pool_join(pool, POOL_FOREVER);
    pool_destroy(pool);
    for (size_t i = 0; i < JOBS; i++) {
        struct pool_fault fault;
        const enum pool_status status = pool_handle_get(job[i].handle, POOL_FOREVER, &fault);
        if (!pool_handle_ready(job[i].handle))
            conform_fail("the pool is gone, but the handle of item %zu is not ready", i);
        if (!terminate || i == 0 || status != POOL_ECANCELED)
            script_judge_job(&script, &job[i], status, &fault);
        else if (!fault.text[0])
            conform_fail("a cancelled handle has no sentence");
        if (status == POOL_OK && ledger_read(&s->ledger->item[i].finished) != 1)
            conform_fail("the handle of item %zu says success, but it has not ended", i);
        pool_handle_free(job[i].handle);
    }
}

void I10_handles_outlive_their_pool(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++)
        for (int round = 0; round < (s->quick ? 2 : 10); round++) {
            outlive(s, w, true);
            outlive(s, w, false);
        }
}

static void meet_asynchronously(const struct subject *s, struct pool *pool, size_t count, size_t wanted, bool linger)
{
    const struct meeting meeting = meet_plan(s, wanted, linger);
    const struct pool_task task = meet_task(&meeting);
    struct pool_handle *handle[64];
    struct witness seen[64];

    ledger_clear(s->ledger, count);
    for (uint64_t i = 0; i < count; i++) {
        const void *const argv[] = {&i};
        if (pool_apply_async(pool, &task, argv, &seen[i], NULL, &handle[i]))
            conform_fail("apply_async was refused");
    }
    for (size_t i = 0; i < count; i++) {
        struct pool_fault fault;
        meet_judge(s, pool, wanted, pool_handle_get(handle[i], POOL_FOREVER, &fault), fault.text);
        if (seen[i].tid != s->ledger->item[i].tid)
            conform_fail("handle %zu of %zu has another one's result", i, count);
        pool_handle_free(handle[i]);
    }
}

void H2_asynchronous_calls_all_progress(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 4); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < (s->quick ? 3 : 20); i++)
            meet_asynchronously(s, pool, w, w, false);
        meet_asynchronously(s, pool, 3 * w, w, true);
        subject_end(pool);
    }
}
