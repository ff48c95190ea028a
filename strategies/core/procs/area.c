/* What one process is to do, and what it leaves behind. */
#include "area.h"

#include <string.h>

enum { ALIGNMENT = 64 };

static size_t round_up(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

size_t area_bytes(const struct work_range *range, bool copied)
{
    const struct pool_task *task = range->of->batch->task;
    const size_t count = range->count;
    size_t bytes =
        round_up(sizeof(struct area)) + round_up(count * task->out_size) + round_up(count * sizeof(struct failure));

    if (copied)
        bytes += round_up(task->context_size);
    for (size_t k = 0; copied && k < task->nargs; k++)
        bytes += round_up(count * task->arg_size[k]);
    return bytes;
}

/* Take `bytes` of the area. */
static void *take(unsigned char **at, size_t bytes)
{
    void *part = *at;

    *at += round_up(bytes);
    return part;
}

static const void *copy(unsigned char **at, const void *array, size_t bytes)
{
    return array && bytes ? memcpy(take(at, bytes), array, bytes) : array;
}

void area_fill(struct area *area, const struct work_range *range, bool copied)
{
    const struct pool_batch *batch = range->of->batch;
    const struct pool_task *task = batch->task;
    const size_t count = range->count;
    unsigned char *at = (unsigned char *)area + round_up(sizeof *area);

    *area = (struct area){.count = count, .task = *task};
    area->results = take(&at, count * task->out_size);
    area->failures = take(&at, count * sizeof *area->failures);
    if (task->out_size)
        area->initial = (const unsigned char *)batch->out + range->first * task->out_size;
    for (size_t k = 0; k < task->nargs; k++)
        if (task->arg_size[k])
            area->columns[k] = (const unsigned char *)batch->columns[k] + range->first * task->arg_size[k];
    if (!copied)
        return;
    if (area->initial)
        memcpy(area->results, area->initial, count * task->out_size);
    area->initial = NULL;
    area->task.context = copy(&at, task->context, task->context_size);
    for (size_t k = 0; k < task->nargs; k++)
        area->columns[k] = copy(&at, area->columns[k], count * task->arg_size[k]);
}
