/* A pool, a workload, and arrays that are touched before anything is timed. */
#include "bars.h"

#include <stdlib.h>
#include <string.h>

enum pool_status cell_create_pool(const struct bars *bars, const struct cell *cell, struct pool **pool,
                                  struct pool_fault *fault)
{
    const struct pool_binding binding = {.cpus = bars->cpus, .count = bars->cpu_count};
    const struct pool_config config = {
        .workers = cell->ops->workers_max < bars->workers ? cell->ops->workers_max : bars->workers,
        .binding = bars->bind && bars->cpu_count > 0 ? &binding : NULL,
        .fault = fault,
    };

    return pool_create_with(cell->ops, &config, pool);
}

static bool create(struct trial *s, const struct bars *bars, const struct cell *cell, char why[WHY_SIZE])
{
    struct pool_fault fault = {0};
    const enum pool_status status = cell_create_pool(bars, cell, &s->pool, &fault);

    if (status)
        snprintf(why, WHY_SIZE, "%s: %.200s", pool_status_text(status), fault.text);
    return !status;
}

static bool allocate(struct trial *s, const struct cell *cell, char why[WHY_SIZE])
{
    const size_t items = cell->count * s->run.task.arg_size[0], out = cell->count * s->run.task.out_size;

    s->shared = cell->shared;
    s->items = s->shared ? pool_alloc(s->pool, items) : malloc(items);
    s->out = s->shared ? pool_alloc(s->pool, out) : malloc(out);
    if (!s->items || !s->out) {
        snprintf(why, WHY_SIZE, "no memory for the arrays");
        return false;
    }
    s->workload->fill(&s->run, 0, cell->count, (void *[]){s->items});
    memset(s->out, 0xa5, out);
    return true;
}

const struct workload *workload_named(const char *name)
{
    for (size_t i = 0; workloads[i]; i++)
        if (strcmp(workloads[i]->name, name) == 0)
            return workloads[i];
    return NULL;
}

bool trial_open(struct trial *s, const struct bars *bars, const struct cell *cell, const char *workload,
                uint64_t work_ns, char why[WHY_SIZE])
{
    const struct workload_spec spec = {
        .count = cell->count, .seed = 1, .work_ns = work_ns, .loops_per_ns = bars->loops_per_ns};

    *s = (struct trial){.workload = workload_named(workload)};
    if (!s->workload) {
        snprintf(why, WHY_SIZE, "this build lacks the workload %s", workload);
        return false;
    }
    if (s->workload->prepare(&spec, &s->run, why)) {
        s->workload = NULL; /* nothing to release */
        return false;
    }
    const bool opened = cell->arrays_first ? allocate(s, cell, why) && create(s, bars, cell, why)
                                           : create(s, bars, cell, why) && allocate(s, cell, why);
    if (!opened)
        trial_close(s);
    return opened;
}

bool trial_map(struct trial *s, size_t count, size_t chunk, char why[WHY_SIZE])
{
    struct pool_fault fault = {0};
    const enum pool_status status = pool_map(s->pool, &s->run.task, count, s->items, s->out, chunk, &fault);

    if (status)
        snprintf(why, WHY_SIZE, "%s: %.200s", pool_status_text(status), fault.text);
    return !status;
}

bool trial_check(struct trial *s, size_t count, char why[WHY_SIZE])
{
    const struct pool_task *task = &s->run.task;

    for (size_t i = 0; i < count; i++) {
        const void *argv[] = {(const char *)s->items + i * task->arg_size[0]};
        if (!s->workload->check(&s->run, i, argv, (const char *)s->out + i * task->out_size)) {
            snprintf(why, WHY_SIZE, "the result of item %zu is wrong", i);
            return false;
        }
    }
    return true;
}

void trial_close(struct trial *s)
{
    if (s->shared) {
        pool_free(s->pool, s->items);
        pool_free(s->pool, s->out);
    } else {
        free(s->items);
        free(s->out);
    }
    pool_destroy(s->pool);
    if (s->workload && s->workload->release)
        s->workload->release(&s->run);
    *s = (struct trial){0};
}
