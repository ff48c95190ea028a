/*
 * sweep.h - finding, through /proc, the processes that a child left behind, and saying what they are doing.
 *
 * A left-over process belongs to the child's session, or descends from a process that the kernel handed to us, its
 * subreaper, when its parent died.
 *
 * Errors: none; what cannot be read is not there.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Processes that were our children before; they are left alone, and so are their descendants. */
struct sweep_bystanders {
    pid_t *pids;
    size_t count;
};

bool sweep_note_bystanders(struct sweep_bystanders *); /* Owns: sweep_forget_bystanders. False: no memory */
void sweep_forget_bystanders(struct sweep_bystanders *);

/*
 * Kill and reap all that `session` and its orphans left, the leader itself included unless it is reaped already.
 * Waits up to grace_ns for them to go by themselves, then kills. Returns how many had to be killed.
 */
size_t sweep_kill(pid_t session, const struct sweep_bystanders *, int64_t grace_ns);

/*
 * State, wait channel and system call of each thread of each process of the session, one line a thread.
 * Owns: the caller frees. NULL: no memory.
 */
char *sweep_describe(pid_t session, const struct sweep_bystanders *);
#endif
