/*
 * fork_pipe - persistent forked workers, tasks and results by pipe: multiprocessing.Pool as CPython builds it.
 *
 * Unlike CPython's, every worker has pipes of its own, so no worker holds a lock or a queue that another one needs; and
 * what a worker was running when it died is known exactly (core/pipe.h). The supervisor keeps one chunk running and one
 * small one waiting at each worker; a waiting chunk goes to whoever runs dry first.
 */
#define _GNU_SOURCE
#include "core/futex.h"
#include "core/pipe_link.h"
#include "core/supervisor.h"
#include "front/fault.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>

enum { WATCH_RESULTS, WATCH_TASKS };
enum {
    WAITING_BYTES = PIPE_RING_BYTES / 2 /* a chunk that waits at a worker lies in its pipe, and leaves room there */
};

struct slot {
    struct pipe_link link;
    unsigned barren; /* deaths since the last item */
    bool timed_out;
};

struct fork_pipe {
    const struct pool_setup *setup;
    struct supervisor supervisor;
    struct work work;
    struct slot *slots;
    struct pipe_page *pages;
    uint32_t terminated; /* set by any thread */
    bool down;           /* no workers any more: terminated, or broken */
    unsigned char scratch[PIPE_RING_BYTES];
};

static size_t fork_pipe_chunk(size_t workers, size_t count)
{
    return count / (4 * workers) + (count % (4 * workers) != 0);
}

/* All work ends here, and so do the workers. */
static void go_down(struct fork_pipe *p)
{
    p->down = true;
    for (size_t k = 0; k < p->setup->workers; k++) {
        struct pipe_link *l = &p->slots[k].link;
        if (pipe_link_sending(l))
            supervisor_unwatch(&p->supervisor, l->tasks);
        if (l->results >= 0)
            supervisor_unwatch(&p->supervisor, l->results);
        l->held_count = 0;
        pipe_link_close(l);
        supervisor_kill(&p->supervisor, k);
    }
    work_drop(&p->work);
}

static void break_down(struct fork_pipe *p, const struct pool_fault *cause)
{
    p->setup->host->broken(p->setup->pool, cause);
    go_down(p);
}

static int spawn(struct fork_pipe *p, size_t k)
{
    struct pipe_link *l = &p->slots[k].link;
    int rc = pipe_link_open(l);

    if (rc)
        return rc;
    const int keep[] = {l->end.tasks, l->end.results};
    rc = supervisor_fork(&p->supervisor, k, pipe_worker_main, &l->end, keep, 2);
    pipe_link_forked(l);
    if (!rc)
        rc = supervisor_watch(&p->supervisor, l->results, EPOLLIN, k, WATCH_RESULTS);
    p->slots[k].timed_out = false;
    return rc;
}

/* A worker that closes its pipes, or writes into them itself, is of no use: `lost` follows. */
static void send_on(struct fork_pipe *p, size_t k, bool watched)
{
    struct pipe_link *l = &p->slots[k].link;
    const enum pipe_progress progress = pipe_link_push(l);

    if (watched && progress != PIPE_LATER)
        supervisor_unwatch(&p->supervisor, l->tasks);
    if (!watched && progress == PIPE_LATER && supervisor_watch(&p->supervisor, l->tasks, EPOLLOUT, k, WATCH_TASKS))
        supervisor_kill(&p->supervisor, k);
    if (progress == PIPE_GONE)
        supervisor_kill(&p->supervisor, k);
}

/*
 * Take a chunk that waits at another worker, behind one that runs or behind an initializer. Only for a worker that is
 * running already: two that are being born would take it from each other in turns.
 */
static bool revoke_any(struct fork_pipe *p, const struct pipe_link *taker, struct work_range *range)
{
    for (size_t k = 0; taker->page->books.ready && k < p->setup->workers; k++) {
        struct pipe_link *l = &p->slots[k].link;
        if (l != taker && (l->held_count == PIPE_HELD_MAX || !l->page->books.ready) && pipe_link_revoke(l, range))
            return true;
    }
    return false;
}

/* A chunk for worker k: to run at once if it has none, else to wait there, if it is small. False: none. */
static bool feed(struct fork_pipe *p, size_t k)
{
    struct pipe_link *l = &p->slots[k].link;
    struct work_range range;

    if (l->held_count == PIPE_HELD_MAX || pipe_link_sending(l))
        return false;
    if (!work_take(&p->work, &range) && (l->held_count || !revoke_any(p, l, &range)))
        return false;
    if (l->held_count && pipe_range_bytes(&range) > WAITING_BYTES) {
        work_return(&p->work, range);
        return false;
    }
    pipe_link_give(l, range);
    send_on(p, k, false);
    return true;
}

/* One round: every worker that has `held` chunks, and whose initializer is over or not, gets one more. */
static void feed_round(struct fork_pipe *p, unsigned held, bool ready)
{
    for (size_t k = 0; k < p->setup->workers; k++) {
        const struct pipe_link *l = &p->slots[k].link;
        if (l->held_count == held && (l->page->books.ready != 0) == ready && !feed(p, k) && !held)
            return;
    }
}

/* First let every worker run, then let chunks wait. */
static void feed_all(struct fork_pipe *p)
{
    feed_round(p, 0, true);
    feed_round(p, 0, false);
    feed_round(p, 1, true);
    feed_round(p, 1, false);
}

static int fork_pipe_begin(void *self)
{
    struct fork_pipe *p = self;
    int rc = 0;

    for (size_t k = 0; !rc && k < p->setup->workers; k++)
        rc = spawn(p, k);
    return rc;
}

static void fork_pipe_kicked(void *self)
{
    struct fork_pipe *p = self;

    if (!p->down && __atomic_load_n(&p->terminated, __ATOMIC_ACQUIRE))
        go_down(p);
    if (p->down) {
        work_drop(&p->work);
        return;
    }
    work_accept(&p->work);
    feed_all(p);
}

static void fork_pipe_ready(void *self, size_t k, unsigned which)
{
    struct fork_pipe *p = self;
    struct pipe_link *l = &p->slots[k].link;

    if (l->results < 0)
        return;
    if (which == WATCH_TASKS && pipe_link_sending(l))
        send_on(p, k, true);
    if (which == WATCH_RESULTS && pipe_link_pull(l, &p->work, p->scratch) == PIPE_GONE) {
        supervisor_unwatch(&p->supervisor, l->results);
        supervisor_kill(&p->supervisor, k);
        return;
    }
    while (feed(p, k))
        continue;
}

/* What the dead worker held: the item it ran is lost, the rest goes to others. */
static void settle(struct fork_pipe *p, struct slot *slot, const struct pool_fault *how)
{
    struct pipe_link *l = &slot->link;
    struct pool_fault why = *how;

    pipe_link_salvage(l, &p->work, p->scratch);
    const bool running = pipe_link_was_running(l);
    const struct work_range first = l->held[0];
    for (unsigned i = l->held_count; i-- > 1;)
        work_return(&p->work, l->held[i]);
    const size_t gone = l->done + running;
    if (l->held_count && first.count > gone)
        work_return(&p->work, (struct work_range){first.of, first.first + gone, first.count - gone});
    if (running && slot->timed_out)
        why.status = POOL_ETIMEOUT;
    const bool fruitless = !l->page->books.ready || (l->held_count && !l->ended && !running);
    slot->barren = fruitless ? slot->barren + 1 : 0;
    l->held_count = 0;
    if (running)
        work_item_lost(&p->work, first.of, first.first + l->done, &why);
}

static void fork_pipe_lost(void *self, size_t k, const struct pool_fault *how)
{
    struct fork_pipe *p = self;
    struct pipe_link *l = &p->slots[k].link;
    struct pool_fault cause;

    if (p->down)
        return;
    if (pipe_link_sending(l))
        supervisor_unwatch(&p->supervisor, l->tasks);
    supervisor_unwatch(&p->supervisor, l->results);
    settle(p, &p->slots[k], how);
    pipe_link_close(l);
    if (p->supervisor.ending)
        return;
    if (books_hopeless(&l->page->books, how, p->slots[k].barren, &cause)) {
        break_down(p, &cause);
        return;
    }
    const int rc = spawn(p, k);
    if (rc) {
        fault_set(&cause, POOL_EBROKEN, rc, "worker %zu cannot be replaced", k);
        break_down(p, &cause);
        return;
    }
    feed_all(p);
}

static void fork_pipe_end(void *self)
{
    struct fork_pipe *p = self;

    for (size_t k = 0; !p->down && k < p->setup->workers; k++)
        if (p->slots[k].link.tasks >= 0)
            pipe_link_dismiss(&p->slots[k].link);
}

static int64_t fork_pipe_tick(void *self)
{
    struct fork_pipe *p = self;
    const uint64_t limit_ns = p->setup->config->item_timeout_ns;
    int64_t next_ns = INT64_MAX, due_ns;

    if (!limit_ns || limit_ns > INT64_MAX / 2 || p->down)
        return INT64_MAX;
    const int64_t now_ns = futex_now_ns();
    for (size_t k = 0; k < p->setup->workers; k++) {
        struct slot *slot = &p->slots[k];
        if (!slot->link.held_count || slot->timed_out)
            continue;
        slot->timed_out = books_overdue(&slot->link.page->books, (int64_t)limit_ns, now_ns, &due_ns);
        if (slot->timed_out)
            supervisor_kill(&p->supervisor, k);
        else if (due_ns < next_ns)
            next_ns = due_ns;
    }
    return next_ns;
}

static const struct supervisor_hooks hooks = {
    .begin = fork_pipe_begin,
    .kicked = fork_pipe_kicked,
    .lost = fork_pipe_lost,
    .end = fork_pipe_end,
    .ready = fork_pipe_ready,
    .tick = fork_pipe_tick,
};

static void release(struct fork_pipe *p)
{
    const size_t workers = p->setup->workers;

    for (size_t k = 0; p->slots && k < workers; k++)
        pipe_link_close(&p->slots[k].link);
    if (p->pages)
        (void)munmap(p->pages, workers * sizeof *p->pages);
    free(p->slots);
    work_destroy(&p->work);
    free(p);
}

static struct fork_pipe *fork_pipe_new(const struct pool_setup *setup)
{
    const size_t workers = setup->workers;
    struct fork_pipe *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->setup = setup;
    if (work_init(&p->work, workers * PIPE_HELD_MAX)) {
        free(p);
        return NULL;
    }
    p->slots = calloc(workers, sizeof *p->slots);
    void *pages = mmap(NULL, workers * sizeof *p->pages, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    p->pages = pages == MAP_FAILED ? NULL : pages;
    for (size_t k = 0; p->slots && k < workers; k++)
        p->slots[k].link = (struct pipe_link){
            .end = {.setup = setup, .number = k, .page = p->pages + k, .tasks = -1, .results = -1},
            .page = p->pages + k,
            .tasks = -1,
            .results = -1,
        };
    if (p->slots && p->pages)
        return p;
    release(p);
    return NULL;
}

static enum pool_status fork_pipe_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct fork_pipe *p = fork_pipe_new(setup);

    if (!p)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    const int rc = supervisor_start(&p->supervisor, &hooks, p, setup->workers);
    if (rc) {
        release(p);
        return fault_set(fault, POOL_EOS, rc, "%zu workers could not be started", setup->workers);
    }
    *self = p;
    return POOL_OK;
}

static enum pool_status fork_pipe_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct fork_pipe *p = self;
    const size_t chunk = batch->chunk ? batch->chunk : fork_pipe_chunk(p->setup->workers, batch->count);

    if (work_submit(&p->work, batch, chunk))
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for another batch");
    supervisor_kick(&p->supervisor);
    return POOL_OK;
}

static void fork_pipe_terminate(void *self)
{
    struct fork_pipe *p = self;

    __atomic_store_n(&p->terminated, 1, __ATOMIC_RELEASE);
    supervisor_kick(&p->supervisor);
}

static enum pool_status fork_pipe_stop(void *self, int64_t deadline_ns)
{
    return supervisor_stop(&((struct fork_pipe *)self)->supervisor, deadline_ns) ? POOL_ETIMEOUT : POOL_OK;
}

static void fork_pipe_destroy(void *self)
{
    release(self);
}

const struct pool_ops strategy_fork_pipe = {
    .abi = POOL_ABI,
    .name = "fork_pipe",
    .summary = "persistent forked workers, tasks and results by pipe, as CPython's Pool",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_OVERLAP,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "ceil(count / (4 x workers))",
    .chunk = fork_pipe_chunk,
    .create = fork_pipe_create,
    .submit = fork_pipe_submit,
    .terminate = fork_pipe_terminate,
    .stop = fork_pipe_stop,
    .destroy = fork_pipe_destroy,
};
