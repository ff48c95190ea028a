/*
 * isolate.h - running a function in a process of its own, with a deadline, and leaving nothing behind.
 *
 * The child leads a session of its own; the parent is its subreaper. When the child has ended or its deadline has
 * passed, its whole group is killed and everything that it left running is found, killed and counted. Parent code that
 * uses this never starts OpenMP itself: a forked child of a process that has used libgomp hangs in it.
 *
 * Errors: false if the child could not be started, with one sentence in why.
 */
#ifndef ISOLATE_H
#define ISOLATE_H

#include "../command/units.h"

#include <sys/types.h>

enum isolate_end { ISOLATE_EXITED, ISOLATE_SIGNALED, ISOLATE_HUNG, ISOLATE_INTERRUPTED };

struct isolate_result {
    enum isolate_end end;
    int code;         /* exit code, or signal */
    size_t survivors; /* processes that were still there after the body had ended by itself */
    char *output;     /* what it wrote to stdout and stderr, cut at 64 KiB, NUL-terminated. Owns: isolate_result_free */
    char *stacks;     /* with HUNG: state, wait channel and children of each of its threads; else NULL */
};

/*
 * Run body(arg, report) in a child, which exits with what it returns. Bytes the child writes to the descriptor `report`
 * reach sink(sink_arg, ...) in the parent as they arrive. The pool of worker processes that body creates is its own
 * business: they are swept too. sink may be NULL. Interrupted (SIGINT, SIGTERM): ISOLATE_INTERRUPTED, child swept.
 */
bool isolate_run(int (*body)(void *arg, int report), void *arg, int64_t timeout_ns,
                 void (*sink)(void *sink_arg, const char *bytes, size_t count), void *sink_arg, struct isolate_result *,
                 char why[WHY_SIZE]);
void isolate_result_free(struct isolate_result *);

/* SIGINT and SIGTERM are caught from here on: the first asks for an orderly end, isolate_interrupted says so. */
void isolate_catch_interrupts(void);
bool isolate_interrupted(void);

/* Forget it, and catch the next one: for what is done although the user has interrupted. */
void isolate_forget_interrupt(void);
#endif
