/*
 * load.h - one workload with one spec, its arrays, and results by the plain loop. For tests of workloads.
 *
 * Errors: none returned; cmocka fails the test.
 */
#ifndef LOAD_H
#define LOAD_H

#include "workload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct load {
    const struct workload *workload;
    struct workload_run run;
    void *columns[POOL_ARGS_MAX];
    unsigned char *out;
    void *blocks[POOL_ARGS_MAX + 1]; /* what was allocated */
};

/* What is asked of a workload. */
struct kind {
    const char *workload, *options;
    size_t in_bytes, out_bytes;
};

static inline const struct workload *find(const char *name)
{
    for (size_t i = 0; workloads[i]; i++)
        if (strcmp(workloads[i]->name, name) == 0)
            return workloads[i];
    fail_msg("no workload %s", name);
    return NULL;
}

static inline struct workload_spec spec_of(const struct kind *kind, size_t count, uint64_t seed)
{
    return (struct workload_spec){
        .count = count,
        .seed = seed,
        .work_ns = 50,
        .loops_per_ns = 0.75,
        .in_bytes = kind->in_bytes,
        .out_bytes = kind->out_bytes,
        .options = kind->options,
    };
}

/* An array that starts `off` bytes behind an aligned address and ends where its block ends, for ASan to see. */
static inline void *array(void **block, size_t off, size_t bytes)
{
    *block = calloc(1, off + bytes + !(off + bytes));
    assert_non_null(*block);
    return (unsigned char *)*block + off;
}

static inline void load_open(struct load *l, const struct kind *kind, size_t count, uint64_t seed, size_t off)
{
    const struct workload_spec spec = spec_of(kind, count, seed);
    char why[WORKLOAD_WHY] = "";

    memset(l, 0, sizeof *l);
    l->workload = find(kind->workload);
    if (l->workload->prepare(&spec, &l->run, why))
        fail_msg("%s: %s", kind->workload, why);
    for (size_t k = 0; k < l->run.task.nargs; k++)
        l->columns[k] = array(&l->blocks[k], off, count * l->run.task.arg_size[k]);
    l->out = array(&l->blocks[POOL_ARGS_MAX], off, count * l->run.task.out_size);
    l->workload->fill(&l->run, 0, count, l->columns);
}

static inline void load_close(struct load *l)
{
    for (size_t i = 0; i < POOL_ARGS_MAX + 1; i++)
        free(l->blocks[i]);
    if (l->workload->release)
        l->workload->release(&l->run);
}

static inline void arguments_of(const struct load *l, size_t index, const void *argv[])
{
    for (size_t k = 0; k < l->run.task.nargs; k++)
        argv[k] = (const unsigned char *)l->columns[k] + index * l->run.task.arg_size[k];
}

static inline void load_run(struct load *l)
{
    const struct pool_task *task = &l->run.task;
    const void *argv[POOL_ARGS_MAX];

    for (size_t i = 0; i < l->run.spec.count; i++) {
        arguments_of(l, i, argv);
        const int code = task->call(argv, l->out + i * task->out_size, task->context);
        assert_int_equal(code, l->workload->code ? l->workload->code(&l->run, i) : 0);
    }
}

static inline bool load_check(const struct load *l, size_t index, const void *out)
{
    const void *argv[POOL_ARGS_MAX];

    arguments_of(l, index, argv);
    return l->workload->check(&l->run, index, argv, out);
}
#endif
