#include "session.h"

#include "../machine/clock.h"
#include "../machine/pin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail_with(char why[WHY_SIZE], const char *what, enum pool_status status, const struct pool_fault *fault)
{
    snprintf(why, WHY_SIZE, "%s: %.150s", what, fault->text[0] ? fault->text : pool_status_text(status));
    return false;
}

static bool create_pool(struct session *s, char why[WHY_SIZE])
{
    const struct session_job *job = s->job;
    const struct pool_binding binding = {job->cpus, job->cpu_count};
    struct pool_fault fault = {0};
    const struct pool_config config = {
        .workers = job->workers,
        .max_items_per_worker = job->items_max,
        .wait = job->wait,
        .binding = job->cpu_count ? &binding : NULL,
        .options = job->strategy->options,
        .fault = &fault,
    };
    const int64_t start_ns = clock_now_ns();
    const enum pool_status status = pool_create_with(job->strategy->ops, &config, &s->pool);

    s->create_ns = clock_now_ns() - start_ns;
    return status == POOL_OK || fail_with(why, "the pool cannot be created", status, &fault);
}

static void *take_array(const struct session *s, size_t record, bool *ok)
{
    void *array = NULL;
    size_t bytes;

    if (record == 0)
        return NULL;
    if (!__builtin_mul_overflow(record, s->run.spec.count, &bytes))
        array = s->shared ? pool_alloc(s->pool, bytes) : malloc(bytes);
    *ok = *ok && array;
    return array;
}

static void free_arrays(struct session *s)
{
    if (s->shared) /* they go with the pool */
        return;
    for (size_t k = 0; k < s->run.task.nargs; k++)
        free(s->columns[k]);
    free(s->out);
}

static bool make_arrays(struct session *s, char why[WHY_SIZE])
{
    bool ok = true;

    s->shared = !s->job->own_arrays && (s->job->strategy->ops->capabilities & POOL_CAP_SHARED);
    for (size_t k = 0; k < s->run.task.nargs; k++)
        s->columns[k] = take_array(s, s->run.task.arg_size[k], &ok);
    s->out = take_array(s, s->run.task.out_size, &ok);
    if (!ok) {
        snprintf(why, WHY_SIZE, "no memory for the arrays of %zu items", s->run.spec.count);
        return false;
    }
    s->job->workload->workload->fill(&s->run, 0, s->run.spec.count, s->columns);
    return verify_open(&s->verify, s->job->workload->workload, &s->run, s->job->workers, s->job->right, s->columns,
                       s->out, why);
}

static int expected_code(const struct session *s, size_t index)
{
    const struct workload *w = s->job->workload->workload;

    return w->code ? w->code(&s->run, index) : 0;
}

static void find_expected(struct session *s)
{
    s->expected = (struct pool_fault){.index = POOL_NO_ITEM};
    for (size_t i = 0; s->job->workload->workload->code && i < s->run.spec.count; i++) {
        const int code = expected_code(s, i);
        if (code != 0 && s->expected.failed++ == 0) {
            s->expected.status = POOL_ETASK;
            s->expected.index = i;
            s->expected.code = code;
        }
    }
}

static void release(struct session *s)
{
    const struct workload *w = s->job->workload->workload;

    verify_free(&s->verify);
    free_arrays(s);
    pool_destroy(s->pool);
    if (w->release)
        w->release(&s->run);
}

bool session_open(struct session *s, const struct session_job *job, char why[WHY_SIZE])
{
    *s = (struct session){.job = job};
    if (job->workload->workload->prepare(&job->spec, &s->run, why) != 0)
        return false;
    /* A strategy without workers of its own runs where worker 0 of the others does. */
    const struct pool_ops *ops = job->strategy->ops;
    const bool pin = job->cpu_count > 0 && ops->workers_max == 1 && (ops->capabilities & POOL_CAP_INLINE);
    if ((!pin || pin_to_cpu(job->cpus[0], why)) && create_pool(s, why) && make_arrays(s, why)) {
        find_expected(s);
        return true;
    }
    release(s);
    return false;
}

static bool check_outcome(const struct session *s, enum pool_status status, const struct pool_fault *fault,
                          char why[WHY_SIZE])
{
    if (status != s->expected.status)
        return fail_with(why, "a call ended wrongly", status, fault);
    if (status == POOL_OK)
        return true;
    if (fault->index == s->expected.index && fault->code == s->expected.code && fault->failed == s->expected.failed)
        return true;
    snprintf(why, WHY_SIZE, "a call blamed item %zu of %zu failed ones, not item %zu of %zu", fault->index,
             fault->failed, s->expected.index, s->expected.failed);
    return false;
}

bool session_call(struct session *s, bool counted, struct session_cost *cost, char why[WHY_SIZE])
{
    const struct pool_task *task = &s->run.task;
    const void *const *columns = (const void *const *)s->columns;
    struct pool_fault fault = {0};

    const int64_t preparing_ns = clock_now_ns();
    verify_begin(&s->verify);
    const int64_t booking_ns = clock_now_ns();
    const struct sample_counters before = counted ? usage_now() : sample_no_counters();
    const int64_t start_ns = clock_now_ns();
    const enum pool_status status =
        pool_starmap(s->pool, task, s->run.spec.count, columns, s->out, s->job->chunk, &fault);
    const int64_t end_ns = clock_now_ns();
    *cost = (struct session_cost){end_ns - start_ns, counted ? usage_since(&before) : before};
    const int64_t checking_ns = clock_now_ns();
    const bool ok = check_outcome(s, status, &fault, why) && verify_end(&s->verify, why);
    s->check_ns += booking_ns - preparing_ns + clock_now_ns() - checking_ns;
    s->book_ns += start_ns - booking_ns + checking_ns - end_ns;
    if (end_ns >= start_ns)
        return ok;
    snprintf(why, WHY_SIZE, "the clock went backwards by %lld ns during a call", (long long)(start_ns - end_ns));
    return false;
}

static bool end(struct session *s, enum pool_status (*ask)(struct pool *), char why[WHY_SIZE])
{
    const int64_t start_ns = clock_now_ns();
    enum pool_status status = ask(s->pool);

    if (status == POOL_OK)
        status = pool_join(s->pool, POOL_FOREVER);
    s->end_ns = clock_now_ns() - start_ns;
    if (status != POOL_OK)
        snprintf(why, WHY_SIZE, "the pool did not end: %s", pool_status_text(status));
    release(s);
    return status == POOL_OK;
}

bool session_close(struct session *s, char why[WHY_SIZE])
{
    return end(s, pool_close, why);
}

bool session_terminate(struct session *s, char why[WHY_SIZE])
{
    return end(s, pool_terminate, why);
}

size_t session_item_bytes(const struct session *s)
{
    size_t bytes = 2 * s->run.task.out_size; /* those of the right ones are kept */

    for (size_t k = 0; k < s->run.task.nargs; k++)
        bytes += s->run.task.arg_size[k];
    return bytes;
}
