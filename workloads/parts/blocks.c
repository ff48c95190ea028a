#include "blocks.h"

#include "mix.h"
#include "options.h"
#include "payload.h"

#include <stdio.h>
#include <stdlib.h>

static int read_spec(const struct workload_spec *spec, size_t default_bytes, size_t *words, char why[WORKLOAD_WHY])
{
    size_t bytes;

    if (options_refuse(spec->options, why) || payload_size(spec->in_bytes, default_bytes, &bytes, why) ||
        options_check_count(spec, bytes, why))
        return 1;
    *words = bytes / sizeof(uint64_t);
    if (bytes % sizeof(uint64_t) == 0)
        return 0;
    snprintf(why, WORKLOAD_WHY, "a block of %zu bytes is no whole number of 8-byte words; ask for a multiple of 8",
             bytes);
    return 1;
}

int blocks_prepare(const struct workload_spec *spec, size_t default_bytes, const struct pool_task *task,
                   struct workload_run *run, char why[WORKLOAD_WHY])
{
    size_t *words = malloc(sizeof *words);

    if (!words) {
        snprintf(why, WORKLOAD_WHY, "no memory to prepare %s", task->name);
        return 1;
    }
    if (read_spec(spec, default_bytes, words, why)) {
        free(words);
        return 1;
    }
    *run = (struct workload_run){.spec = *spec, .task = *task, .mine = words};
    run->task.out_size = *words * sizeof(uint64_t);
    for (size_t k = 0; k < task->nargs; k++)
        run->task.arg_size[k] = run->task.out_size;
    run->task.context = words;
    run->task.context_size = sizeof *words;
    return 0;
}

uint64_t blocks_key(const struct workload_run *run, size_t index, size_t column)
{
    return mix_item(run->spec.seed, index * run->task.nargs + column);
}

void blocks_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    const size_t size = run->task.out_size;

    for (size_t k = 0; k < run->task.nargs; k++)
        for (size_t i = first; i < last; i++)
            payload_write(blocks_key(run, i, k), (unsigned char *)columns[k] + i * size, size);
}

void blocks_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}
