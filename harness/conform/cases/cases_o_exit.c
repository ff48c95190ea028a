/* O12, O14: a process that exits with a live pool, and join with a time-out. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../kit/act.h"
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child: leave with a pool whose items run. */
_Noreturn static void leave_at_work(const struct subject *s)
{
    struct play *p = play_new(s, 0, 3);

    p->in[0].act = ACT_WAIT;
    play_start(p, subject_create(s, subject_workers(s, 2)), 1);
    gate_await(s, 1);
    if (POOLBENCH_SANITIZE[0])
        syscall(SYS_exit_group, 3); /* else a sanitizer changes the exit code for what is still there */
    exit(3);
}

void O12_process_may_exit_with_a_live_pool(struct subject *s)
{
    for (size_t round = 0; round < (s->quick ? 2 : 5); round++) {
        gate_shut(s);
        fflush(NULL);
        const pid_t pid = fork();
        if (pid == 0)
            leave_at_work(s);
        gate_await(s, 1);
        const int watch = process_watch(s->ledger->item[0].pid);
        const int status = child_await(s, pid, "a process that exits with a live pool");
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 3)
            conform_fail("a process with a live pool called exit(3), its status is %#x", (unsigned)status);
        process_expect_end(s, watch, "a worker of a process that has exited");
    }
}

void O14_join_with_a_timeout(struct subject *s)
{
    static const int64_t timeouts_ns[] = {0, 1000000, 20000000};
    struct pool *pool = subject_create(s, 1);
    struct play *p = play_new(s, 0, 3);

    p->in[0].act = ACT_WAIT;
    play_start(p, pool, 1);
    gate_await(s, 1);
    pool_close(pool);
    for (size_t i = 0; i < COUNT(timeouts_ns); i++) {
        const int64_t since_ns = clock_now_ns();
        const enum pool_status status = pool_join(pool, timeouts_ns[i]);
        if (status != POOL_ETIMEOUT)
            conform_fail("join with a timeout, while an item runs, gave '%s'", pool_status_text(status));
        if (clock_now_ns() - since_ns < timeouts_ns[i])
            conform_fail("join timed out before %lld ns were over", (long long)timeouts_ns[i]);
    }
    gate_open(s);
    if (pool_join(pool, subject_patience_ns(s, PATIENCE_SETTLE_NS)))
        conform_fail("join after a timeout does not see the end");
    play_await(p);
    play_judge(p, false);
    pool_destroy(pool);
    play_free(p);
}
