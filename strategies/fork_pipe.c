/*
 * fork_pipe - persistent forked workers, tasks and results by pipe: multiprocessing.Pool as CPython builds it.
 *
 * Unlike CPython's, every worker has pipes of its own, so no worker holds a lock or a queue that another one needs; and
 * what a worker was running when it died is known exactly (core/procs/pipe.h). The supervisor keeps one chunk running
 * and a small one waiting at each worker, or several while chunks are short; what waits goes to whoever runs dry first.
 */
#define _GNU_SOURCE
#include "core/procs/dispatch.h"
#include "core/procs/pipe_link.h"
#include "front/fault.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>

enum { WATCH_RESULTS, WATCH_TASKS };
enum { WAITING_BYTES = PIPE_RING_BYTES / 2 }; /* what waits at a worker lies in its pipe, and leaves room there */

struct fork_pipe {
    struct dispatch dispatch; /* first, for its hooks */
    size_t workers;
    struct pipe_link *links; /* one for each worker */
    struct pipe_page *pages;
    unsigned char scratch[PIPE_RING_BYTES];
};

static size_t fork_pipe_chunk(size_t workers, size_t count)
{
    return count / (4 * workers) + (count % (4 * workers) != 0);
}

static int fork_pipe_spawn(void *self, size_t k)
{
    struct fork_pipe *p = self;
    struct pipe_link *l = &p->links[k];
    int rc = pipe_link_open(l);

    if (rc)
        return rc;
    const int keep[] = {l->end.tasks, l->end.results};
    rc = dispatch_fork(&p->dispatch, k, pipe_worker_main, &l->end, keep, 2);
    pipe_link_forked(l);
    if (rc)
        pipe_link_close(l);
    else if (supervisor_watch(&p->dispatch.supervisor, l->results, EPOLLIN, k, WATCH_RESULTS))
        supervisor_kill(&p->dispatch.supervisor, k);
    return rc;
}

/* A worker that closes its pipes, or writes into them itself, is of no use: its death follows. */
static void send_on(struct fork_pipe *p, size_t k)
{
    struct supervisor *supervisor = &p->dispatch.supervisor;
    struct pipe_link *l = &p->links[k];
    const bool watched = l->full;
    bool good = pipe_link_push(l) != PIPE_GONE;

    if (watched && !l->full)
        supervisor_unwatch(supervisor, l->tasks);
    if (!watched && l->full)
        good = supervisor_watch(supervisor, l->tasks, EPOLLOUT, k, WATCH_TASKS) == 0;
    if (!good)
        supervisor_kill(supervisor, k);
}

/* To run at once, or to wait there. */
static bool has_room(const struct pipe_link *l, size_t bytes)
{
    return !l->held_count || l->waiting + bytes <= WAITING_BYTES;
}

/*
 * Take a chunk that waits at another worker, of those who have more of them: behind one that runs; or behind an
 * initializer, unless the taker's own is not over either, for they would take it from each other in turns.
 */
static bool revoke_any(struct fork_pipe *p, size_t taker, struct work_range *range)
{
    const struct pipe_link *t = &p->links[taker];
    const bool taker_runs = dispatch_is_born(&p->dispatch, taker);

    for (size_t k = 0; k < p->workers; k++) {
        struct pipe_link *l = &p->links[k];
        const bool waits = l->held_count > t->held_count + 1 ||
                           (!t->held_count && l->held_count && taker_runs && !dispatch_is_born(&p->dispatch, k));
        if (k != taker && waits && has_room(t, pipe_link_held(l, l->held_count - 1)->bytes) &&
            pipe_link_revoke(l, range))
            return true;
    }
    return false;
}

/* True: the worker has had its share of items. */
static bool is_spent(const struct fork_pipe *p, const struct pipe_link *l)
{
    const size_t limit = p->dispatch.setup->config->max_items_per_worker;

    return limit && l->given >= limit;
}

/* A chunk for worker k, which is to be sent on. False: none. */
static bool feed(struct fork_pipe *p, size_t k)
{
    struct pipe_link *l = &p->links[k];
    struct work *work = &p->dispatch.work;
    struct work_range range;

    if (l->tasks < 0 || l->full || l->held_count >= l->held_max || is_spent(p, l))
        return false;
    if (!work_take(work, &range) && !revoke_any(p, k, &range))
        return false;
    if (!has_room(l, pipe_range_bytes(&range))) {
        work_return(work, range);
        return false;
    }
    pipe_link_give(l, range);
    return true;
}

/* One more for every worker that has `held` chunks; born: and whose initializer is over. */
static void feed_round(struct fork_pipe *p, unsigned held, bool born)
{
    for (size_t k = 0; k < p->workers; k++)
        if (p->links[k].tasks >= 0 && p->links[k].held_count == held && (!born || dispatch_is_born(&p->dispatch, k)) &&
            !feed(p, k) && !held)
            return;
}

/* First let every worker run, then let chunks wait. */
static void fork_pipe_feed(void *self)
{
    struct fork_pipe *p = self;

    for (unsigned held = 0; held == 0 || (held < PIPE_HELD_MAX && !work_is_handed_out(&p->dispatch.work)); held++) {
        feed_round(p, held, true);
        feed_round(p, held, false); /* all: a worker may have been born since */
    }
    for (size_t k = 0; k < p->workers; k++)
        if (p->links[k].unsent && !p->links[k].full)
            send_on(p, k);
}

static void fork_pipe_dismiss(void *self, size_t k)
{
    struct fork_pipe *p = self;

    if (p->links[k].tasks >= 0)
        pipe_link_dismiss(&p->links[k]);
}

static void fork_pipe_ready(void *self, size_t k, unsigned which)
{
    struct fork_pipe *p = self;
    struct pipe_link *l = &p->links[k];

    if (which == WATCH_RESULTS && pipe_link_pull(l, &p->dispatch.work, p->scratch) == PIPE_GONE) {
        supervisor_unwatch(&p->dispatch.supervisor, l->results);
        supervisor_kill(&p->dispatch.supervisor, k);
        return;
    }
    if (which == WATCH_TASKS && l->full) {
        send_on(p, k);
        if (!l->full) /* what waits there can be given to others now */
            fork_pipe_feed(p);
    }
    if (is_spent(p, l) && !l->held_count)
        fork_pipe_dismiss(p, k);
    while (feed(p, k))
        continue;
    if (l->unsent && !l->full)
        send_on(p, k);
}

static void fork_pipe_recall(void *self, size_t k)
{
    struct fork_pipe *p = self;

    pipe_link_recall(&p->links[k], &p->dispatch.work);
}

static void fork_pipe_forget(void *self, size_t k)
{
    struct fork_pipe *p = self;
    struct pipe_link *l = &p->links[k];

    /* Whichever is not watched is not: that does no harm. */
    supervisor_unwatch(&p->dispatch.supervisor, l->tasks);
    supervisor_unwatch(&p->dispatch.supervisor, l->results);
    pipe_link_close(l);
}

static bool fork_pipe_settle(void *self, size_t k, const struct pool_fault *why)
{
    struct fork_pipe *p = self;
    struct work *work = &p->dispatch.work;
    struct pipe_link *l = &p->links[k];

    pipe_link_salvage(l, work, p->scratch);
    const bool running = pipe_link_was_running(l), barren = l->held_count && !l->ended && !running;
    const struct work_range first = l->held_count ? pipe_link_held(l, 0)->range : (struct work_range){.count = 0};
    const size_t lost = first.first + l->done, gone = l->done + running;
    for (unsigned i = l->held_count; i > 1; i--)
        work_return(work, pipe_link_held(l, i - 1)->range);
    if (first.count > gone)
        work_return(work, (struct work_range){first.of, first.first + gone, first.count - gone});
    fork_pipe_forget(p, k);
    if (running)
        work_item_lost(work, first.of, lost, why);
    return barren;
}

static const struct dispatch_hooks HOOKS = {
    .spawn = fork_pipe_spawn,
    .feed = fork_pipe_feed,
    .settle = fork_pipe_settle,
    .recall = fork_pipe_recall,
    .forget = fork_pipe_forget,
    .dismiss = fork_pipe_dismiss,
    .ready = fork_pipe_ready,
};

static void fork_pipe_destroy(void *self)
{
    struct fork_pipe *p = self;

    for (size_t k = 0; p->links && k < p->workers; k++)
        pipe_link_close(&p->links[k]);
    if (p->pages)
        (void)munmap(p->pages, p->workers * sizeof *p->pages);
    free(p->links);
    dispatch_destroy(&p->dispatch);
    free(p);
}

/* False: no memory. */
static bool make_links(struct fork_pipe *p, const struct pool_setup *setup)
{
    const size_t bytes = p->workers * sizeof *p->pages;
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    p->pages = pages == MAP_FAILED ? NULL : pages;
    p->links = calloc(p->workers, sizeof *p->links);
    for (size_t k = 0; p->pages && p->links && k < p->workers; k++) {
        struct pipe_worker end = {.setup = setup, .number = k, .books = &p->dispatch.books[k], .page = &p->pages[k]};
        pipe_link_init(&p->links[k], &end);
    }
    return p->pages && p->links;
}

static enum pool_status fork_pipe_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct fork_pipe *p = calloc(1, sizeof *p);

    if (!p || dispatch_init(&p->dispatch, &HOOKS, p, setup, setup->workers * PIPE_HELD_MAX)) {
        free(p);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    }
    p->workers = setup->workers;
    const enum pool_status status = make_links(p, setup)
                                        ? dispatch_start(&p->dispatch, fault)
                                        : fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu pipes", setup->workers);
    if (status)
        fork_pipe_destroy(p);
    else
        *self = p;
    return status;
}

static enum pool_status fork_pipe_submit(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct fork_pipe *p = self;

    return dispatch_submit(&p->dispatch, batch, batch->chunk ? batch->chunk : fork_pipe_chunk(p->workers, batch->count),
                           fault);
}

const struct pool_ops strategy_fork_pipe = {
    .abi = POOL_ABI,
    .name = "fork_pipe",
    .summary = "persistent forked workers, tasks and results by pipe, as CPython's Pool",
    .capabilities = POOL_CAP_PROCS | POOL_CAP_KILL | POOL_CAP_RECYCLE | POOL_CAP_OVERLAP,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "ceil(count / (4 x workers))",
    .chunk = fork_pipe_chunk,
    .create = fork_pipe_create,
    .submit = fork_pipe_submit,
    .cancel = dispatch_cancel,
    .terminate = dispatch_terminate,
    .stop = dispatch_stop,
    .destroy = fork_pipe_destroy,
};
