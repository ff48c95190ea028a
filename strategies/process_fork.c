/*
 * process_fork - a fresh forked process per task, at most `workers` alive: multiprocessing.Process.
 *
 * Arguments need no copying: the child has its parent's memory as it was at the fork. Results come back through an
 * area that parent and child share, one per slot, which the next child of that slot uses again; so memory is bounded by
 * what runs at a time, whatever the count.
 */
#define _GNU_SOURCE
#include "core/books.h"
#include "core/futex.h"
#include "core/supervisor.h"
#include "core/work.h"
#include "core/worker.h"
#include "front/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 64,
    AREA_KEPT_BYTES = 1 << 20, /* an area that is larger goes back to the system with its process */
    EXIT_GOOD = 0,
    EXIT_BROKEN = 1,
};

struct failure {
    size_t index; /* in the range */
    int code;
};

/* What a child leaves behind. Results follow, then its failures, each as many as the range has items. */
struct area {
    struct books books;
    size_t ended;  /* items whose results are in place */
    size_t failed; /* items that returned a code */
};

struct slot {
    struct process_fork *pool;
    struct work_range range;
    struct area *area;
    size_t area_bytes;
    unsigned barren;
    bool timed_out;
};

struct process_fork {
    const struct pool_setup *setup;
    struct supervisor supervisor;
    struct work work;
    struct slot *slots;
    uint32_t terminated; /* set by any thread */
    bool down;
};

static size_t process_fork_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

static size_t round_up(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static unsigned char *area_results(const struct slot *slot)
{
    return (unsigned char *)slot->area + round_up(sizeof *slot->area);
}

static struct failure *area_failures(const struct slot *slot)
{
    return (struct failure *)(area_results(slot) + round_up(slot->range.count * slot->range.of->batch->task->out_size));
}

static void area_free(struct slot *slot)
{
    if (slot->area)
        (void)munmap(slot->area, slot->area_bytes);
    slot->area = NULL;
    slot->area_bytes = 0;
}

/* An area for the slot's range, with clean books. Errors: 0 or an errno. */
static int area_get(struct slot *slot)
{
    const size_t results = slot->range.count * slot->range.of->batch->task->out_size;
    const size_t bytes = round_up(sizeof *slot->area) + round_up(results) + slot->range.count * sizeof(struct failure);

    if (bytes > slot->area_bytes) {
        area_free(slot);
        void *area = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED)
            return errno;
        slot->area = area;
        slot->area_bytes = bytes;
    }
    memset(slot->area, 0, sizeof *slot->area);
    return 0;
}

static void note_failure(void *arg, size_t index, int code)
{
    struct slot *slot = arg;

    (void)index;
    area_failures(slot)[slot->area->failed++] = (struct failure){.index = slot->area->ended, .code = code};
}

/* In the child: run the range, one item at a time so that the books are right at every instruction. */
static void run_range(struct slot *slot)
{
    const struct pool_batch *batch = slot->range.of->batch;
    const struct pool_task *task = batch->task;
    const void *columns[POOL_ARGS_MAX] = {0};
    const bool timed = slot->pool->setup->config->item_timeout_ns != 0;
    struct area *area = slot->area;
    struct pool_records records = {
        .task = task, .columns = columns, .canceled = &batch->canceled, .fail = note_failure, .arg = slot};
    size_t cursor;

    for (size_t i = 0; i < slot->range.count; i++) {
        const size_t index = slot->range.first + i;
        for (size_t k = 0; k < task->nargs; k++)
            if (task->arg_size[k])
                columns[k] = (const unsigned char *)batch->columns[k] + index * task->arg_size[k];
        records.out = task->out_size ? area_results(slot) + i * task->out_size : NULL;
        if (task->out_size) /* what the call leaves as it is, stays as the caller has it */
            memcpy(records.out, (const unsigned char *)batch->out + index * task->out_size, task->out_size);
        books_begin_item(&area->books, timed);
        pool_records_run(&records, 0, 1, &cursor);
        books_end_item(&area->books, timed);
        __atomic_store_n(&area->ended, i + 1, __ATOMIC_RELEASE);
    }
}

static int process_main(void *arg)
{
    struct slot *slot = arg;
    const struct pool_setup *setup = slot->pool->setup;

    if (worker_begin(setup, (size_t)(slot - slot->pool->slots), &slot->area->books.fault))
        return EXIT_BROKEN;
    __atomic_store_n(&slot->area->books.ready, 1, __ATOMIC_RELEASE);
    run_range(slot);
    return EXIT_GOOD;
}

/* All work ends here, and so do the processes. */
static void go_down(struct process_fork *p)
{
    p->down = true;
    for (size_t k = 0; k < p->setup->workers; k++) {
        p->slots[k].range.count = 0;
        supervisor_kill(&p->supervisor, k);
    }
    work_drop(&p->work);
}

static void break_down(struct process_fork *p, const struct pool_fault *cause)
{
    p->setup->host->broken(p->setup->pool, cause);
    go_down(p);
}

/* Start a process for the next range, if there is one. False: nothing was started. */
static bool fill(struct process_fork *p, size_t k)
{
    struct slot *slot = &p->slots[k];
    struct pool_fault cause;

    if (p->down || p->supervisor.procs[k].pid || !work_take(&p->work, &slot->range))
        return false;
    slot->timed_out = false;
    int rc = area_get(slot);
    if (!rc)
        rc = supervisor_fork(&p->supervisor, k, process_main, slot, NULL, 0);
    if (!rc)
        return true;
    work_return(&p->work, slot->range);
    slot->range.count = 0;
    if (p->supervisor.alive) /* what one of them leaves behind will do */
        return false;
    fault_set(&cause, POOL_EBROKEN, rc, "no process can be started");
    break_down(p, &cause);
    return false;
}

static void fill_all(struct process_fork *p)
{
    for (size_t k = 0; k < p->setup->workers; k++)
        if (!p->supervisor.procs[k].pid && !fill(p, k))
            return;
}

static int process_fork_begin(void *self)
{
    (void)self;
    return 0;
}

static void process_fork_kicked(void *self)
{
    struct process_fork *p = self;

    if (!p->down && __atomic_load_n(&p->terminated, __ATOMIC_ACQUIRE))
        go_down(p);
    if (p->down) {
        work_drop(&p->work);
        return;
    }
    work_accept(&p->work);
    fill_all(p);
}

/* Hand over the items that have ended, in order, each with its code. */
static void deliver(struct process_fork *p, struct slot *slot, size_t ended)
{
    const struct work_range range = slot->range;
    const struct pool_batch *batch = range.of->batch;
    const size_t size = batch->task->out_size, failed = slot->area->failed;
    const struct failure *failures = area_failures(slot);

    if (size)
        memcpy((unsigned char *)batch->out + range.first * size, area_results(slot), ended * size);
    for (size_t i = 0, f = 0; i < ended; i++) {
        const bool bad = f < failed && failures[f].index == i;
        work_item_ran(&p->work, range.of, range.first + i, bad ? failures[f].code : 0);
        f += bad;
    }
}

/* What the process did, what it was running when it died, and what it left for others. */
static void settle(struct process_fork *p, struct slot *slot, const struct pool_fault *how)
{
    const struct work_range range = slot->range;
    struct pool_fault why = *how;
    const size_t begun = (size_t)books_begun(&slot->area->books);
    const size_t ended = __atomic_load_n(&slot->area->ended, __ATOMIC_ACQUIRE);

    slot->barren = begun ? 0 : slot->barren + 1;
    work_return(&p->work, (struct work_range){range.of, range.first + begun, range.count - begun});
    deliver(p, slot, ended);
    if (slot->timed_out)
        why.status = POOL_ETIMEOUT;
    if (begun > ended)
        work_item_lost(&p->work, range.of, range.first + ended, &why);
    slot->range.count = 0;
}

static void process_fork_lost(void *self, size_t k, const struct pool_fault *how)
{
    struct process_fork *p = self;
    struct slot *slot = &p->slots[k];
    struct pool_fault cause;

    if (p->down)
        return;
    settle(p, slot, how);
    if (books_hopeless(&slot->area->books, how, slot->barren, &cause)) {
        break_down(p, &cause);
        return;
    }
    if (slot->area_bytes > AREA_KEPT_BYTES)
        area_free(slot);
    fill_all(p);
}

static void process_fork_end(void *self)
{
    (void)self;
}

static int64_t process_fork_tick(void *self)
{
    struct process_fork *p = self;
    const uint64_t limit_ns = p->setup->config->item_timeout_ns;
    int64_t next_ns = INT64_MAX, due_ns;

    if (!limit_ns || limit_ns > INT64_MAX / 2 || p->down)
        return INT64_MAX;
    const int64_t now_ns = futex_now_ns();
    for (size_t k = 0; k < p->setup->workers; k++) {
        struct slot *slot = &p->slots[k];
        if (!slot->range.count || slot->timed_out)
            continue;
        slot->timed_out = books_overdue(&slot->area->books, (int64_t)limit_ns, now_ns, &due_ns);
        if (slot->timed_out)
            supervisor_kill(&p->supervisor, k);
        else if (due_ns < next_ns)
            next_ns = due_ns;
    }
    return next_ns;
}

static const struct supervisor_hooks hooks = {
    .begin = process_fork_begin,
    .kicked = process_fork_kicked,
    .lost = process_fork_lost,
    .end = process_fork_end,
    .tick = process_fork_tick,
};

static void release(struct process_fork *p)
{
    for (size_t k = 0; p->slots && k < p->setup->workers; k++)
        area_free(&p->slots[k]);
    free(p->slots);
    work_destroy(&p->work);
    free(p);
}

static struct process_fork *process_fork_new(const struct pool_setup *setup)
{
    struct process_fork *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->setup = setup;
    if (work_init(&p->work, setup->workers)) {
        free(p);
        return NULL;
    }
    p->slots = calloc(setup->workers, sizeof *p->slots);
    if (!p->slots) {
        release(p);
        return NULL;
    }
    for (size_t k = 0; k < setup->workers; k++)
        p->slots[k].pool = p;
    return p;
}

static enum pool_status process_fork_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct process_fork *p = process_fork_new(setup);

    if (!p)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    const int rc = supervisor_start(&p->supervisor, &hooks, p, setup->workers);
    if (rc) {
        release(p);
        return fault_set(fault, POOL_EOS, rc, "the supervisor could not be started");
    }
    *self = p;
    return POOL_OK;
}

static enum pool_status process_fork_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct process_fork *p = self;

    if (work_submit(&p->work, batch, batch->chunk ? batch->chunk : 1))
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for another batch");
    supervisor_kick(&p->supervisor);
    return POOL_OK;
}

static void process_fork_terminate(void *self)
{
    struct process_fork *p = self;

    __atomic_store_n(&p->terminated, 1, __ATOMIC_RELEASE);
    supervisor_kick(&p->supervisor);
}

static enum pool_status process_fork_stop(void *self, int64_t deadline_ns)
{
    return supervisor_stop(&((struct process_fork *)self)->supervisor, deadline_ns) ? POOL_ETIMEOUT : POOL_OK;
}

static void process_fork_destroy(void *self)
{
    release(self);
}

const struct pool_ops strategy_process_fork = {
    .abi = POOL_ABI,
    .name = "process_fork",
    .summary = "a fresh forked process per task, as multiprocessing.Process",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_OVERLAP | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "1",
    .chunk = process_fork_chunk,
    .create = process_fork_create,
    .submit = process_fork_submit,
    .terminate = process_fork_terminate,
    .stop = process_fork_stop,
    .destroy = process_fork_destroy,
};
