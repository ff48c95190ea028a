/*
 * born.h - a worker process of core/procs.h, from its birth to its end, for tests.
 *
 * Errors: assertions of the test.
 */
#ifndef BORN_H
#define BORN_H

#include "futex.h"
#include "procs.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { EXIT_BAD = 99 };

static const int64_t LONG_NS = INT64_C(20000000000);

static inline int deadline_passed(const struct proc *p)
{
    return !procs_wait(p, futex_deadline_ns(LONG_NS));
}

/* Run main in a worker and say how it ended. */
static inline struct pool_fault run(int (*main)(void *), void *arg, const int *keep, size_t keep_count)
{
    struct proc p;
    struct pool_fault how = {0};

    assert_int_equal(procs_fork(&p, main, arg, keep, keep_count), 0);
    const pid_t pid = p.pid;
    assert_true(pid > 0);
    assert_false(deadline_passed(&p));
    assert_true(procs_reap(&p, &how));
    assert_int_equal(p.pid, 0);
    assert_int_equal(how.pid, pid);
    return how;
}

static inline int main_return(void *arg)
{
    return *(int *)arg;
}

static inline int main_sleep(void *arg)
{
    (void)arg;
    while (pause() < 0)
        continue;
    return EXIT_BAD;
}
#endif
