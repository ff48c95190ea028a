/* Defects in what becomes of a task's error. */
#define _GNU_SOURCE
#include "defects.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void report_at(const struct item *item, size_t index, int code)
{
    pool_item_failed(item->job->batch, index, code);
}

static void keep_quiet(const struct item *item, int code)
{
    (void)item;
    (void)code;
}

const struct defect defect_null_claims_success = {.fail = keep_quiet};

static void forget_in_partial_chunk(const struct item *item, int code)
{
    const struct job *job = item->job;

    if (item->last != job->count || job->count % job->chunk == 0)
        base_fail(item, code);
}

const struct defect defect_last_chunk_error_lost = {.fail = forget_in_partial_chunk};

static void forget_in_first_item(const struct item *item, int code)
{
    if (item->index)
        base_fail(item, code);
}

const struct defect defect_first_error_lost = {.fail = forget_in_first_item};

static void report_first_to_arrive(const struct item *item, int code)
{
    if (__atomic_fetch_add(&item->job->failed, 1, __ATOMIC_RELAXED) == 0)
        base_fail(item, code);
}

const struct defect defect_first_error_to_arrive = {.fail = report_first_to_arrive};

static void report_start_of_chunk(const struct item *item, int code)
{
    report_at(item, item->first, code);
}

const struct defect defect_blamed_on_chunk = {.fail = report_start_of_chunk};

static void report_last_item(const struct item *item, int code)
{
    report_at(item, item->job->count - 1, code);
}

const struct defect defect_error_blamed_on_last = {.fail = report_last_item};

static void report_exit_status(const struct item *item, int code)
{
    base_fail(item, code & 0xff);
}

const struct defect defect_code_of_eight_bits = {.fail = report_exit_status};

static void report_one(const struct item *item, int code)
{
    base_fail(item, code != 0);
}

const struct defect defect_code_becomes_one = {.fail = report_one};

/* The rest of a chunk is skipped once one of its items has failed. */
static int skip_rest_of_chunk(const struct item *item)
{
    static _Thread_local const struct job *failed_job;
    static _Thread_local size_t failed_first;

    if (item->index == item->first)
        failed_job = NULL;
    if (failed_job == item->job && failed_first == item->first)
        return 0;
    const int code = base_call(item);
    if (code) {
        failed_job = item->job;
        failed_first = item->first;
    }
    return code;
}

const struct defect defect_error_ends_chunk = {.item = skip_rest_of_chunk};

static int skip_after_failure(const struct item *item)
{
    if (__atomic_load_n(&item->job->failed, __ATOMIC_RELAXED))
        return 0;
    const int code = base_call(item);
    if (code)
        __atomic_store_n(&item->job->failed, 1, __ATOMIC_RELAXED);
    return code;
}

const struct defect defect_error_ends_batch = {.item = skip_after_failure};

static int try_again(const struct item *item)
{
    const int code = base_call(item);

    return code ? base_call(item) : code;
}

const struct defect defect_failed_item_retried = {.item = try_again};

static void remember_failure(const struct item *item, int code)
{
    __atomic_store_n(&item->base->tally, 1, __ATOMIC_RELAXED);
    base_fail(item, code);
}

static bool refuse_after_failure(struct base *base, struct job *job)
{
    (void)job;
    return !__atomic_load_n(&base->tally, __ATOMIC_RELAXED);
}

const struct defect defect_pool_dead_after_error = {.fail = remember_failure, .begin = refuse_after_failure};

static bool hang_after_failure(struct base *base, struct job *job)
{
    job->running += __atomic_load_n(&base->tally, __ATOMIC_RELAXED);
    return true;
}

const struct defect defect_hangs_after_error = {.fail = remember_failure, .begin = hang_after_failure};

static int take_minus_one_for_error(const struct item *item)
{
    const int code = base_call(item);
    const unsigned char *out = item->out;
    size_t ones = 0;

    while (item->job->out && ones < item->job->task.out_size && out[ones] == 0xff)
        ones++;
    return ones && ones == item->job->task.out_size ? 1 : code;
}

const struct defect defect_minus_one_is_an_error = {.item = take_minus_one_for_error};

/* The task's code, with its result in memory of its own. Owns: the caller frees *result; NULL: it went to item->out. */
static int call_aside(const struct item *item, unsigned char **result)
{
    const size_t bytes = item->job->task.out_size;

    *result = item->job->out ? malloc(bytes) : NULL;
    if (*result)
        memcpy(*result, item->out, bytes);
    return base_call_at(item, item->index, *result);
}

/* Deliver at most `failed_bytes` of what a failing item wrote. */
static int deliver_cut(const struct item *item, size_t failed_bytes)
{
    size_t bytes = item->job->task.out_size;
    unsigned char *result;

    const int code = call_aside(item, &result);
    if (code && bytes > failed_bytes)
        bytes = failed_bytes;
    if (result)
        memcpy(item->out, result, bytes);
    free(result);
    return code;
}

static int cut_message(const struct item *item)
{
    return deliver_cut(item, 255);
}

const struct defect defect_message_cut_at_255 = {.item = cut_message};

static int drop_message(const struct item *item)
{
    return deliver_cut(item, 0);
}

const struct defect defect_message_dropped = {.item = drop_message};

/* A message goes through a pipe that nobody reads until it is written. */
static int send_message_by_pipe(const struct item *item)
{
    const int code = base_call(item);
    const size_t bytes = item->job->out ? item->job->task.out_size : 0;
    int ends[2];

    if (!code || pipe2(ends, O_CLOEXEC))
        return code;
    if (write(ends[1], item->out, bytes) > 0 && read(ends[0], item->out, bytes) < 0)
        memset(item->out, 0, bytes);
    close(ends[0]);
    close(ends[1]);
    return code;
}

const struct defect defect_large_message_blocks = {.item = send_message_by_pipe};

/* One failure fails its chunk. */
static void fail_whole_chunk(const struct item *item, int code)
{
    for (size_t i = item->first; i < item->last; i++)
        report_at(item, i, code);
}

const struct defect defect_error_fails_chunk = {.fail = fail_whole_chunk};

static void discard_results(struct base *base, struct job *job)
{
    (void)base;
    if (job->failed && job->out)
        memset(job->out, 0, job->count * job->task.out_size);
}

static void count_failure(const struct item *item, int code)
{
    __atomic_store_n(&item->job->failed, 1, __ATOMIC_RELAXED);
    base_fail(item, code);
}

const struct defect defect_error_clears_results = {.fail = count_failure, .end = discard_results};
