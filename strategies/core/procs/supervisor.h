/*
 * supervisor.h - the one thread of a process pool: it forks the workers, sees them die, and serves their descriptors.
 *
 * A worker dies with the thread that forked it (procs.h), so that thread must live as long as the pool; and as one
 * thread does everything, nothing it does needs a lock. All hooks run in it. Other threads leave a request under a
 * lock of their own and kick. When there is nothing to do it waits in epoll as the wait policy says; it blocks every
 * signal.
 *
 * Errors: 0, or an errno.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "procs.h"

#include <pthread.h>

struct supervisor_hooks {
    /* Start what must be there from the beginning. An errno ends the thread, after every worker; start returns it. */
    int (*begin)(void *arg);
    /* Somebody has kicked; any number of kicks may be one call. */
    void (*kicked)(void *arg);
    /* The worker of a slot has ended, as `how` says, and was reaped; the slot may be filled again here. */
    void (*lost)(void *arg, size_t slot, const struct pool_fault *how);
    /* The pool is ending: let the workers go. Those that are still there after a second are killed. */
    void (*end)(void *arg);
    /* A watched descriptor can be used, or has an error; spurious calls happen. NULL where nothing is watched. */
    void (*ready)(void *arg, size_t slot, unsigned which);
    /* Before each sleep: do what is due, and say when to look again (CLOCK_MONOTONIC; INT64_MAX: never). Or NULL. */
    int64_t (*tick)(void *arg);
};

struct supervisor {
    const struct supervisor_hooks *hooks;
    void *arg;
    struct proc *procs; /* one per slot; for the hooks to read */
    size_t slots;
    enum pool_wait wait; /* who hands out no work waits with POOL_WAIT_SLEEP */
    size_t alive;        /* workers that have not been reaped */
    bool ending;         /* no new workers: the hook `end` is due or was called */
    int epoll, event;
    int begin_errno;
    uint32_t begun, ended; /* futexes */
    uint32_t stop_wanted;
    int64_t kill_ns; /* when patience ends */
    pthread_t thread;
};

/* Start the thread, and wait for its `begin`. Owns: supervisor_stop frees. hooks and arg live until then. */
int supervisor_start(struct supervisor *, const struct supervisor_hooks *, void *arg, size_t slots, enum pool_wait);

/* Any thread: let `kicked` run soon. What was written before is seen there. */
void supervisor_kick(struct supervisor *);

/*
 * End all workers and the thread, and free. INT64_MAX: no deadline.
 * Errors: ETIMEDOUT if the deadline passed first; it may be called again.
 */
int supervisor_stop(struct supervisor *, int64_t deadline_ns);

/* In hooks only. Fill an empty slot with a worker that runs main(arg) and keeps these descriptors (procs_fork). */
int supervisor_fork(struct supervisor *, size_t slot, int (*main)(void *arg), void *arg, const int *keep,
                    size_t keep_count);

/* In hooks only. The same with a worker that was forked elsewhere and adopted by procs[slot] (procs_adopt). */
int supervisor_adopt(struct supervisor *, size_t slot);

/* In hooks only. SIGKILL the worker of a slot; `lost` follows. Nothing if it is empty. */
void supervisor_kill(struct supervisor *, size_t slot);

/* In hooks only. Call ready(slot, which) when fd can be read (EPOLLIN) or written (EPOLLOUT). which: 0..255. */
int supervisor_watch(struct supervisor *, int fd, uint32_t events, size_t slot, unsigned which);

/* In hooks only. To be called before fd is closed. */
void supervisor_unwatch(struct supervisor *, int fd);
#endif
