/* The births and deaths of worker processes that serve a board. */
#define _GNU_SOURCE
#include "workforce.h"

#include "../front/fault.h"
#include "chunks.h"
#include "futex.h"
#include "worker.h"

#include <errno.h>
#include <stdlib.h>

enum {
    FORK_FAILS_MAX = 100, /* in a row, CHECK_FORK_NS apart, before the pool is broken */
    STILLBORN_MAX = 32,   /* in a row, and one for each worker */
};
static const int64_t CHECK_NS = INT64_C(1000000);       /* after a death, until no job is left unnoticed */
static const int64_t CHECK_FORK_NS = INT64_C(10000000); /* until a fork that failed is tried again */

/* What the workers tell of their births, in shared memory. */
struct birth {
    uint32_t begun;          /* it serves, or could not begin */
    struct pool_fault fault; /* why not */
};

struct birth_register {
    uint32_t news; /* counts births and broken pools; a futex */
    struct birth birth[];
};

struct newborn {
    struct workforce *force;
    size_t worker;
};

static void tell_news(struct workforce *f)
{
    __atomic_fetch_add(&f->births->news, 1, __ATOMIC_RELEASE);
    futex_wake(&f->births->news, INT_MAX);
}

/* The life of a worker process. */
static int live(void *arg)
{
    const struct newborn *me = arg;
    struct workforce *f = me->force;
    struct birth *birth = &f->births->birth[me->worker];
    const enum pool_status status = worker_begin(f->setup, me->worker, &birth->fault);

    __atomic_store_n(&birth->begun, 1, __ATOMIC_RELEASE);
    tell_news(f);
    if (status)
        return 1;
    board_serve(f->board, me->worker);
    return 0;
}

static int fork_worker(struct workforce *f, size_t worker)
{
    f->births->birth[worker] = (struct birth){0};
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
    __atomic_store_n(&f->broken, true, __ATOMIC_RELEASE);
    tell_news(f);
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

/* A worker died before it had begun: its own word for why, or how it went. True: this must not go on. */
static bool is_hopeless(struct workforce *f, size_t worker, const struct pool_fault *how, struct pool_fault *cause)
{
    const struct birth *birth = &f->births->birth[worker];

    if (!__atomic_load_n(&birth->begun, __ATOMIC_ACQUIRE)) {
        fault_set(cause, POOL_EBROKEN, 0, "workers die before their first item, the last by signal %d, exit code %d",
                  how->signal, how->exit_code);
        cause->pid = how->pid;
        cause->signal = how->signal;
        cause->exit_code = how->exit_code;
        return ++f->stillborn > STILLBORN_MAX + f->setup->workers;
    }
    f->stillborn = 0;
    *cause = birth->fault;
    return birth->fault.status != POOL_OK;
}

struct mourning {
    struct workforce *force;
    const struct pool_fault *how;
};

static void item_lost(void *arg, struct job *job, size_t item)
{
    const struct mourning *m = arg;

    m->force->hooks->lost(m->force->owner, job, item, m->how);
}

static void force_lost(void *arg, size_t worker, const struct pool_fault *how)
{
    struct workforce *f = arg;
    struct mourning mourning = {.force = f, .how = how};
    struct pool_fault cause;

    pthread_mutex_lock(f->lock);
    board_bury(f->board, worker, item_lost, &mourning);
    f->wounded = true;
    pthread_mutex_unlock(f->lock);
    if (is_terminating(f))
        end_at_once(f);
    else if (f->supervisor.ending)
        return;
    else if (is_hopeless(f, worker, how, &cause))
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

static int64_t force_tick(void *arg)
{
    struct workforce *f = arg;
    int64_t due_ns = INT64_MAX;

    if (f->wounded) {
        pthread_mutex_lock(f->lock);
        f->wounded = board_check(f->board);
        pthread_mutex_unlock(f->lock);
    }
    if (f->fork_fails && !f->supervisor.ending && !is_terminating(f) && replace_missing(f))
        due_ns = futex_deadline_ns(CHECK_FORK_NS);
    return f->wounded ? futex_deadline_ns(CHECK_NS) : due_ns;
}

static const struct supervisor_hooks FORCE_HOOKS = {
    .begin = force_begin,
    .kicked = force_kicked,
    .lost = force_lost,
    .end = force_end,
    .tick = force_tick,
};

static bool all_have_begun(const struct workforce *f)
{
    for (size_t w = 0; w < f->setup->workers; w++)
        if (!__atomic_load_n(&f->births->birth[w].begun, __ATOMIC_ACQUIRE))
            return false;
    return true;
}

/* Wait until every worker has begun, or the pool is broken because one could not. */
static enum pool_status await_births(struct workforce *f, struct pool_fault *fault)
{
    for (;;) {
        const uint32_t seen = __atomic_load_n(&f->births->news, __ATOMIC_ACQUIRE);
        if (__atomic_load_n(&f->broken, __ATOMIC_ACQUIRE)) {
            *fault = f->cause;
            return fault->status;
        }
        bool failed = false; /* then the pool will break as soon as that worker is gone */
        for (size_t w = 0; w < f->setup->workers; w++)
            failed |= __atomic_load_n(&f->births->birth[w].begun, __ATOMIC_ACQUIRE) && f->births->birth[w].fault.status;
        if (!failed && all_have_begun(f))
            return POOL_OK;
        futex_wait(&f->births->news, seen, INT64_MAX);
    }
}

enum pool_status workforce_start(struct workforce *f, const struct pool_setup *setup, struct shmem *shmem,
                                 pthread_mutex_t *lock, const struct workforce_hooks *hooks,
                                 void (*finish)(void *owner, struct job *), void *owner, struct pool_fault *fault)
{
    *f = (struct workforce){.setup = setup, .hooks = hooks, .owner = owner, .lock = lock};
    f->board = shmem_alloc(shmem, board_bytes(setup->workers));
    f->births = shmem_alloc(shmem, sizeof *f->births + setup->workers * sizeof *f->births->birth);
    f->newborn = calloc(setup->workers, sizeof *f->newborn);
    if (!f->board || !f->births || !f->newborn) {
        free(f->newborn);
        return fault_set(fault, POOL_ENOMEM, 0, "no shared memory for %zu workers", setup->workers);
    }
    board_init(f->board, setup->workers, setup->config->wait);
    f->board->finish = finish;
    f->board->arg = owner;
    const int rc = supervisor_start(&f->supervisor, &FORCE_HOOKS, f, setup->workers);
    if (rc) {
        free(f->newborn);
        return fault_set(fault, POOL_EOS, rc, "%zu workers could not be forked", setup->workers);
    }
    const bool may_fail = setup->config->initializer || setup->config->binding;
    const enum pool_status status = may_fail ? await_births(f, fault) : POOL_OK;
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

enum pool_status workforce_stop(struct workforce *f, int64_t deadline_ns)
{
    if (supervisor_stop(&f->supervisor, deadline_ns) == ETIMEDOUT)
        return POOL_ETIMEOUT;
    free(f->newborn);
    f->newborn = NULL;
    return POOL_OK;
}
