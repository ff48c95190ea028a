/* Defects in which items run: some never, some twice, some as another item. */
#include "defects.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static int leave_out_last(const struct item *item)
{
    return item->index == item->job->count - 1 ? 0 : base_call(item);
}

const struct defect defect_correct = {.item = NULL};

const struct defect defect_last_item_never_run = {.item = leave_out_last};

static int run_first_twice(const struct item *item)
{
    if (item->index == 0)
        base_call(item);
    return base_call(item);
}

const struct defect defect_item_run_twice = {.item = run_first_twice};

static int leave_out_middle_of_later_batches(const struct item *item)
{
    return item->job->number && item->index == item->job->count / 2 ? 0 : base_call(item);
}

const struct defect defect_stale_result = {.item = leave_out_middle_of_later_batches};

static int deliver_to_neighbour(const struct item *item)
{
    const struct job *job = item->job;
    const size_t neighbour = item->index ^ 1;

    if (neighbour >= job->count || !job->out)
        return base_call(item);
    return base_call_at(item, item->index, job->out + neighbour * job->task.out_size);
}

const struct defect defect_neighbours_swapped = {.item = deliver_to_neighbour};

static int leave_out_first_of_one_each(const struct item *item)
{
    return item->index == 0 && item->job->count == item->base->setup->workers ? 0 : base_call(item);
}

const struct defect defect_one_item_each_fails = {.item = leave_out_first_of_one_each};

static int repeat_for_idle_workers(const struct item *item)
{
    if (item->job->count < item->base->setup->workers)
        base_call(item);
    return base_call(item);
}

const struct defect defect_few_items_run_twice = {.item = repeat_for_idle_workers};

static int wrap_index(const struct item *item)
{
    return item->index > UINT16_MAX ? base_call_at(item, item->index & UINT16_MAX, NULL) : base_call(item);
}

const struct defect defect_sixteen_bit_index = {.item = wrap_index};

static int leave_out_first_of_hundredth(const struct item *item)
{
    return item->job->number == 99 && item->index == 0 ? 0 : base_call(item);
}

const struct defect defect_hundredth_map = {.item = leave_out_first_of_hundredth};

/* The index comes from a counter that is read, then written: two workers may draw the same one. */
static int draw_index(const struct item *item)
{
    size_t *counter = &item->base->tally;
    const size_t index = __atomic_load_n(counter, __ATOMIC_RELAXED);

    if (index % 16 == 0)
        sched_yield();
    __atomic_store_n(counter, index + 1, __ATOMIC_RELAXED);
    return base_call_at(item, index, NULL);
}

static bool reset_counter(struct base *base, struct job *job)
{
    (void)job;
    base->tally = 0;
    return true;
}

const struct defect defect_counter_not_atomic = {.begin = reset_counter, .item = draw_index};

enum { MEMO_ENTRIES = 4096, MEMO_BYTES = 64 };

/* What a call gave for an argument, once. */
struct memo {
    pool_call *call;
    const void *context;
    unsigned char argument[MEMO_BYTES], result[MEMO_BYTES];
};

static void make_memos(struct base *base)
{
    base->mine = calloc(MEMO_ENTRIES, sizeof(struct memo));
}

/* Where the argument's result is kept: any mix of its bytes will do. */
static struct memo *find_memo(const struct item *item, size_t size)
{
    const unsigned char *bytes = item->argv[0];
    uint64_t hash = 0;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return (struct memo *)item->base->mine + (hash >> 20) % MEMO_ENTRIES;
}

static int call_or_remember(const struct item *item)
{
    const struct pool_task *task = &item->job->task;
    const size_t size = task->arg_size[0];

    if (task->nargs != 1 || size > MEMO_BYTES || task->out_size > MEMO_BYTES || !item->base->mine || !item->job->out)
        return base_call(item);
    struct memo *memo = find_memo(item, size);
    pthread_mutex_lock(&item->base->lock);
    const bool known =
        memo->call == task->call && memo->context == task->context && memcmp(memo->argument, item->argv[0], size) == 0;
    if (known)
        memcpy(item->out, memo->result, task->out_size);
    pthread_mutex_unlock(&item->base->lock);
    const int code = known ? 0 : base_call(item);
    if (known || code)
        return code;
    pthread_mutex_lock(&item->base->lock);
    *memo = (struct memo){.call = task->call, .context = task->context};
    memcpy(memo->argument, item->argv[0], size);
    memcpy(memo->result, item->out, task->out_size);
    pthread_mutex_unlock(&item->base->lock);
    return 0;
}

const struct defect defect_memoised = {.created = make_memos, .item = call_or_remember};

static bool run_nothing(struct base *base, struct job *job)
{
    (void)base;
    (void)job;
    return false;
}

const struct defect defect_null_does_nothing = {.begin = run_nothing};

static bool write_zeros(struct base *base, struct job *job)
{
    (void)base;
    if (job->out)
        memset(job->out, 0, job->count * job->task.out_size);
    return false;
}

const struct defect defect_null_returns_zeros = {.begin = write_zeros};

static bool run_until_first_result(struct base *base, struct job *job)
{
    (void)base;
    job->next = job->count - 1;
    return true;
}

const struct defect defect_null_runs_one_item = {.begin = run_until_first_result};
