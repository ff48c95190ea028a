/* The one thread of a process pool. */
#define _GNU_SOURCE
#include "supervisor.h"

#include "../wait/idle.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

enum { EVENTS = 64 };                                   /* taken from epoll at a time */
static const int64_t PATIENCE_NS = INT64_C(1000000000); /* for workers that were asked to go */

/* What epoll hands back: which kind of descriptor, of which slot. Watched ones are FIRST_WATCHED + which. */
enum source { SOURCE_KICK, SOURCE_WORKER, FIRST_WATCHED };

static uint64_t source_pack(unsigned source, size_t slot)
{
    return (uint64_t)source << 32 | (uint32_t)slot;
}

static int source_add(struct supervisor *s, int fd, uint32_t events, unsigned source, size_t slot)
{
    struct epoll_event event = {.events = events, .data.u64 = source_pack(source, slot)};

    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) ? errno : 0;
}

int supervisor_watch(struct supervisor *s, int fd, uint32_t events, size_t slot, unsigned which)
{
    return source_add(s, fd, events, FIRST_WATCHED + which, slot);
}

void supervisor_unwatch(struct supervisor *s, int fd)
{
    (void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, fd, NULL); /* fails only where it is not watched */
}

int supervisor_adopt(struct supervisor *s, size_t slot)
{
    struct proc *p = &s->procs[slot];
    const int rc = source_add(s, p->pidfd, EPOLLIN | EPOLLONESHOT, SOURCE_WORKER, slot);

    if (rc) {
        procs_kill(p);
        (void)procs_wait(p, INT64_MAX);
        (void)procs_reap(p, NULL);
        return rc;
    }
    s->alive++;
    return 0;
}

int supervisor_fork(struct supervisor *s, size_t slot, int (*main)(void *arg), void *arg, const int *keep,
                    size_t keep_count)
{
    const int rc = procs_fork(&s->procs[slot], main, arg, keep, keep_count);

    return rc ? rc : supervisor_adopt(s, slot);
}

void supervisor_kill(struct supervisor *s, size_t slot)
{
    procs_kill(&s->procs[slot]);
}

static void kill_all(struct supervisor *s)
{
    for (size_t slot = 0; slot < s->slots; slot++)
        procs_kill(&s->procs[slot]);
}

/* Take back what `begin` has started. Nobody is told: the pool does not exist yet. */
static void undo_begin(struct supervisor *s)
{
    kill_all(s);
    for (size_t slot = 0; slot < s->slots; slot++) {
        (void)procs_wait(&s->procs[slot], INT64_MAX);
        (void)procs_reap(&s->procs[slot], NULL);
    }
}

/* One shot: a worker being born holds copies of the pidfds for a moment, which keeps closed ones in the epoll set. */
static void worker_ended(struct supervisor *s, size_t slot)
{
    struct pool_fault how = {.status = POOL_ELOST, .index = POOL_NO_ITEM};
    struct epoll_event again = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = source_pack(SOURCE_WORKER, slot)};
    struct proc *p = &s->procs[slot];

    if (!procs_reap(p, &how)) {
        (void)epoll_ctl(s->epoll, EPOLL_CTL_MOD, p->pidfd, &again); /* fails only for an empty slot */
        return;
    }
    s->alive--;
    s->hooks->lost(s->arg, slot, &how);
}

static void kick_received(struct supervisor *s)
{
    eventfd_t kicks;

    (void)eventfd_read(s->event, &kicks); /* fails only where a former call has taken them all */
    if (!s->ending && __atomic_load_n(&s->stop_wanted, __ATOMIC_ACQUIRE)) {
        s->ending = true;
        s->kill_ns = futex_deadline_ns(PATIENCE_NS);
        s->hooks->end(s->arg);
    }
    s->hooks->kicked(s->arg);
}

static void dispatch(struct supervisor *s, uint64_t packed)
{
    const unsigned source = (unsigned)(packed >> 32);
    const size_t slot = (uint32_t)packed;

    if (source == SOURCE_KICK)
        kick_received(s);
    else if (source == SOURCE_WORKER)
        worker_ended(s, slot);
    else
        s->hooks->ready(s->arg, slot, source - FIRST_WATCHED);
}

/* Milliseconds until something is due, rounded up; -1: never. */
static int sleep_ms(struct supervisor *s)
{
    int64_t due_ns = s->hooks->tick ? s->hooks->tick(s->arg) : INT64_MAX;

    if (s->ending && s->kill_ns < due_ns)
        due_ns = s->kill_ns;
    if (due_ns == INT64_MAX)
        return -1;
    const int64_t left_ns = due_ns - futex_now_ns();
    if (left_ns <= 0)
        return 0;
    return left_ns / 1000000 >= INT_MAX ? INT_MAX : (int)(left_ns / 1000000) + 1;
}

/*
 * What has happened, looked for as the wait policy says. Where something is due at a time, it sleeps until then: the
 * looks do not read the clock each time.
 */
static int await_events(const struct supervisor *s, struct epoll_event events[EVENTS], int ms)
{
    struct idle idle = {.for_others = true};
    int count = 0;

    while (ms < 0 && count == 0 && idle_look_again(s->wait, &idle))
        count = epoll_wait(s->epoll, events, EVENTS, 0);
    return count == 0 ? epoll_wait(s->epoll, events, EVENTS, ms) : count;
}

static void serve(struct supervisor *s)
{
    struct epoll_event events[EVENTS];

    while (!s->ending || s->alive) {
        const int count = await_events(s, events, sleep_ms(s));
        for (int i = 0; i < count; i++)
            dispatch(s, events[i].data.u64);
        if (s->ending && futex_now_ns() >= s->kill_ns) {
            kill_all(s);
            s->kill_ns = INT64_MAX;
        }
    }
}

static void publish(uint32_t *word)
{
    __atomic_store_n(word, 1, __ATOMIC_RELEASE);
    futex_wake(word, INT_MAX);
}

static void *live(void *arg)
{
    struct supervisor *s = arg;

    s->begin_errno = s->hooks->begin(s->arg);
    if (s->begin_errno)
        undo_begin(s);
    const bool good = !s->begin_errno;
    publish(&s->begun);
    if (good)
        serve(s);
    publish(&s->ended);
    return NULL;
}

/* Start the thread with every signal blocked: the host's are not for it. */
static int start_thread(struct supervisor *s)
{
    sigset_t all, before;

    sigfillset(&all);
    int rc = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (rc)
        return rc;
    rc = pthread_create(&s->thread, NULL, live, s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL); /* cannot fail where it succeeded above */
    return rc;
}

static void release(struct supervisor *s)
{
    (void)close(s->event);
    (void)close(s->epoll);
    free(s->procs);
}

int supervisor_start(struct supervisor *s, const struct supervisor_hooks *hooks, void *arg, size_t slots,
                     enum pool_wait wait)
{
    *s = (struct supervisor){.hooks = hooks, .arg = arg, .slots = slots, .wait = wait};
    s->procs = calloc(slots, sizeof *s->procs);
    if (!s->procs)
        return ENOMEM;
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    int rc = s->epoll < 0 ? errno : 0;
    if (rc)
        goto err2;
    s->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    rc = s->event < 0 ? errno : source_add(s, s->event, EPOLLIN, SOURCE_KICK, 0);
    if (rc)
        goto err1;
    rc = start_thread(s);
    if (rc)
        goto err1;
    while (!__atomic_load_n(&s->begun, __ATOMIC_ACQUIRE))
        (void)futex_wait(&s->begun, 0, INT64_MAX);
    rc = s->begin_errno;
    if (!rc)
        return 0;
    (void)pthread_join(s->thread, NULL);
err1:
    if (s->event >= 0)
        (void)close(s->event);
    (void)close(s->epoll);
err2:
    free(s->procs);
    return rc;
}

void supervisor_kick(struct supervisor *s)
{
    (void)eventfd_write(s->event, 1); /* full only after 2^64 kicks that nobody has taken: it is readable then too */
}

int supervisor_stop(struct supervisor *s, int64_t deadline_ns)
{
    __atomic_store_n(&s->stop_wanted, 1, __ATOMIC_RELEASE);
    supervisor_kick(s);
    while (!__atomic_load_n(&s->ended, __ATOMIC_ACQUIRE))
        if (!futex_wait(&s->ended, 0, deadline_ns) && !__atomic_load_n(&s->ended, __ATOMIC_ACQUIRE))
            return ETIMEDOUT;
    const int rc = pthread_join(s->thread, NULL);
    release(s);
    return rc;
}
