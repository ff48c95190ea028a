/*
 * procs.h - worker processes: born clean, watched through pidfds, reaped by name.
 *
 * A worker starts with default signal dispositions, an empty signal mask, no descriptors but 0, 1, 2 and those it is
 * given, and dies at once with the thread that forked it (PR_SET_PDEATHSIG) - so only a thread that lives as long as
 * the pool may fork. It leaves with _exit: the host's stdio buffers and atexit handlers are not its own. The host's
 * SIGCHLD handling and its other children are never touched.
 *
 * Errors: 0, or an errno.
 */
#ifndef PROCS_H
#define PROCS_H

#include "pool.h"

#include <stdbool.h>

struct proc {
    pid_t pid; /* 0: none */
    int pidfd; /* readable once it has ended */
};

/*
 * Fork a worker that runs main(arg) and exits with what it returns.
 * keep  descriptors that the worker keeps beside 0, 1 and 2. Shape: keep_count numbers, any order.
 */
int procs_fork(struct proc *, int (*main)(void *arg), void *arg, const int *keep, size_t keep_count);

/*
 * The two halves of procs_fork, where somebody else has forked a child of this process, with all signals blocked.
 * In the child: wait until it is adopted, run main(arg), and exit. parent: the process that adopts.
 */
_Noreturn void procs_live(pid_t parent, int (*main)(void *arg), void *arg, const int *keep, size_t keep_count);

/* In the parent: watch it, and let it go. It is killed and reaped where that fails. */
int procs_adopt(struct proc *, pid_t pid);

/*
 * Collect a worker that has ended; does not wait. True: it is gone, *p is empty and how->pid, signal and exit_code say
 * how it went (all but pid 0 where the host ignores SIGCHLD, for the kernel keeps no record then). how may be NULL.
 */
bool procs_reap(struct proc *, struct pool_fault *how);

/* SIGKILL, which a stopped or stubborn worker obeys too. Nothing if there is none. */
void procs_kill(const struct proc *);

/* Wait until it has ended, or the deadline (CLOCK_MONOTONIC; INT64_MAX: none) passes. False: it still runs. */
bool procs_wait(const struct proc *, int64_t deadline_ns);
#endif
