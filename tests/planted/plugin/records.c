/* Defects in where records are read and results written. */
#define _GNU_SOURCE
#include "defects.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The item's call with its arguments at other places. */
static int call_with(const struct item *item, const void *const argv[])
{
    return item->job->task.call(argv, item->out, item->job->task.context);
}

static int write_in_steps_of_input(const struct item *item)
{
    const struct job *job = item->job;
    const size_t offset = item->index * job->task.arg_size[0];

    if (!job->out || offset + job->task.out_size > job->count * job->task.out_size)
        return base_call(item);
    return base_call_at(item, item->index, job->out + offset);
}

const struct defect defect_input_stride_for_out = {.item = write_in_steps_of_input};

static int swap_arguments(const struct item *item)
{
    const void *const argv[] = {item->argv[1], item->argv[0]};

    return item->job->task.nargs == 2 && item->job->task.arg_size[0] == item->job->task.arg_size[1]
               ? call_with(item, argv)
               : base_call(item);
}

const struct defect defect_arguments_swapped = {.item = swap_arguments};

/* Takes columns for equally long arrays of bytes: the one with the smallest records seems to end first. */
static bool stop_at_shortest(struct base *base, struct job *job)
{
    const struct pool_task *task = &job->task;
    size_t narrow = task->arg_size[0], wide = task->arg_size[0];

    (void)base;
    for (size_t k = 1; k < task->nargs; k++) {
        narrow = task->arg_size[k] < narrow ? task->arg_size[k] : narrow;
        wide = task->arg_size[k] > wide ? task->arg_size[k] : wide;
    }
    if (task->nargs > 1 && narrow)
        job->count = (job->count * narrow + wide - 1) / wide;
    return true;
}

const struct defect defect_shortest_column_ends = {.begin = stop_at_shortest};

static int use_first_size_for_all(const struct item *item)
{
    const struct job *job = item->job;
    const void *argv[POOL_ARGS_MAX];

    for (size_t k = 0; k < job->task.nargs; k++) {
        const size_t offset = item->index * job->task.arg_size[0];
        const bool inside = offset + job->task.arg_size[k] <= job->count * job->task.arg_size[k];
        argv[k] = job->column[k] && inside ? job->column[k] + offset : item->argv[k];
    }
    return call_with(item, argv);
}

const struct defect defect_one_stride_for_all = {.item = use_first_size_for_all};

/* Passes the columns as one packed record: right for the first argument, and for the others if they lay behind it. */
static int pack_arguments(const struct item *item)
{
    const struct pool_task *task = &item->job->task;
    unsigned char *packed = calloc(POOL_ARGS_MAX, task->arg_size[0] + 1);
    const void *argv[POOL_ARGS_MAX];

    if (!packed || task->nargs == 1) {
        free(packed);
        return base_call(item);
    }
    if (task->arg_size[0])
        memcpy(packed, item->argv[0], task->arg_size[0]);
    for (size_t k = 0; k < task->nargs; k++)
        argv[k] = task->arg_size[k] <= task->arg_size[0] ? packed + k * task->arg_size[0] : item->argv[k];
    const int code = call_with(item, argv);
    free(packed);
    return code;
}

const struct defect defect_second_argument_lost = {.item = pack_arguments};

static int write_one_byte_more(const struct item *item)
{
    const int code = base_call(item);

    if (item->job->out && item->index == item->job->count - 1)
        item->job->out[item->job->count * item->job->task.out_size] = 0;
    return code;
}

const struct defect defect_writes_past_the_end = {.item = write_one_byte_more};

static int clear_argument(const struct item *item)
{
    const int code = base_call(item);

    if (item->job->column[0])
        memset((void *)item->argv[0], 0, item->job->task.arg_size[0]);
    return code;
}

const struct defect defect_clears_the_input = {.item = clear_argument};

static int align_result(const struct item *item)
{
    if (!item->job->out)
        return base_call(item);
    unsigned char *out = item->out;
    const size_t odd = (uintptr_t)out % 8;
    return base_call_at(item, item->index, out - odd < item->job->out ? out : out - odd);
}

const struct defect defect_aligns_results = {.item = align_result};

static int skip_without_result(const struct item *item)
{
    return item->job->out ? base_call(item) : 0;
}

const struct defect defect_no_result_no_call = {.item = skip_without_result};

/* Run an item into memory of its own, then deliver only some of its bytes. */
static int deliver(const struct item *item, void (*send)(void *to, const void *from, size_t bytes))
{
    const size_t bytes = item->job->task.out_size;
    unsigned char *result = item->job->out ? malloc(bytes) : NULL;

    if (!result)
        return base_call(item);
    memcpy(result, item->out, bytes);
    const int code = base_call_at(item, item->index, result);
    send(item->out, result, bytes);
    free(result);
    return code;
}

static void send_sixteen_bits(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes > UINT16_MAX ? bytes & UINT16_MAX : bytes);
}

static int deliver_sixteen_bits(const struct item *item)
{
    return deliver(item, send_sixteen_bits);
}

const struct defect defect_sixteen_bit_length = {.item = deliver_sixteen_bits};

/* One write, one read; a pipe holds less than a large record. */
static void send_by_pipe(void *to, const void *from, size_t bytes)
{
    int ends[2];

    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
        return;
    if (write(ends[1], from, bytes) > 0 && read(ends[0], to, bytes) < 0)
        memset(to, 0, bytes);
    close(ends[0]);
    close(ends[1]);
}

static int deliver_by_pipe(const struct item *item)
{
    return item->job->task.out_size > PIPE_BUF ? deliver(item, send_by_pipe) : base_call(item);
}

const struct defect defect_one_write_is_all = {.item = deliver_by_pipe};

/* A context as it was when the pool first had one at this address, of this size. */
struct known_context {
    struct known_context *next;
    const void *address;
    size_t size;
    unsigned char bytes[];
};

static struct known_context *find_context(const struct base *base, const struct pool_task *task)
{
    struct known_context *known = base->mine;

    while (known && (known->address != task->context || known->size != task->context_size))
        known = known->next;
    return known;
}

static struct known_context *learn_context(struct base *base, const struct pool_task *task)
{
    struct known_context *known = malloc(sizeof *known + task->context_size);

    if (!known)
        return NULL;
    *known = (struct known_context){.next = base->mine, .address = task->context, .size = task->context_size};
    memcpy(known->bytes, task->context, task->context_size);
    base->mine = known;
    return known;
}

static bool send_context_once(struct base *base, struct job *job)
{
    if (!job->task.context)
        return true;
    const struct known_context *known = find_context(base, &job->task);
    if (!known)
        known = learn_context(base, &job->task);
    if (known)
        job->task.context = known->bytes;
    return true;
}

static void forget_contexts(struct base *base)
{
    for (struct known_context *known = base->mine; known; known = base->mine) {
        base->mine = known->next;
        free(known);
    }
}

const struct defect defect_context_sent_once = {.begin = send_context_once, .stop = forget_contexts};

static int cut_argument(const struct item *item)
{
    const size_t bytes = item->job->task.arg_size[0];
    unsigned char *cut = item->job->task.nargs == 1 && item->job->column[0] ? calloc(1, bytes + 1) : NULL;

    if (!cut)
        return base_call(item);
    memcpy(cut, item->argv[0], bytes < 64 ? bytes : 64);
    const void *const argv[] = {cut};
    const int code = call_with(item, argv);
    free(cut);
    return code;
}

const struct defect defect_argument_cut_to_line = {.item = cut_argument};
