/* R: signals. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../kit/act.h"
#include "../kit/trial.h"
#include "cases.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int caught; /* atomic: handlers run in any thread */

static void catch_signal(int number)
{
    (void)number;
    __atomic_store_n(&caught, 1, __ATOMIC_RELAXED);
}

/* Without SA_RESTART, so that system calls return EINTR. */
static void set_handler(int number, void (*handler)(int))
{
    const struct sigaction action = {.sa_handler = handler};

    if (sigaction(number, &action, NULL))
        conform_unsupported("the disposition of signal %d cannot be set", number);
}

/* FAIL unless the handler has been called, or is soon, in whichever thread. */
static void expect_caught(const struct subject *s, const char *name)
{
    const int64_t until_ns = clock_now_ns() + subject_patience_ns(s, PATIENCE_SETTLE_NS);

    while (!__atomic_load_n(&caught, __ATOMIC_RELAXED)) {
        if (clock_now_ns() >= until_ns)
            conform_fail("the host's handler of %s was not called", name);
        poll(NULL, 0, 1);
    }
}

static pid_t fork_leaver(void)
{
    fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0)
        _exit(42);
    return pid;
}

/* A pool's whole life, with deaths where they can be survived. */
static void live(const struct subject *s, bool deaths)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t round = 0; round < 3; round++) {
        struct play *p = play_new(s, 0, 15);
        if (deaths)
            p->in[4 * round].act = ACT_KILL;
        play_finish(p, pool, 1);
    }
    subject_end(pool);
}

void R1_host_children_are_left_alone(struct subject *s)
{
    const bool deaths = workers_are_processes(s);
    int status;

    set_handler(SIGCHLD, catch_signal);
    for (size_t round = 0; round < (s->quick ? 2 : 10); round++) {
        const pid_t before = fork_leaver();
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        const pid_t amid = fork_leaver();
        play_once(s, pool, 10, 1);
        live(s, deaths);
        subject_end(pool);
        if (waitpid(before, &status, 0) != before || WEXITSTATUS(status) != 42)
            conform_fail("a child that the host had before the pool was reaped by it");
        if (waitpid(amid, &status, 0) != amid || WEXITSTATUS(status) != 42)
            conform_fail("a child that the host had beside the pool was reaped by it");
    }
    expect_caught(s, "SIGCHLD");
}

void R1_ignored_sigchld_is_tolerated(struct subject *s)
{
    const bool processes = workers_are_processes(s);

    set_handler(SIGCHLD, SIG_IGN); /* the kernel keeps no record of how a child ended then */
    for (size_t round = 0; round < 3; round++) {
        struct pool *pool = subject_create(s, subject_workers(s, 2));
        struct play *p = play_new(s, 0, 15);
        if (processes)
            p->in[round].act = ACT_KILL;
        play_finish(p, pool, 1);
        play_once(s, pool, 10, 0);
        subject_end(pool);
    }
}

void R2_interrupt_to_the_group(struct subject *s)
{
    const int noise = memfd_create("noise", MFD_CLOEXEC), stderr_before = dup(STDERR_FILENO);
    const size_t workers = subject_workers(s, 2);

    if (noise < 0 || stderr_before < 0)
        conform_unsupported("no descriptors can be had");
    for (size_t round = 0; round < (s->quick ? 2 : 5); round++) {
        __atomic_store_n(&caught, 0, __ATOMIC_RELAXED);
        set_handler(SIGINT, catch_signal);
        struct pool *pool = subject_create(s, workers);
        struct play *p = play_new(s, 0, 2);
        gate_shut(s);
        p->in[0].act = ACT_WAIT;
        p->in[1].act = round % 2 ? ACT_DOZE : ACT_WAIT;
        play_start(p, pool, 1);
        gate_await(s, workers);
        set_handler(SIGINT, catch_signal); /* where an item ignored it in this process */
        dup2(noise, STDERR_FILENO);
        if (kill(0, SIGINT)) /* a case has a session and a group of its own */
            conform_unsupported("the group cannot be signalled");
        expect_caught(s, "SIGINT");
        if (pool_terminate(pool))
            conform_fail("terminate failed after an interrupt");
        gate_open(s);
        if (pool_join(pool, subject_patience_ns(s, PATIENCE_SETTLE_NS)))
            conform_fail("a pool cannot be joined after an interrupt to the whole group");
        dup2(stderr_before, STDERR_FILENO);
        play_free(p);
        pool_destroy(pool);
    }
    if (lseek(noise, 0, SEEK_END) > 0)
        conform_fail("workers wrote something when they were interrupted");
    close(stderr_before);
    close(noise);
}

/* All that differ from what they were. */
static void compare_dispositions(const struct sigaction before[NSIG], const char *when)
{
    struct sigaction now;

    for (int number = 1; number < NSIG; number++)
        if (!sigaction(number, NULL, &now) && now.sa_handler != before[number].sa_handler)
            conform_fail("%s the host's disposition of signal %d is another one", when, number);
}

void R3_host_dispositions_are_left_alone(struct subject *s)
{
    struct sigaction before[NSIG];
    sigset_t mask_before, mask;
    pid_t pids[16];

    set_handler(SIGPIPE, SIG_DFL); /* so that a write to a dead worker would end us */
    memset(before, 0, sizeof before);
    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, NULL, &before[number]);
    sigprocmask(SIG_SETMASK, NULL, &mask_before);
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    compare_dispositions(before, "with a pool");
    for (size_t round = 0; round < (s->quick ? 5 : 30); round++) {
        struct play *p = play_new(s, 0, 20);
        const size_t children = workers_list(pids, COUNT(pids));
        for (size_t i = 0; i < children; i++)
            (void)kill(pids[i], SIGKILL);
        play_start(p, pool, 1);
        play_await(p);
        play_judge(p, true);
        play_free(p);
    }
    compare_dispositions(before, "after maps");
    subject_end(pool);
    compare_dispositions(before, "after a pool");
    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&mask, number) != sigismember(&mask_before, number))
            conform_fail("after a pool the host blocks or no longer blocks signal %d", number);
}

static void start_timer(suseconds_t interval_us)
{
    const struct itimerval every = {{0, interval_us}, {0, interval_us}};

    set_handler(SIGALRM, catch_signal);
    (void)setitimer(ITIMER_REAL, &every, NULL);
}

static int start_timer_in_worker(void *arg, size_t worker)
{
    sigset_t alarm;

    (void)arg;
    (void)worker;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
    start_timer(1000);
    return 0;
}

void R4_timer_storm(struct subject *s)
{
    struct trial_shape large = trial_plain(6), small = trial_plain(subject_items(s, 500));
    const size_t rounds = s->quick || subject_is_costly(s) ? 3 : 20;

    large.out_size = large.arg_size[0] = (size_t)200 << 10;
    start_timer(1000);
    struct pool *pool = subject_create_with(
        s, (struct pool_config){.workers = subject_workers(s, 2), .initializer = start_timer_in_worker});
    for (size_t round = 0; round < rounds; round++) {
        trial_once(s, pool, &large, 1);
        trial_once(s, pool, &small, round % 4);
    }
    start_timer(1000);
    subject_end(pool);
    start_timer(0);
}

/* What an item sees of its worker's signals. */
struct signals {
    uint64_t caught_is_default, ignored_is_default, blocked, ours;
};

static int signals_call(const void *const argv[], void *out, const void *context)
{
    struct sigaction action;
    struct signals seen = {.ours = getpid() == gettid()};
    sigset_t mask;

    (void)argv;
    (void)context;
    sigaction(SIGUSR1, NULL, &action);
    seen.caught_is_default = action.sa_handler == SIG_DFL;
    sigaction(SIGUSR2, NULL, &action);
    seen.ignored_is_default = action.sa_handler == SIG_DFL;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    for (size_t i = 0; i < 4; i++)
        seen.blocked += sigismember(&mask, (const int[]){SIGINT, SIGTERM, SIGUSR1, SIGALRM}[i]) == 1;
    memcpy(out, &seen, sizeof seen);
    return 0;
}

void R5_workers_signals_are_their_own(struct subject *s)
{
    const struct pool_task task = {
        .name = "signals", .call = signals_call, .nargs = 1, .out_size = sizeof(struct signals)};
    const bool processes = workers_are_processes(s);
    struct signals seen[8];
    sigset_t block;

    set_handler(SIGUSR1, catch_signal);
    set_handler(SIGUSR2, SIG_IGN);
    sigemptyset(&block);
    sigaddset(&block, SIGTERM);
    if (processes)
        pthread_sigmask(SIG_BLOCK, &block, NULL);
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    if (pool_map(pool, &task, COUNT(seen), NULL, seen, 1, NULL))
        conform_fail("a map failed");
    subject_end(pool);
    for (size_t i = 0; i < COUNT(seen); i++) {
        if (processes && !(seen[i].caught_is_default && seen[i].ignored_is_default))
            conform_fail("a worker has a disposition of its host's");
        if (processes && seen[i].blocked)
            conform_fail("a worker blocks %u signals from its start", (unsigned)seen[i].blocked);
        if (!processes && s->ops->capabilities & POOL_CAP_INLINE)
            conform_unsupported(
                "items run in the caller's thread, and in threads of a runtime that are not the pool's");
        if (!processes && seen[i].blocked != 4)
            conform_fail("a thread of the pool does not block the host's signals");
    }
}

void R6_stopped_worker_only_delays(struct subject *s)
{
    need_processes(s);
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    for (size_t round = 0; round < (s->quick ? 3 : 20); round++) {
        struct play *p = play_new(s, 0, 20);
        gate_shut(s);
        p->in[round].act = ACT_WAIT;
        play_start(p, pool, 1);
        gate_await(s, 1);
        const pid_t pid = s->ledger->item[round].pid;
        worker_stop(s, pid);
        gate_open(s);
        if (pool_handle_wait(p->handle, 5000000) != POOL_ETIMEOUT)
            conform_fail("a call is over though its worker is stopped");
        kill(pid, SIGCONT);
        play_await(p);
        play_judge(p, false);
        play_free(p);
    }
    subject_end(pool);
}
