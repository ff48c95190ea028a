/* The births and deaths of worker processes that serve a board. */
#define _GNU_SOURCE
#include "workforce.h"

#include "../../front/fault.h"
#include "../wait/futex.h"
#include "../worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FORK_FAILS_MAX = 100 };                          /* in a row, CHECK_FORK_NS apart: then the pool is broken */
static const int64_t CHECK_NS = INT64_C(1000000);       /* after a death, until no job is left unnoticed */
static const int64_t CHECK_FORK_NS = INT64_C(10000000); /* until a fork that failed is tried again */

struct newborn {
    struct workforce *force;
    size_t worker;
};

/* The life of a worker process. */
static int live(void *arg)
{
    const struct newborn *me = arg;
    struct workforce *f = me->force;

    if (worker_begin(f->setup, me->worker, &f->books[me->worker].fault))
        return 1;
    books_set_birth(&f->books[me->worker], BOOKS_BORN);
    (void)board_serve(f->board, me->worker);
    worker_end(f->setup, me->worker);
    return 0;
}

static int fork_worker(struct workforce *f, size_t worker)
{
    memset(&f->books[worker], 0, sizeof f->books[worker]);
    f->timed_out[worker] = false;
    f->newborn[worker] = (struct newborn){.force = f, .worker = worker};
    return supervisor_fork(&f->supervisor, worker, live, &f->newborn[worker], &f->supervisor.event, 1);
}

static int force_begin(void *arg)
{
    struct workforce *f = arg;
    int rc = 0;

    for (size_t w = 0; !rc && w < f->setup->workers; w++)
        rc = fork_worker(f, w);
    return rc;
}

/* Kill whoever is left; once nobody is, the owner ends its batches. */
static void end_at_once(struct workforce *f)
{
    for (size_t w = 0; w < f->setup->workers; w++)
        supervisor_kill(&f->supervisor, w);
    if (f->supervisor.alive)
        return;
    pthread_mutex_lock(f->lock);
    const bool first = !f->dead;
    f->dead = true;
    pthread_mutex_unlock(f->lock);
    if (first)
        f->hooks->dead(f->owner);
}

static bool is_terminating(struct workforce *f)
{
    pthread_mutex_lock(f->lock);
    const bool terminating = f->terminating;
    pthread_mutex_unlock(f->lock);
    return terminating;
}

static void break_pool(struct workforce *f, const struct pool_fault *cause)
{
    f->cause = *cause;
    f->setup->host->broken(f->setup->pool, cause);
    pthread_mutex_lock(f->lock);
    f->terminating = true;
    pthread_mutex_unlock(f->lock);
    for (size_t w = 0; w < f->setup->workers; w++)
        if (f->books[w].born != BOOKS_BORN)
            books_set_birth(&f->books[w], BOOKS_STILLBORN);
    end_at_once(f);
}

static void replace(struct workforce *f, size_t worker)
{
    const int rc = fork_worker(f, worker);
    struct pool_fault cause;

    f->fork_fails = rc ? f->fork_fails + 1 : 0;
    if (f->fork_fails > FORK_FAILS_MAX) {
        fault_set(&cause, POOL_EBROKEN, rc, "worker %zu cannot be replaced", worker);
        break_pool(f, &cause);
    }
}

struct mourning {
    struct workforce *force;
    const struct pool_fault *why;
};

static void item_lost(void *arg, struct job *job, size_t item)
{
    const struct mourning *m = arg;

    m->force->hooks->lost(m->force->owner, job, item, m->why);
}

/* Put right what a dead worker left. */
static void bury(struct workforce *f, size_t worker, const struct pool_fault *how)
{
    struct pool_fault why = *how;
    struct mourning mourning = {.force = f, .why = &why};

    if (f->timed_out[worker])
        why.status = POOL_ETIMEOUT;
    pthread_mutex_lock(f->lock);
    board_bury(f->board, worker, item_lost, &mourning);
    f->wounded = true;
    pthread_mutex_unlock(f->lock);
}

static void force_lost(void *arg, size_t worker, const struct pool_fault *how)
{
    struct workforce *f = arg;
    const struct books *books = &f->books[worker];
    struct pool_fault cause;

    bury(f, worker, how);
    f->barren[worker] = books->born == BOOKS_BORN ? 0 : f->barren[worker] + 1;
    if (is_terminating(f))
        end_at_once(f);
    else if (f->supervisor.ending)
        return;
    else if (books_hopeless(books, how, f->barren[worker], &cause))
        break_pool(f, &cause);
    else
        replace(f, worker);
}

static void force_kicked(void *arg)
{
    struct workforce *f = arg;

    if (is_terminating(f))
        end_at_once(f);
    f->hooks->kicked(f->owner);
}

static void force_end(void *arg)
{
    struct workforce *f = arg;

    board_stop(f->board);
}

/* Fork again where it failed before. True: it failed again. */
static bool replace_missing(struct workforce *f)
{
    for (size_t w = 0; f->fork_fails && w < f->setup->workers; w++)
        if (!f->supervisor.procs[w].pid)
            replace(f, w);
    return f->fork_fails > 0;
}

/* Kill the workers whose items are over their limit. Returns when to look again. */
static int64_t kill_overdue(struct workforce *f, int64_t now_ns)
{
    const uint64_t limit_ns = f->setup->config->item_timeout_ns;
    int64_t next_ns = INT64_MAX, due_ns;

    if (!limit_ns || limit_ns > INT64_MAX / 2)
        return INT64_MAX;
    for (size_t w = 0; w < f->setup->workers; w++) {
        if (!f->supervisor.procs[w].pid || f->timed_out[w])
            continue;
        f->timed_out[w] = books_overdue(&f->books[w], (int64_t)limit_ns, now_ns, &due_ns);
        if (f->timed_out[w])
            supervisor_kill(&f->supervisor, w);
        else if (due_ns < next_ns)
            next_ns = due_ns;
    }
    return next_ns;
}

static int64_t force_tick(void *arg)
{
    struct workforce *f = arg;
    const int64_t now_ns = futex_now_ns();

    if (f->wounded) {
        pthread_mutex_lock(f->lock);
        f->wounded = board_check(f->board);
        pthread_mutex_unlock(f->lock);
    }
    if (f->supervisor.ending || is_terminating(f))
        return INT64_MAX;
    int64_t due_ns = kill_overdue(f, now_ns);
    if (f->fork_fails && replace_missing(f) && now_ns + CHECK_FORK_NS < due_ns)
        due_ns = now_ns + CHECK_FORK_NS;
    if (f->wounded && now_ns + CHECK_NS < due_ns)
        due_ns = now_ns + CHECK_NS;
    return due_ns;
}

static const struct supervisor_hooks FORCE_HOOKS = {
    .begin = force_begin,
    .kicked = force_kicked,
    .lost = force_lost,
    .end = force_end,
    .tick = force_tick,
};

/* Wait until every worker has begun, or the pool is broken because one could not. */
static enum pool_status await_births(struct workforce *f, struct pool_fault *fault)
{
    for (size_t w = 0; w < f->setup->workers; w++)
        if (books_await_birth(&f->books[w]) == BOOKS_STILLBORN) {
            *fault = f->cause;
            return fault->status;
        }
    return POOL_OK;
}

static void force_free(struct workforce *f)
{
    free(f->timed_out);
    free(f->barren);
    free(f->newborn);
}

static bool force_alloc(struct workforce *f, struct shmem *shmem)
{
    const size_t workers = f->setup->workers;

    f->board = shmem_alloc(shmem, board_bytes(workers));
    f->books = shmem_alloc(shmem, workers * sizeof *f->books);
    f->newborn = calloc(workers, sizeof *f->newborn);
    f->barren = calloc(workers, sizeof *f->barren);
    f->timed_out = calloc(workers, sizeof *f->timed_out);
    if (f->board && f->books && f->newborn && f->barren && f->timed_out)
        return true;
    force_free(f);
    return false;
}

enum pool_status workforce_start(struct workforce *f, const struct pool_setup *setup, struct shmem *shmem,
                                 pthread_mutex_t *lock, const struct workforce_hooks *hooks,
                                 void (*finish)(void *owner, struct job *), void *owner, struct pool_fault *fault)
{
    const struct pool_config *config = setup->config;

    *f = (struct workforce){.setup = setup, .hooks = hooks, .owner = owner, .lock = lock};
    if (!force_alloc(f, shmem))
        return fault_set(fault, POOL_ENOMEM, 0, "no shared memory for %zu workers", setup->workers);
    board_init(f->board, setup->workers, config->wait);
    f->board->finish = finish;
    f->board->arg = owner;
    if (config->max_items_per_worker)
        f->board->items_max = config->max_items_per_worker;
    if (config->item_timeout_ns)
        board_time_items(f->board, f->books);
    const int rc = supervisor_start(&f->supervisor, &FORCE_HOOKS, f, setup->workers, POOL_WAIT_SLEEP);
    if (rc) {
        force_free(f);
        return fault_set(fault, POOL_EOS, rc, "%zu workers could not be forked", setup->workers);
    }
    const enum pool_status status = config->initializer || config->binding ? await_births(f, fault) : POOL_OK;
    if (status)
        (void)workforce_stop(f, INT64_MAX);
    return status;
}

void workforce_kick(struct workforce *f)
{
    supervisor_kick(&f->supervisor);
}

void workforce_terminate(struct workforce *f)
{
    pthread_mutex_lock(f->lock);
    f->terminating = true;
    pthread_mutex_unlock(f->lock);
    supervisor_kick(&f->supervisor);
}

enum pool_status workforce_stop(void *self, int64_t deadline_ns)
{
    struct workforce *f = self;

    if (supervisor_stop(&f->supervisor, deadline_ns) == ETIMEDOUT)
        return POOL_ETIMEOUT;
    force_free(f);
    return POOL_OK;
}
