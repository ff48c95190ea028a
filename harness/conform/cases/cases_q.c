/* Q: pools, forks and threads of the host. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "../kit/meet.h"
#include "cases.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int no_source(void *arg, size_t index, void *const record[])
{
    (void)arg;
    (void)index;
    (void)record;
    return 0;
}

/* In a forked child: the number of the first verb that does not refuse the parent's pool; 0: all do. */
static int use_of_parents_pool(struct pool *pool, struct play *p)
{
    const void *const columns[] = {p->in};
    struct pool_fault fault = {0};
    struct pool_handle *handle;
    struct pool_iter *iter;
    const enum pool_status refused[] = {
        pool_map(pool, &p->task, p->count, p->in, p->out, 1, &fault),
        pool_starmap(pool, &p->task, p->count, columns, p->out, 1, NULL),
        pool_apply(pool, &p->task, columns, p->out, NULL),
        pool_map_async(pool, &p->task, p->count, p->in, p->out, 1, NULL, &handle),
        pool_apply_async(pool, &p->task, columns, p->out, NULL, &handle),
        pool_imap(pool, &p->task, no_source, NULL, NULL, &iter),
        pool_handle_wait(p->handle, 0),
        pool_handle_get(p->handle, POOL_FOREVER, NULL),
        pool_close(pool),
        pool_terminate(pool),
        pool_join(pool, 0),
    };

    for (size_t i = 0; i < COUNT(refused); i++)
        if (refused[i] != POOL_EINVAL)
            return 1 + (int)i;
    pool_destroy(pool);
    return fault.os_errno && fault.text[0] ? 0 : 100;
}

void Q1_forked_child_cannot_use_the_pool(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t round = 0; round < (s->quick ? 2 : 10); round++) {
        struct play *p = play_new(s, 0, 20);
        gate_shut(s);
        p->in[0].act = ACT_WAIT;
        play_start(p, pool, 1);
        gate_await(s, 1);
        fflush(NULL);
        const pid_t pid = fork();
        if (pid == 0)
            _exit(use_of_parents_pool(pool, p));
        const int status = child_await(s, pid, "a forked child that uses its parent's pool");
        if (!WIFEXITED(status) || WEXITSTATUS(status))
            conform_fail("use %d of the parent's pool in a forked child was not refused (wait status %#x)",
                         WEXITSTATUS(status), (unsigned)status);
        gate_open(s);
        play_await(p);
        play_judge(p, false);
        play_free(p);
    }
    subject_end(pool);
}

/* In a forked child: leave in one of several ways. */
_Noreturn static void leave(size_t how)
{
    if (how % 3 == 1)
        raise(SIGKILL);
    if (how % 3 == 2 && !POOLBENCH_SANITIZE[0]) /* a sanitizer would look for leaks */
        exit(0);
    _exit(0);
}

void Q2_end_of_a_forked_child_is_invisible(struct subject *s)
{
    const size_t workers = subject_workers(s, 2);
    struct pool *pool = subject_create(s, workers);
    struct witness before[2], after[2];
    unsigned char *memory = pool_alloc(pool, 100);

    meet_run(s, pool, workers, 1, workers, false, before);
    for (size_t round = 0; round < (s->quick ? 3 : 12); round++) {
        struct play *p = play_new(s, 0, 20);
        play_start(p, pool, 1);
        fflush(NULL);
        const pid_t pid = fork();
        if (pid == 0)
            leave(round);
        (void)child_await(s, pid, "a forked child that leaves");
        play_await(p);
        play_judge(p, false);
        play_free(p);
    }
    if (memory)
        memset(memory, 1, 100);
    meet_run(s, pool, workers, 1, workers, false, after);
    for (size_t k = 0; k < workers && !(s->ops->capabilities & POOL_CAP_FRESH); k++)
        if (after[k].tid != before[0].tid && after[k].tid != before[workers - 1].tid)
            conform_fail("a worker was replaced after a forked child had ended");
    pool_free(pool, memory);
    subject_end(pool);
}

/* A thread of the host that holds the lock of stdio, and takes and gives memory all the time. */
static void *hold_locks(void *arg)
{
    struct ledger *ledger = arg;

    flockfile(stdout);
    ledger_add(&ledger->mark[MARK_NOTE]);
    while (!ledger_read(&ledger->mark[MARK_GATE]))
        for (size_t bytes = 16; bytes < 100000; bytes *= 3)
            free(malloc(bytes));
    funlockfile(stdout);
    return NULL;
}

void Q3_threads_of_the_host_hold_locks(struct subject *s)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, hold_locks, s->ledger))
        conform_unsupported("a thread cannot be started");
    ledger_await(&s->ledger->mark[MARK_NOTE], 1, subject_patience_ns(s, PATIENCE_MEET_NS));
    for (size_t round = 0; round < (s->quick ? 4 : 20); round++) {
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        struct play *p = play_new(s, 0, 10);
        if (s->ops->capabilities & POOL_CAP_PROCS) /* its replacement is forked too */
            p->in[3].act = ACT_KILL;
        play_finish(p, pool, 1);
        play_once(s, pool, 10, 1);
        subject_end(pool);
    }
    gate_open(s);
    thread_await(s, thread, "a thread that holds locks");
}

void Q4_after_openmp_in_the_same_process(struct subject *s)
{
    const struct pool_config config = {.workers = 2};
    struct pool_fault fault = {0};
    struct pool *openmp, *pool;

    for (size_t round = 0; round < 2; round++) {
        if (pool_create("omp_static", &config, &openmp))
            conform_unsupported("the strategy omp_static cannot be had");
        struct play *p = play_new(s, 0, 10);
        if (pool_map(openmp, &p->task, 10, p->in, p->out, 1, &fault))
            conform_unsupported("an OpenMP loop failed: %s", fault.text);
        play_free(p);
        pool = subject_create(s, subject_workers(s, 2));
        play_once(s, pool, 10, 1);
        subject_end(pool);
        pool_destroy(openmp);
    }
}

static struct ledger *exits; /* where a process that leaves by exit says so */

static void note_exit(void)
{
    ledger_add(&exits->mark[MARK_NOTE]);
}

void Q5_buffered_output_is_written_once(struct subject *s)
{
    static const char text[] = "once";
    char back[64] = "";
    const int fd = memfd_create("buffered", MFD_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    exits = s->ledger;
    if (!file || fputs(text, file) < 0 || atexit(note_exit))
        conform_unsupported("no buffered file can be had");
    for (size_t round = 0; round < 3; round++) {
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        play_once(s, pool, 10, 1);
        subject_end(pool);
    }
    const ssize_t early = pread(fd, back, sizeof back, 0);
    if (early != 0)
        conform_fail("a worker has written what the host had buffered");
    if (ledger_read(&s->ledger->mark[MARK_NOTE]))
        conform_fail("a worker ran the host's exit handlers");
    fflush(file);
    if (pread(fd, back, sizeof back, 0) != (ssize_t)strlen(text) || strcmp(back, text) != 0)
        conform_fail("the host's buffered output became '%s'", back);
    fclose(file);
}

/* Its result: the number of its worker. All wait for each other. */
static int number_call(const void *const argv[], void *out, const void *context)
{
    struct act_context c;
    const uint64_t number = act_worker();

    (void)argv;
    memcpy(&c, context, sizeof c);
    memcpy(out, &number, sizeof number);
    ledger_add(&c.ledger->mark[MARK_INSIDE]);
    return !ledger_await(&c.ledger->mark[MARK_INSIDE], ledger_read(&c.ledger->mark[MARK_NOTE]), c.timeout_ns);
}

void Q6_worker_numbers_are_distinct(struct subject *s)
{
    enum { WORKERS = 3 };
    const size_t workers = subject_workers(s, WORKERS);
    struct pool *pool = subject_create_with(
        s, (struct pool_config){.workers = workers, .initializer = act_initializer, .initarg = s->ledger});
    struct play *p = play_new(s, 0, WORKERS);
    uint32_t seen = 0;

    p->task.call = number_call;
    s->ledger->mark[MARK_NOTE] = (uint32_t)workers;
    if (pool_map(pool, &p->task, workers, p->in, p->out, 1, &p->fault))
        conform_fail("items that wait for each other failed: %s", p->fault.text);
    for (size_t i = 0; i < workers; i++)
        seen |= p->out[i] < workers ? 1u << p->out[i] : 0;
    if (seen != (1u << workers) - 1)
        conform_fail("the initializers of %zu workers were not told %zu different numbers", workers, workers);
    play_free(p);
    subject_end(pool);
}

/* As above, without an initializer. */
static int worker_call(const void *const argv[], void *out, const void *context)
{
    struct act_context c;
    const uint64_t number = pool_worker();

    (void)argv;
    memcpy(&c, context, sizeof c);
    memcpy(out, &number, sizeof number);
    ledger_add(&c.ledger->mark[MARK_INSIDE]);
    return !ledger_await(&c.ledger->mark[MARK_INSIDE], ledger_read(&c.ledger->mark[MARK_NOTE]), c.timeout_ns);
}

void Q6_tasks_know_their_worker(struct subject *s)
{
    enum { WORKERS = 3 };
    const size_t workers = subject_workers(s, WORKERS);
    struct pool *pool = subject_create(s, workers);
    struct play *p = play_new(s, 0, WORKERS);

    p->task.call = worker_call;
    for (size_t round = 1; round <= 3; round++) {
        uint32_t seen = 0;
        s->ledger->mark[MARK_NOTE] = (uint32_t)(round * workers);
        if (pool_map(pool, &p->task, workers, p->in, p->out, 1, &p->fault))
            conform_fail("items that wait for each other failed: %s", p->fault.text);
        for (size_t i = 0; i < workers; i++)
            seen |= p->out[i] < workers ? 1u << p->out[i] : 0;
        if (seen != (1u << workers) - 1)
            conform_fail("%zu items that ran at once were not told %zu different workers", workers, workers);
        if (pool_worker() != POOL_NO_WORKER)
            conform_fail("outside of tasks this thread is said to be worker %zu", pool_worker());
    }
    play_free(p);
    subject_end(pool);
}
