/* The threads of a pool. */
#define _GNU_SOURCE
#include "crew.h"

#include "../../front/fault.h"
#include "../wait/futex.h"
#include "../worker.h"

#include <signal.h>
#include <stdlib.h>

struct crew_member {
    struct crew *crew;
    size_t worker;
    pthread_t thread;
};

int crew_start_thread(pthread_t *thread, void *(*main)(void *), void *arg)
{
    static const int synchronous[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    sigset_t blocked, before;

    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof synchronous / sizeof *synchronous; i++)
        sigdelset(&blocked, synchronous[i]);
    int rc = pthread_sigmask(SIG_BLOCK, &blocked, &before);
    if (rc)
        return rc;
    rc = pthread_create(thread, NULL, main, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

/* Report how the beginning went, then wait for the order. */
static bool await_order(struct crew *crew, size_t worker, const struct pool_fault *fault)
{
    pthread_mutex_lock(&crew->lock);
    if (fault->status && (!crew->fault.status || worker < crew->failed)) {
        crew->fault = *fault;
        crew->failed = worker;
    }
    crew->begun++;
    pthread_cond_broadcast(&crew->changed);
    while (crew->order == CREW_STAY)
        pthread_cond_wait(&crew->changed, &crew->lock);
    const bool work = crew->order == CREW_WORK;
    pthread_mutex_unlock(&crew->lock);
    return work;
}

static void *member_main(void *arg)
{
    const struct crew_member *member = arg;
    struct crew *crew = member->crew;
    struct pool_fault fault = {.status = POOL_OK};

    worker_begin(crew->setup, member->worker, &fault);
    if (await_order(crew, member->worker, &fault))
        crew->work(crew->arg, member->worker);
    if (!fault.status)
        worker_end(crew->setup, member->worker);
    if (__atomic_sub_fetch(&crew->alive, 1, __ATOMIC_RELEASE) == 0)
        futex_wake(&crew->alive, INT_MAX);
    return NULL;
}

static int start_members(struct crew *crew)
{
    for (size_t i = 0; i < crew->setup->workers; i++) {
        struct crew_member *member = &crew->members[i];
        *member = (struct crew_member){.crew = crew, .worker = i};
        __atomic_add_fetch(&crew->alive, 1, __ATOMIC_RELAXED);
        const int rc = crew_start_thread(&member->thread, member_main, member);
        if (rc) {
            __atomic_sub_fetch(&crew->alive, 1, __ATOMIC_RELAXED);
            return rc;
        }
        crew->started++;
    }
    return 0;
}

/* Wait until all that were started have begun, then let them work or leave. */
static enum pool_status give_order(struct crew *crew, bool complete, struct pool_fault *fault)
{
    pthread_mutex_lock(&crew->lock);
    while (crew->begun < crew->started)
        pthread_cond_wait(&crew->changed, &crew->lock);
    crew->order = complete && !crew->fault.status ? CREW_WORK : CREW_LEAVE;
    if (complete && crew->fault.status)
        *fault = crew->fault;
    const enum pool_status status = crew->fault.status;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return status;
}

enum pool_status crew_start(struct crew *crew, const struct pool_setup *setup, void (*work)(void *arg, size_t worker),
                            void *arg, struct pool_fault *fault)
{
    *crew = (struct crew){.setup = setup, .work = work, .arg = arg};
    crew->members = calloc(setup->workers, sizeof *crew->members);
    if (!crew->members)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu threads", setup->workers);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->changed, NULL);
    const int rc = start_members(crew);
    enum pool_status status = give_order(crew, !rc, fault);
    if (rc)
        status =
            fault_set(fault, POOL_EOS, rc, "thread %zu of %zu cannot be started", crew->started + 1, setup->workers);
    if (status)
        crew_join(crew, INT64_MAX);
    return status;
}

enum pool_status crew_join(struct crew *crew, int64_t deadline_ns)
{
    uint32_t alive;

    while ((alive = __atomic_load_n(&crew->alive, __ATOMIC_ACQUIRE)) != 0)
        if (!futex_wait(&crew->alive, alive, deadline_ns) && __atomic_load_n(&crew->alive, __ATOMIC_ACQUIRE))
            return POOL_ETIMEOUT;
    for (size_t i = 0; i < crew->started; i++)
        pthread_join(crew->members[i].thread, NULL);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->lock);
    free(crew->members);
    return POOL_OK;
}
