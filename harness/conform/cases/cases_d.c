/* D: chunks. E: no items. */
#include "../kit/meet.h"
#include "../kit/trial.h"
#include "cases.h"

#include <string.h>

void D1_automatic_chunk_is_documented(struct subject *s)
{
    static const size_t counts[] = {1, 2, 7, 100, 1009, 1000000, SIZE_MAX};

    if (!s->ops->chunk_rule || !s->ops->chunk_rule[0])
        conform_fail("the automatic chunk has no rule in words");
    for (size_t w = 1; w <= subject_workers(s, 4); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < COUNT(counts); i++) {
            const size_t chunk = pool_auto_chunk(pool, counts[i]);
            if (chunk < 1 || chunk > counts[i])
                conform_fail("the automatic chunk of %zu items is %zu", counts[i], chunk);
            const struct trial_shape shape = trial_plain(1 + i);
            trial_once(s, pool, &shape, 0);
            if (pool_auto_chunk(pool, counts[i]) != chunk)
                conform_fail("the automatic chunk of %zu items changed with a map", counts[i]);
        }
        subject_end(pool);
    }
}

static void run_chunks(struct subject *s, const struct trial_shape *shape, const size_t *chunks, size_t count)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    struct trial t;

    if (!trial_open(&t, s, pool, shape))
        return;
    for (size_t k = 0; k < count; k++)
        trial_run(&t, chunks[k]);
    trial_close(&t);
    subject_end(pool);
}

void D2_any_chunk_gives_the_same(struct subject *s)
{
    static const size_t counts[] = {1, 2, 3, 40, 101, 1009};

    for (size_t i = 0; i < COUNT(counts); i++) {
        const size_t n = subject_items(s, counts[i]), chunks[] = {0, 1, 2, 6, n - 1, n, n + 1, 1000000000, SIZE_MAX};
        const struct trial_shape plain = trial_plain(n), starred = trial_starred(n);
        run_chunks(s, &plain, chunks, COUNT(chunks));
        run_chunks(s, &starred, chunks, COUNT(chunks));
    }
}

void D3_only_zero_is_special(struct subject *s)
{
    static const size_t chunks[] = {
        0,           SIZE_MAX,   SIZE_MAX - 1,           SIZE_MAX / 2, SIZE_MAX / 2 + 1,      SIZE_MAX / 3,
        PTRDIFF_MAX, UINT32_MAX, (size_t)UINT32_MAX + 1, INT32_MAX,    (size_t)INT32_MAX + 1, UINT16_MAX + 1};
    const struct trial_shape shape = trial_plain(57);

    run_chunks(s, &shape, chunks, COUNT(chunks));
}

void D4_last_partial_chunk_is_kept(struct subject *s)
{
    static const size_t counts[] = {5, 7, 11, 50, 97};

    for (size_t i = 0; i < COUNT(counts); i++) {
        size_t chunks[98], many = 0;
        for (size_t chunk = 1; chunk <= counts[i]; chunk++)
            if (counts[i] % chunk)
                chunks[many++] = chunk;
        const struct trial_shape shape = trial_plain(counts[i]);
        run_chunks(s, &shape, chunks, many);
    }
}

void D5_chunk_boundaries_are_invisible(struct subject *s)
{
    static const size_t steps[] = {1, 2, 7};
    static const size_t chunks[] = {0, 1, 2, 3, 4, 5, 13, 39, 40, 41, SIZE_MAX};

    for (size_t i = 0; i < COUNT(steps); i++) {
        struct trial_shape shape = trial_plain(40);
        shape.fail_first = i;
        shape.fail_step = steps[i];
        run_chunks(s, &shape, chunks, COUNT(chunks));
    }
}

void D6_all_workers_receive_work(struct subject *s)
{
    const size_t sizes[] = {1, 2, 3, s->cpus, 4 * s->cpus};

    for (size_t i = 0; i < COUNT(sizes) && sizes[i] <= subject_workers(s, SIZE_MAX); i++) {
        const size_t w = sizes[i];
        struct pool *pool = subject_create(s, w);
        meet_run(s, pool, w, 1, w, false, NULL);
        meet_run(s, pool, 4 * w, 1, w, false, NULL);
        meet_run(s, pool, 2 * w, 2, w, false, NULL);
        meet_run(s, pool, 3 * w + 1, 3, w, false, NULL);
        subject_end(pool);
    }
}

static int empty_call(const void *const argv[], void *out, const void *context)
{
    struct ledger *ledger;

    (void)argv;
    (void)out;
    memcpy(&ledger, context, sizeof ledger);
    ledger_start(ledger, SIZE_MAX);
    return 1;
}

static void expect_nothing(const struct subject *s, struct pool *pool, const void *array, void *out)
{
    static const size_t chunks[] = {0, 1, 7, SIZE_MAX};
    const void *const columns[] = {array, array};
    struct pool_task task = {.name = "empty",
                             .call = empty_call,
                             .nargs = 1,
                             .arg_size = {8, 8},
                             .out_size = 8,
                             .context = &s->ledger,
                             .context_size = sizeof s->ledger};

    for (size_t i = 0; i < COUNT(chunks); i++)
        for (task.nargs = 1; task.nargs <= 2; task.nargs++) {
            struct pool_fault fault = {.status = POOL_EINVAL};
            const enum pool_status status =
                task.nargs == 1 ? pool_map(pool, &task, 0, array, out, chunks[i], &fault)
                                : pool_starmap(pool, &task, 0, array ? columns : NULL, out, chunks[i], &fault);
            if (status || fault.status)
                conform_fail("no items in chunks of %zu gave '%s': %s", chunks[i], pool_status_text(status),
                             fault.text);
        }
    if (ledger_read(&s->ledger->calls))
        conform_fail("no items, but the task was called %u times", ledger_read(&s->ledger->calls));
}

void E1_no_items_succeed_at_once(struct subject *s)
{
    static uint64_t array[1], out[1];
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    const struct trial_shape shape = trial_plain(7);

    expect_nothing(s, pool, array, out);
    trial_once(s, pool, &shape, 0);
    ledger_clear(s->ledger, 0);
    expect_nothing(s, pool, array, out);
    if (out[0])
        conform_fail("no items, but a result was written");
    subject_end(pool);
}

void E2_no_items_need_no_arrays(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    expect_nothing(s, pool, NULL, NULL);
    subject_end(pool);
}

static int count_callback(void *arg, const struct pool_fault *fault)
{
    if (fault->status)
        return 1;
    ++*(unsigned *)arg;
    return 0;
}

void E3_empty_asynchronous_call(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    unsigned called = 0;
    const struct pool_async async = {.callback = count_callback, .error_callback = count_callback, .arg = &called};
    const struct pool_task task = {.name = "empty",
                                   .call = empty_call,
                                   .nargs = 1,
                                   .arg_size = {8},
                                   .out_size = 8,
                                   .context = &s->ledger,
                                   .context_size = sizeof s->ledger};
    struct pool_handle *handle;

    if (pool_map_async(pool, &task, 0, NULL, NULL, 0, &async, &handle))
        conform_fail("map_async of no items was refused");
    if (pool_handle_get(handle, POOL_FOREVER, NULL) || !pool_handle_ready(handle) || pool_handle_successful(handle))
        conform_fail("map_async of no items did not succeed");
    if (called != 1)
        conform_fail("the callback of an empty call was called %u times", called);
    pool_handle_free(handle);
    subject_end(pool);
}

void E4_unused_pool_closes(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 4); w++) {
        subject_end(subject_create(s, w));
        struct pool *pool = subject_create(s, w);
        if (pool_terminate(pool) || pool_join(pool, POOL_FOREVER))
            conform_fail("terminate and join on a never used pool failed");
        pool_destroy(pool);
    }
}
