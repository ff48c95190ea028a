/*
 * trial.h - the strategies whose workers are threads, for tests that try each of them.
 *
 * Errors: assertions of the test.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "every.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define TRIAL_SECONDS 240 /* after which the alarm ends a program that hangs */

/* Every strategy of this build whose workers are threads; serial is one of them. */
static inline const struct pool_ops *trial_next(size_t *i)
{
    const struct pool_ops *ops;

    while ((ops = every_next(i)) && ops->capabilities & POOL_CAP_PROCS)
        continue;
    return ops;
}

#define TRIAL_EACH(ops)                                                                                                \
    size_t trial_i_ = 0;                                                                                               \
    for (const struct pool_ops *ops; (ops = trial_next(&trial_i_)) != NULL;)

/* Those whose workers are processes too. */
#define TRIAL_EACH_ALL(ops)                                                                                            \
    size_t trial_i_ = 0;                                                                                               \
    for (const struct pool_ops *ops; (ops = every_next(&trial_i_)) != NULL;)

/* TRIAL_EACH without the peers, where they are known not to keep the promise: docs/peers.md. */
#define TRIAL_EACH_OWN(ops)                                                                                            \
    TRIAL_EACH(ops)                                                                                                    \
    if (!peers_have(ops))

static inline size_t trial_workers(const struct pool_ops *ops, size_t workers)
{
    return workers < ops->workers_max ? workers : ops->workers_max;
}

static inline struct pool *trial_pool(const struct pool_ops *ops, struct pool_config config)
{
    struct pool_fault fault;
    struct pool *pool;

    config.fault = &fault;
    config.workers = trial_workers(ops, config.workers);
    if (pool_create_with(ops, &config, &pool))
        fail_msg("%s with %zu workers: %s", ops->name, config.workers, fault.text);
    return pool;
}

/* A call that must succeed. */
static inline void trial_ok(const struct pool_ops *ops, enum pool_status status, const struct pool_fault *fault)
{
    if (status)
        fail_msg("%s: %s", ops->name, fault->text);
}

/* A task with one number in and one number out. */
static inline struct pool_task trial_task(pool_call *call)
{
    return (struct pool_task){
        .name = "trial", .call = call, .nargs = 1, .arg_size = {sizeof(size_t)}, .out_size = sizeof(size_t)};
}

static inline size_t trial_number(const void *record)
{
    size_t number;

    memcpy(&number, record, sizeof number);
    return number;
}

/* 0, 1, 2 ... Owns: the caller frees it. */
static inline size_t *trial_numbers(size_t count)
{
    size_t *numbers = malloc(count * sizeof *numbers + 1);

    assert_non_null(numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = i;
    return numbers;
}
/* The result is the argument. */
static inline int trial_echo(const void *const argv[], void *out, const void *context)
{
    (void)context;
    memcpy(out, argv[0], sizeof(size_t));
    return 0;
}

/* Map 0, 1, 2 ... through a call whose results are its arguments. */
static inline enum pool_status trial_map(struct pool *pool, pool_call *call, size_t count, size_t chunk,
                                         struct pool_fault *fault)
{
    const struct pool_task task = trial_task(call);
    size_t *in = trial_numbers(count), *out = calloc(count, sizeof *out);
    const enum pool_status status = pool_map(pool, &task, count, in, out, chunk, fault);

    for (size_t i = 0; !status && i < count; i++)
        assert_int_equal(out[i], i);
    free(out);
    free(in);
    return status;
}
#endif
