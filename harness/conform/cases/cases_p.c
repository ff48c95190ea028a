/* P: tasks that use pools. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "cases.h"

#include <string.h>
#include <unistd.h>

struct inner {
    const struct pool_ops *ops;
    const char *options;
    struct pool *own, *other; /* pools to call; NULL: make one */
    pid_t creator;
    size_t depth; /* pools to make inside each other */
};

static int square_call(const void *const argv[], void *out, const void *context)
{
    uint64_t number;

    (void)context;
    memcpy(&number, argv[0], sizeof number);
    number *= number;
    memcpy(out, &number, sizeof number);
    return 0;
}

static struct pool_task square_task(void)
{
    return (struct pool_task){.name = "square",
                              .call = square_call,
                              .nargs = 1,
                              .arg_size = {sizeof(uint64_t)},
                              .out_size = sizeof(uint64_t)};
}

/* Map a few squares. POOL_END: they are wrong. */
static enum pool_status map_squares(struct pool *pool)
{
    const struct pool_task task = square_task();
    const uint64_t in[] = {3, 1, 4, 1, 5};
    uint64_t out[COUNT(in)] = {0};
    const enum pool_status status = pool_map(pool, &task, COUNT(in), in, out, 1, NULL);

    for (size_t i = 0; !status && i < COUNT(in); i++)
        if (out[i] != in[i] * in[i])
            return POOL_END;
    return status;
}

static int inner_call(const void *const argv[], void *out, const void *context);

static struct pool_task inner_task(const struct inner *inner)
{
    return (struct pool_task){.name = "inner",
                              .call = inner_call,
                              .nargs = 1,
                              .arg_size = {sizeof(uint64_t)},
                              .out_size = sizeof(enum pool_status),
                              .context = inner,
                              .context_size = sizeof *inner};
}

/* How the inner call ends is what comes out of the outer one. */
static enum pool_status map_inner(struct pool *pool, const struct inner *inner, size_t count)
{
    const struct pool_task task = inner_task(inner);
    enum pool_status statuses[64] = {POOL_OK};
    const uint64_t in[64] = {0};
    const enum pool_status status = pool_map(pool, &task, count, in, statuses, 1, NULL);

    for (size_t i = 0; !status && i < count; i++)
        if (statuses[i])
            return statuses[i];
    return status;
}

static enum pool_status with_new_pool(struct inner inner)
{
    const struct pool_config config = {.workers = inner.ops->workers_max < 2 ? 1 : 2, .options = inner.options};
    struct pool *pool;
    enum pool_status status = pool_create_with(inner.ops, &config, &pool);

    if (status)
        return status;
    status = --inner.depth ? map_inner(pool, &inner, 2) : map_squares(pool);
    pool_destroy(pool);
    return status;
}

static int inner_call(const void *const argv[], void *out, const void *context)
{
    struct inner inner;
    enum pool_status status;

    (void)argv;
    memcpy(&inner, context, sizeof inner);
    if (inner.own && inner.other) { /* by way of the other pool */
        struct pool *other = inner.other;
        inner.other = NULL;
        status = map_inner(other, &inner, 1);
    } else if (inner.own) {
        status = map_squares(inner.own);
    } else {
        status = with_new_pool(inner);
    }
    memcpy(out, &status, sizeof status);
    return 0;
}

static struct inner make_inner(const struct subject *s)
{
    return (struct inner){.ops = s->ops, .options = s->options, .creator = getpid(), .depth = 1};
}

void P1_pool_in_a_task(struct subject *s)
{
    const struct inner inner = make_inner(s);
    const bool declared = s->ops->capabilities & POOL_CAP_NEST;
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t count = 1; count <= 5; count += 4) {
        const enum pool_status status = map_inner(pool, &inner, count);
        if (status && (status != POOL_ENOTSUP || declared))
            conform_fail("a pool in a task gave '%s'", pool_status_text(status));
    }
    play_once(s, pool, 10, 0);
    subject_end(pool);
}

/* What may come of waiting for a pool that waits for us: help, or a refusal; in a worker process it is not ours. */
static void expect_help_or_refusal(enum pool_status status, bool processes, const char *what)
{
    if (status && status != POOL_EDEADLK && !(processes && status == POOL_EINVAL))
        conform_fail("%s gave '%s'", what, pool_status_text(status));
}

void P2_own_pool_in_a_task(struct subject *s)
{
    const bool processes = workers_are_processes(s);
    struct inner inner = make_inner(s);

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        inner.own = pool;
        for (size_t count = 1; count <= 3 * w; count += w)
            expect_help_or_refusal(map_inner(pool, &inner, count), processes, "a map in a task of the same pool");
        play_once(s, pool, 10, 0);
        subject_end(pool);
    }
}

void P3_pools_that_call_each_other(struct subject *s)
{
    const bool processes = workers_are_processes(s);

    for (size_t w = 1; w <= subject_workers(s, 2); w++) {
        /* Where workers are processes, those of a have seen b before they were forked. */
        struct pool *b = subject_create(s, w), *a = subject_create(s, w);
        struct inner round = make_inner(s), across = make_inner(s);
        across.own = b;
        const enum pool_status status = map_inner(a, &across, 4);
        if (status && !(processes && status == POOL_EINVAL))
            conform_fail("a map on another pool, in a task, gave '%s'", pool_status_text(status));
        round.own = a;
        round.other = b;
        expect_help_or_refusal(map_inner(a, &round, 2), processes, "a map in a task of a task of the same pool");
        play_once(s, a, 10, 0);
        play_once(s, b, 10, 0);
        subject_end(a);
        subject_end(b);
    }
}

void P4_pools_in_pools(struct subject *s)
{
    struct inner inner = make_inner(s);
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    inner.depth = 3;
    const enum pool_status status = map_inner(pool, &inner, 1);
    subject_end(pool);
    if (status && ((s->ops->capabilities & POOL_CAP_NEST) || status != POOL_ENOTSUP))
        conform_fail("pools in pools gave '%s'", pool_status_text(status));
}
