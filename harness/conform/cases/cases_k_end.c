/* K8-K12: deaths without end, of all at once, at the end of a pool, and of the host. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "../kit/census.h"
#include "cases.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIRTHS_MAX 500 /* far above what any pool needs to see that it is hopeless */

/* As many workers as the pool has can begin; whoever comes later dies. */
static int begin_or_die(void *arg, size_t worker)
{
    struct ledger *ledger = arg;

    (void)worker;
    ledger_add(&ledger->mark[MARK_BIRTHS]);
    if (ledger_read(&ledger->mark[MARK_BIRTHS]) > ledger_read(&ledger->mark[MARK_NOTE]))
        _exit(9);
    return 0;
}

static void expect_broken(const struct subject *s, struct pool *pool, struct play *p)
{
    struct pool_fault fault = {0};
    struct play *late = play_new(s, 100, 1);

    play_await(p);
    if (p->fault.status != POOL_EBROKEN && p->fault.status != POOL_ELOST)
        conform_fail("all workers die at birth, and a call ended with '%s'", pool_status_text(p->fault.status));
    const enum pool_status status = pool_map(pool, &late->task, 1, late->in, late->out, 1, &fault);
    if (status != POOL_EBROKEN || !fault.text[0])
        conform_fail("all workers die at birth, and a later call gave '%s'", pool_status_text(status));
    play_free(late);
    const uint32_t births = ledger_read(&s->ledger->mark[MARK_BIRTHS]);
    if (births > BIRTHS_MAX)
        conform_fail("%u workers were started to no avail", births);
}

void K8_endless_deaths_break_the_pool(struct subject *s)
{
    const size_t workers = subject_workers(s, 2);

    need_processes(s);
    s->ledger->mark[MARK_NOTE] = s->ops->capabilities & POOL_CAP_FRESH ? 0 : (uint32_t)workers;
    struct pool *pool = subject_create_with(
        s, (struct pool_config){.workers = workers, .initializer = begin_or_die, .initarg = s->ledger});
    struct play *p = play_new(s, 0, 8);
    for (size_t i = 0; i < 8; i++)
        p->in[i].act = ACT_KILL;
    play_start(p, pool, 1);
    expect_broken(s, pool, p);
    play_free(p);
    subject_end(pool);
}

void K9_all_workers_die_at_once(struct subject *s)
{
    enum { WORKERS = 3, ITEMS = 20 };
    const size_t workers = subject_workers(s, WORKERS);
    pid_t pids[64];

    need_processes(s);
    struct pool *pool = subject_create(s, workers);
    for (size_t round = 0; round < (s->quick ? 3 : 10); round++) {
        struct play *p = play_new(s, 0, ITEMS);
        gate_shut(s);
        for (size_t i = 0; i < workers; i++)
            p->in[i].act = ACT_WAIT;
        play_start(p, pool, 1);
        gate_await(s, workers);
        for (size_t i = 0; i < workers; i++)
            (void)kill(s->ledger->item[i].pid, SIGKILL);
        for (size_t i = 0; i < workers; i++)
            p->in[i].act = ACT_KILL; /* what has become of them */
        play_await(p);
        play_judge(p, false);
        play_free(p);
        for (size_t again = 0; again < 2; again++) {
            const size_t children = workers_list(pids, COUNT(pids));
            for (size_t i = 0; i < children; i++)
                (void)kill(pids[i], SIGKILL);
        }
        const size_t children = workers_list(pids, COUNT(pids));
        for (size_t i = 0; i < children; i++)
            worker_kill(pids[i]);
        play_once(s, pool, ITEMS, 1);
    }
    subject_end(pool);
}

/* Workers die while the pool ends, in one of several ways. */
static void end_amid_deaths(const struct subject *s, bool terminate, bool from_outside)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    struct play *p = play_new(s, 0, 30);
    pid_t pids[64];

    for (size_t i = 0; i < 30; i += 3)
        p->in[i].act = ACT_KILL;
    play_start(p, pool, 2);
    if (terminate ? pool_terminate(pool) : pool_close(pool))
        conform_fail("%s failed while workers die", terminate ? "terminate" : "close");
    const size_t children = from_outside ? workers_list(pids, COUNT(pids)) : 0;
    for (size_t i = 0; i < children; i++)
        (void)kill(pids[i], SIGKILL);
    if (pool_join(pool, subject_patience_ns(s, PATIENCE_SETTLE_NS)))
        conform_fail("join does not return after workers have died during %s", terminate ? "terminate" : "close");
    if (!terminate)
        play_await(p);
    if (!terminate && !from_outside)
        play_judge(p, false);
    else
        play_judge(p, true);
    play_free(p);
    pool_destroy(pool);
}

void K10_death_at_the_end(struct subject *s)
{
    need_processes(s);
    for (size_t round = 0; round < (s->quick ? 2 : 10); round++) {
        end_amid_deaths(s, false, false);
        end_amid_deaths(s, true, false);
        end_amid_deaths(s, false, true);
        end_amid_deaths(s, true, true);
    }
}

/* In a child: a pool with a worker that waits at the gate, until somebody kills us. */
_Noreturn static void host(const struct subject *s, size_t workers, int noise)
{
    dup2(noise, STDOUT_FILENO);
    dup2(noise, STDERR_FILENO);
    struct pool *pool = subject_create(s, workers);
    struct play *p = play_new(s, 0, 2);
    p->in[0].act = ACT_WAIT;
    p->in[1].act = ACT_DOZE;
    play_start(p, pool, 1);
    for (;;)
        pause();
}

void K11_orphans_leave(struct subject *s)
{
    need_processes(s);
    for (size_t round = 0; round < (s->quick ? 2 : 5); round++) {
        const int noise = memfd_create("noise", MFD_CLOEXEC);
        gate_shut(s);
        fflush(NULL);
        const pid_t pid = fork();
        if (pid == 0)
            host(s, 3, noise);
        gate_await(s, 2);
        const int busy = process_watch(s->ledger->item[0].pid), deaf = process_watch(s->ledger->item[1].pid);
        kill(pid, SIGKILL);
        (void)child_await(s, pid, "a killed host");
        gate_open(s);
        process_expect_end(s, busy, "a worker whose host was killed");
        process_expect_end(s, deaf, "a worker that ignores SIGTERM and whose host was killed");
        if (lseek(noise, 0, SEEK_END) > 0)
            conform_fail("the workers of a killed host wrote something");
        close(noise);
    }
}

/* In a child: what becomes of a process when an item of its pool exits. */
_Noreturn static void exit_in_a_task(const struct subject *s)
{
    struct pool *pool = subject_create(s, 1);
    struct play *p = play_new(s, 0, 3);

    p->in[1].act = ACT_QUIT;
    const enum pool_status status = pool_map(pool, &p->task, 3, p->in, p->out, 1, NULL);
    _exit(status == POOL_ELOST ? 50 : 51);
}

void K12_crash_ends_the_process_or_the_worker(struct subject *s)
{
    const bool declared = s->ops->capabilities & POOL_CAP_PROCS;

    fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0)
        exit_in_a_task(s);
    const int status = child_await(s, pid, "a process whose pool had an item that exits");
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code != (declared ? 50 : 4))
        conform_fail("%s; when an item called _exit(4), %s",
                     declared ? "workers are declared to be processes" : "workers are not declared to be processes",
                     code == 50   ? "the pool reported a lost worker"
                     : code == 51 ? "the pool went on as if nothing had been"
                     : code == 4  ? "the whole process ended"
                                  : "the process ended in another way");
}
