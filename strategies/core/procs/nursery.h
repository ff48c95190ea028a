/*
 * nursery.h - a helper process that forks workers for the host: multiprocessing's forkserver.
 *
 * It is forked from the host once, leaves the host's large memory behind (burden.h), and never grows; so a fork from it
 * costs the same whatever the host has. Its workers are the host's own children, watched and reaped as any (procs.h).
 * They see the host's memory as it was when the helper was forked, and shared memory as it is.
 *
 * All but nursery_close is for the one thread whose death ends all workers (procs.h).
 *
 * Errors: 0, or an errno.
 */
#ifndef NURSERY_H
#define NURSERY_H

#include "procs.h"

struct nursery {
    struct proc helper; /* pid 0: none */
    int socket;         /* -1: none */
    pid_t *newborn;     /* shared: the worker that was forked last; NULL: closed */
    const void *precious;
};

/* Start the helper. precious: memory of the host that workers need beside what burden.h keeps; NULL: none. */
int nursery_open(struct nursery *, const void *precious);

/*
 * Have a worker forked that runs main(arg), as procs_fork does. A helper that has died is replaced; where that dies
 * too, the host forks this worker itself.
 */
int nursery_fork(struct nursery *, struct proc *, int (*main)(void *arg), void *arg);

/* End the helper, not the workers. Any thread, when no other uses it; may be called again. */
void nursery_close(struct nursery *);
#endif
