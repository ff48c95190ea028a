/* A pool of worker processes to whom the supervisor hands out the work. */
#define _GNU_SOURCE
#include "dispatch.h"

#include "../../front/fault.h"
#include "../wait/futex.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { FORK_FAILS_MAX = 100 };                          /* in a row before the pool is broken ... */
static const int64_t FORK_AGAIN_NS = INT64_C(10000000); /* ... and what is between them */

bool dispatch_is_born(const struct dispatch *d, size_t k)
{
    return __atomic_load_n(&d->books[k].born, __ATOMIC_ACQUIRE) == BOOKS_BORN;
}

/* All work ends here, and so do the workers. */
static void go_down(struct dispatch *d)
{
    d->down = true;
    for (size_t k = 0; k < d->setup->workers; k++) {
        d->hooks->forget(d->owner, k);
        supervisor_kill(&d->supervisor, k);
        if (!dispatch_is_born(d, k))
            books_set_birth(&d->books[k], BOOKS_STILLBORN);
    }
    work_drop(&d->work);
}

/* The pool cannot go on. */
static void break_down(struct dispatch *d, const struct pool_fault *cause)
{
    d->cause = *cause;
    d->setup->host->broken(d->setup->pool, cause);
    go_down(d);
}

/* Clean books for a worker that is to be forked. */
static void prepare(struct dispatch *d, size_t k)
{
    books_reset(&d->books[k]);
    if (__atomic_load_n(&d->terminated, __ATOMIC_SEQ_CST)) /* what dispatch_terminate has halted is reset now */
        books_halt(&d->books[k]);
    d->timed_out[k] = false;
}

int dispatch_fork(struct dispatch *d, size_t k, int (*main)(void *arg), void *arg, const int *keep, size_t keep_count)
{
    prepare(d, k);
    const int rc = supervisor_fork(&d->supervisor, k, main, arg, keep, keep_count);
    d->fork_fails = rc ? d->fork_fails : 0;
    return rc;
}

int dispatch_fork_from(struct dispatch *d, size_t k, struct nursery *nursery, int (*main)(void *arg), void *arg)
{
    prepare(d, k);
    int rc = nursery_fork(nursery, &d->supervisor.procs[k], main, arg);
    if (!rc)
        rc = supervisor_adopt(&d->supervisor, k);
    d->fork_fails = rc ? d->fork_fails : 0;
    return rc;
}

void dispatch_fork_failed(struct dispatch *d, int os_errno)
{
    struct pool_fault cause;

    d->fork_again_ns = futex_deadline_ns(FORK_AGAIN_NS);
    if (++d->fork_fails <= FORK_FAILS_MAX)
        return;
    fault_set(&cause, POOL_EBROKEN, os_errno, "no worker process can be forked");
    break_down(d, &cause);
}

/* Fill the places of workers that have died. */
static void respawn(struct dispatch *d)
{
    int rc = 0;

    for (size_t k = 0; d->hooks->spawn && !rc && k < d->setup->workers; k++)
        if (!d->supervisor.procs[k].pid)
            rc = d->hooks->spawn(d->owner, k);
    if (rc)
        dispatch_fork_failed(d, rc);
}

static int dispatch_begin(void *self)
{
    struct dispatch *d = self;
    int rc = d->hooks->begin ? d->hooks->begin(d->owner) : 0;

    for (size_t k = 0; d->hooks->spawn && !rc && k < d->setup->workers; k++)
        rc = d->hooks->spawn(d->owner, k);
    return rc;
}

/* Cancelled batches end with what their workers are running. */
static void recall(struct dispatch *d)
{
    for (size_t k = 0; d->hooks->recall && k < d->setup->workers; k++)
        d->hooks->recall(d->owner, k);
    work_sweep(&d->work);
}

static void dispatch_kicked(void *self)
{
    struct dispatch *d = self;

    if (!d->down && __atomic_load_n(&d->terminated, __ATOMIC_ACQUIRE))
        go_down(d);
    if (d->down) {
        work_drop(&d->work);
        return;
    }
    /* Read before submissions are: whatever was cancelled by then, was submitted by then. */
    const bool canceled = __atomic_exchange_n(&d->canceled, 0, __ATOMIC_ACQUIRE);
    work_accept(&d->work);
    if (canceled)
        recall(d);
    d->hooks->feed(d->owner);
}

static void dispatch_lost(void *self, size_t k, const struct pool_fault *how)
{
    struct dispatch *d = self;
    struct pool_fault why = *how, cause;

    if (d->down)
        return;
    if (d->timed_out[k])
        why.status = POOL_ETIMEOUT;
    const bool barren = d->hooks->settle(d->owner, k, &why) || !dispatch_is_born(d, k);
    d->barren[k] = barren ? d->barren[k] + 1 : 0;
    if (d->supervisor.ending)
        return;
    if (books_hopeless(&d->books[k], how, d->barren[k], &cause))
        break_down(d, &cause);
    else
        respawn(d);
    if (!d->down)
        d->hooks->feed(d->owner);
}

static void dispatch_end(void *self)
{
    struct dispatch *d = self;

    for (size_t k = 0; !d->down && d->hooks->dismiss && k < d->setup->workers; k++)
        d->hooks->dismiss(d->owner, k);
}

static void dispatch_ready(void *self, size_t k, unsigned which)
{
    struct dispatch *d = self;

    if (!d->down)
        d->hooks->ready(d->owner, k, which);
}

/* Kill those whose item is over its time. Returns when to look again. */
static int64_t check_times(struct dispatch *d, int64_t now_ns)
{
    const uint64_t limit_ns = d->setup->config->item_timeout_ns;
    int64_t next_ns = INT64_MAX, due_ns;

    if (!limit_ns || limit_ns > INT64_MAX / 2 || work_is_over(&d->work))
        return INT64_MAX;
    for (size_t k = 0; k < d->setup->workers; k++) {
        if (!d->supervisor.procs[k].pid || d->timed_out[k])
            continue;
        d->timed_out[k] = books_overdue(&d->books[k], (int64_t)limit_ns, now_ns, &due_ns);
        if (d->timed_out[k])
            supervisor_kill(&d->supervisor, k);
        else if (due_ns < next_ns)
            next_ns = due_ns;
    }
    return next_ns;
}

static int64_t dispatch_tick(void *self)
{
    struct dispatch *d = self;

    if (d->down || d->supervisor.ending || (!d->fork_fails && !d->setup->config->item_timeout_ns))
        return INT64_MAX;
    const int64_t now_ns = futex_now_ns();
    if (d->fork_fails && now_ns >= d->fork_again_ns) {
        respawn(d);
        if (!d->down)
            d->hooks->feed(d->owner);
    }
    const int64_t next_ns = check_times(d, now_ns);
    return d->fork_fails && d->fork_again_ns < next_ns ? d->fork_again_ns : next_ns;
}

static const struct supervisor_hooks HOOKS = {
    .begin = dispatch_begin,
    .kicked = dispatch_kicked,
    .lost = dispatch_lost,
    .end = dispatch_end,
    .ready = dispatch_ready,
    .tick = dispatch_tick,
};

void dispatch_destroy(struct dispatch *d)
{
    if (d->books)
        (void)munmap(d->books, d->setup->workers * sizeof *d->books);
    free(d->barren);
    free(d->timed_out);
    work_destroy(&d->work);
}

enum pool_status dispatch_init(struct dispatch *d, const struct dispatch_hooks *hooks, void *owner,
                               const struct pool_setup *setup, size_t ranges_max)
{
    const size_t workers = setup->workers;

    *d = (struct dispatch){.hooks = hooks, .owner = owner, .setup = setup};
    if (work_init(&d->work, ranges_max))
        return POOL_ENOMEM;
    void *books = mmap(NULL, workers * sizeof *d->books, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    d->books = books == MAP_FAILED ? NULL : books;
    d->barren = calloc(workers, sizeof *d->barren);
    d->timed_out = calloc(workers, sizeof *d->timed_out);
    if (d->books && d->barren && d->timed_out)
        return POOL_OK;
    dispatch_destroy(d);
    return POOL_ENOMEM;
}

/* False: a worker could not begin, for d->cause. */
static bool await_births(struct dispatch *d)
{
    const struct pool_config *config = d->setup->config;
    const bool wanted = d->hooks->spawn && (config->initializer || config->binding);
    bool good = true;

    for (size_t k = 0; wanted && good && k < d->setup->workers; k++)
        good = books_await_birth(&d->books[k]) == BOOKS_BORN;
    return good;
}

enum pool_status dispatch_start(struct dispatch *d, struct pool_fault *fault)
{
    /* Its looks begin anew with each chunk that is over, so that with short ones it would never give a CPU up for long.
     */
    const enum pool_wait wait = d->setup->config->wait == POOL_WAIT_SPIN ? POOL_WAIT_SPIN : POOL_WAIT_SLEEP;
    const int rc = supervisor_start(&d->supervisor, &HOOKS, d, d->setup->workers, wait);

    if (rc)
        return fault_set(fault, POOL_EOS, rc, "%zu worker processes could not be started", d->setup->workers);
    if (await_births(d))
        return POOL_OK;
    *fault = d->cause;
    (void)supervisor_stop(&d->supervisor, INT64_MAX); /* without a deadline it does not fail */
    return fault->status;
}

enum pool_status dispatch_submit(struct dispatch *d, struct pool_batch *batch, size_t chunk, struct pool_fault *fault)
{
    if (work_submit(&d->work, batch, chunk))
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for another batch");
    supervisor_kick(&d->supervisor);
    return POOL_OK;
}

bool dispatch_cancel(void *self, struct pool_batch *batch)
{
    struct dispatch *d = self;

    (void)batch; /* it is marked as such */
    __atomic_store_n(&d->canceled, 1, __ATOMIC_RELEASE);
    supervisor_kick(&d->supervisor);
    return false;
}

void dispatch_terminate(void *self)
{
    struct dispatch *d = self;

    /* The supervisor kills a moment later: until then nothing may begin. */
    __atomic_store_n(&d->terminated, 1, __ATOMIC_SEQ_CST);
    for (size_t k = 0; k < d->setup->workers; k++)
        books_halt(&d->books[k]);
    supervisor_kick(&d->supervisor);
}

enum pool_status dispatch_stop(void *self, int64_t deadline_ns)
{
    struct dispatch *d = self;

    return supervisor_stop(&d->supervisor, deadline_ns) ? POOL_ETIMEOUT : POOL_OK;
}
