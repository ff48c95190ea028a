/* I1-I5: handles of asynchronous calls; X3: from any thread. */
#include "../../machine/clock.h"
#include "../kit/script.h"
#include "cases.h"

#include <pthread.h>

/* How a case waits for one handle. */
static enum pool_status wait_alone(struct pool_handle *h, int64_t timeout_ns)
{
    return pool_handle_wait(h, timeout_ns);
}

static enum pool_status wait_and_get(struct pool_handle *h, int64_t timeout_ns)
{
    return pool_handle_get(h, timeout_ns, NULL);
}

static enum pool_status wait_any(struct pool_handle *h, int64_t timeout_ns)
{
    struct pool_handle *const handles[] = {NULL, h};
    size_t index = 0;
    const enum pool_status status = pool_handles_wait_any(handles, 2, timeout_ns, &index);

    if (!status && index != 1)
        conform_fail("waiting for any of handles gave entry %zu, which is not there", index);
    return status;
}

static enum pool_status wait_all(struct pool_handle *h, int64_t timeout_ns)
{
    struct pool_handle *const handles[] = {h, NULL, h};

    return pool_handles_wait_all(handles, 3, timeout_ns);
}

static const struct {
    const char *name;
    enum pool_status (*wait)(struct pool_handle *, int64_t timeout_ns);
} waits[] = {{"wait", wait_alone}, {"get", wait_and_get}, {"wait_any", wait_any}, {"wait_all", wait_all}};

/* A job that stays at gate 1. */
static struct script_job gated_job(uint64_t number, int code)
{
    return (struct script_job){.line = {.number = number, .gate = 1, .code = code}};
}

void I1_ready_becomes_true_once(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (int round = 0; round < 50; round++) {
        const struct script script = script_new(s, 1, 1);
        struct script_job job = gated_job(0, round % 2);

        script_submit(pool, &script, &job, NULL);
        if (pool_handle_ready(job.handle))
            conform_fail("a handle is ready before its item has ended");
        script_await(&script, SCRIPT_STARTED, 1, "one was submitted");
        if (pool_handle_ready(job.handle))
            conform_fail("a handle is ready while its item runs");
        script_open(&script, 1);
        while (!pool_handle_ready(job.handle))
            continue; /* the case's deadline ends it */
        for (int i = 0; i < 1000; i++)
            if (!pool_handle_ready(job.handle))
                conform_fail("a handle was ready, and is no more");
        script_finish(&script, &job);
    }
    subject_end(pool);
}

void I2_waiting_is_not_the_tasks_error(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (int code = 0; code < 3; code++) {
        const struct script script = script_new(s, 2, 1);
        struct script_job job = gated_job(0, code);
        struct pool_fault fault;

        script_submit(pool, &script, &job, NULL);
        for (size_t i = 0; i < COUNT(waits); i++)
            if (waits[i].wait(job.handle, 0) != POOL_ETIMEOUT || waits[i].wait(job.handle, -1) != POOL_ETIMEOUT)
                conform_fail("%s does not time out while the item runs", waits[i].name);
        if (pool_handle_get(job.handle, 1000000, &fault) != POOL_ETIMEOUT || fault.status != POOL_ETIMEOUT ||
            !fault.text[0])
            conform_fail("a get that times out says '%s' (%s)", pool_status_text(fault.status), fault.text);
        script_open(&script, 1);
        for (size_t i = 0; i < COUNT(waits); i++) {
            const enum pool_status status = waits[i].wait(job.handle, POOL_FOREVER);
            if (status != (waits[i].wait == wait_and_get && code ? POOL_ETASK : POOL_OK))
                conform_fail("after an item that returned %d, %s said '%s'", code, waits[i].name,
                             pool_status_text(status));
        }
        script_finish(&script, &job);
    }
    subject_end(pool);
}

static void time_out(const struct subject *s, struct pool_handle *handle, int64_t timeout_ns, size_t how)
{
    const int64_t slack_ns = subject_patience_ns(s, PATIENCE_SETTLE_NS), from_ns = clock_now_ns();
    const enum pool_status status = waits[how].wait(handle, timeout_ns);
    const int64_t took_ns = clock_now_ns() - from_ns;

    if (status != POOL_ETIMEOUT)
        conform_fail("%s(%lld ns) returned '%s' while the item runs", waits[how].name, (long long)timeout_ns,
                     pool_status_text(status));
    if (took_ns < timeout_ns || took_ns > (timeout_ns < 0 ? 0 : timeout_ns) + slack_ns)
        conform_fail("%s(%lld ns) timed out after %lld ns", waits[how].name, (long long)timeout_ns, (long long)took_ns);
}

/* Opens the gate a little later. */
static void *open_later(void *arg)
{
    const struct script *script = arg;

    ledger_await(&script->ledger->mark[0], 1, 2000000);
    script_open(script, 1);
    return NULL;
}

static void wait_long(const struct subject *s, struct pool *pool, int64_t timeout_ns, size_t how)
{
    struct script script = script_new(s, 3, 1);
    struct script_job job = gated_job(0, 0);
    pthread_t thread;

    script_submit(pool, &script, &job, NULL);
    if (pthread_create(&thread, NULL, open_later, &script))
        conform_unsupported("a thread cannot be started");
    const enum pool_status status = waits[how].wait(job.handle, timeout_ns);
    if (status)
        conform_fail("%s(%lld ns) returned '%s' after a few milliseconds", waits[how].name, (long long)timeout_ns,
                     pool_status_text(status));
    pthread_join(thread, NULL);
    script_finish(&script, &job);
}

void I3_timeouts_keep_to_the_clock(struct subject *s)
{
    static const int64_t short_ns[] = {INT64_MIN, -1, 0, 1, 999, 1500000, 30000000};
    static const int64_t long_ns[] = {POOL_FOREVER, POOL_FOREVER - 1, POOL_FOREVER / 2};
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    const struct script script = script_new(s, 3, 1);
    struct script_job job = gated_job(0, 0);

    script_submit(pool, &script, &job, NULL);
    for (size_t how = 0; how < COUNT(waits); how++)
        for (size_t i = 0; i < COUNT(short_ns); i++)
            time_out(s, job.handle, short_ns[i], how);
    script_open(&script, 1);
    script_finish(&script, &job);
    for (size_t how = 0; how < COUNT(waits); how++)
        for (size_t i = 0; i < COUNT(long_ns); i++)
            wait_long(s, pool, long_ns[i], how);
    subject_end(pool);
}

void I4_successful_before_ready_is_an_error(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (int code = 0; code < 2; code++) {
        const struct script script = script_new(s, 4, 1);
        struct script_job job = gated_job(0, code);

        script_submit(pool, &script, &job, NULL);
        if (pool_handle_successful(job.handle) != POOL_EINVAL)
            conform_fail("before it is ready a handle says whether it was successful");
        script_open(&script, 1);
        pool_handle_wait(job.handle, POOL_FOREVER);
        if (pool_handle_successful(job.handle) != (code ? POOL_ETASK : POOL_OK))
            conform_fail("an item returned %d, its handle says '%s'", code,
                         pool_status_text(pool_handle_successful(job.handle)));
        script_finish(&script, &job);
    }
    subject_end(pool);
}

/* A thread that asks for the job's outcome, in one way or another. */
struct asker {
    const struct script *script;
    struct script_job *job;
    size_t how;
};

static void *ask(void *arg)
{
    const struct asker *a = arg;
    struct pool_fault fault;

    if (a->how == COUNT(waits))
        while (!pool_handle_ready(a->job->handle))
            continue;
    else
        waits[a->how].wait(a->job->handle, POOL_FOREVER);
    for (int i = 0; i < 3; i++) {
        const enum pool_status status = pool_handle_get(a->job->handle, i ? 0 : POOL_FOREVER, &fault);
        script_judge_job(a->script, a->job, status, &fault);
    }
    return NULL;
}

static void ask_from_threads(const struct subject *s, struct pool *pool, int code)
{
    enum { ASKERS = 8 };
    const struct script script = script_new(s, 5, 1);
    struct script_job job = gated_job(0, code);
    struct asker asker[ASKERS];
    pthread_t thread[ASKERS];

    script_submit(pool, &script, &job, NULL);
    for (size_t i = 0; i < ASKERS; i++) {
        asker[i] = (struct asker){&script, &job, i % (COUNT(waits) + 1)};
        if (pthread_create(&thread[i], NULL, ask, &asker[i]))
            conform_unsupported("%d threads cannot be started", ASKERS);
    }
    script_open(&script, 1);
    for (size_t i = 0; i < ASKERS; i++)
        pthread_join(thread[i], NULL);
    script_finish(&script, &job);
}

void I5_get_gives_the_same_answer_again(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (int round = 0; round < (s->quick ? 10 : 100); round++)
        ask_from_threads(s, pool, round % 3);
    subject_end(pool);
}

/* A handle's way through threads: made by one, waited for by others, freed by the last. */
struct relay {
    struct pool *pool;
    const struct script *script;
    struct script_job job;
};

static void *relay_submit(void *arg)
{
    struct relay *r = arg;

    script_submit(r->pool, r->script, &r->job, NULL);
    return NULL;
}

static void *relay_finish(void *arg)
{
    struct relay *r = arg;

    script_finish(r->script, &r->job);
    return NULL;
}

static void run_threads(struct relay *relays, size_t count, void *(*step)(void *))
{
    pthread_t thread[16];

    for (size_t i = 0; i < count; i++)
        if (pthread_create(&thread[i], NULL, step, &relays[i]))
            conform_unsupported("%zu threads cannot be started", count);
    for (size_t i = 0; i < count; i++)
        pthread_join(thread[i], NULL);
}

void X3_handles_work_from_any_thread(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (int round = 0; round < (s->quick ? 5 : 40); round++) {
        const struct script script = script_new(s, 6, 8);
        struct relay relay[8];
        for (size_t i = 0; i < COUNT(relay); i++)
            relay[i] = (struct relay){
                .pool = pool, .script = &script, .job.line = {.number = i, .gate = i % 2, .code = (int)i % 3}};
        run_threads(relay, COUNT(relay), relay_submit);
        script_open(&script, 1);
        run_threads(relay, COUNT(relay), relay_finish);
    }
    subject_end(pool);
}
