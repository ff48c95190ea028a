/* core/procs.c: what a worker process has of its parent, and what not. */
#define _GNU_SOURCE
#include "born.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static int main_dispositions(void *arg)
{
    sigset_t mask;

    (void)arg;
    if (pthread_sigmask(SIG_SETMASK, NULL, &mask))
        return EXIT_BAD;
    for (int number = 1; number < NSIG; number++) {
        struct sigaction now;
        if (sigismember(&mask, number) == 1)
            return number;
        if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_DFL)
            return number;
    }
    return 0;
}

static void on_signal(int number)
{
    (void)number;
}

/* Whatever the host ignores, handles or blocks is none of the worker's business. */
static void signals_are_default_and_unblocked(void **state)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN}, handle = {.sa_handler = on_signal};
    const struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t some, before, after;

    (void)state;
    sigemptyset(&some);
    sigaddset(&some, SIGTERM);
    sigaddset(&some, SIGRTMIN);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &some, &before), 0);
    assert_int_equal(sigaction(SIGPIPE, &ignore, NULL), 0);
    assert_int_equal(sigaction(SIGUSR1, &handle, NULL), 0);
    assert_int_equal(run(main_dispositions, NULL, NULL, 0).exit_code, 0);
    struct sigaction now;
    assert_int_equal(sigaction(SIGPIPE, &plain, &now), 0);
    assert_ptr_equal(now.sa_handler, SIG_IGN);
    assert_int_equal(sigaction(SIGUSR1, &plain, &now), 0);
    assert_ptr_equal(now.sa_handler, on_signal);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, &after), 0);
    assert_int_equal(sigismember(&after, SIGTERM), 1);
    assert_int_equal(sigismember(&after, SIGUSR2), 0);
}

static int main_descriptors(void *arg)
{
    const int *kept = arg;

    for (int fd = 3; fd < 1024; fd++) {
        const bool wanted = fd == kept[0] || fd == kept[1];
        if ((fcntl(fd, F_GETFD) >= 0) != wanted)
            return 1;
    }
    return 0;
}

static void only_the_kept_descriptors_are_open(void **state)
{
    int fds[20];

    (void)state;
    for (size_t i = 0; i < 20; i++) {
        fds[i] = open("/dev/null", O_RDONLY);
        assert_true(fds[i] > 2);
    }
    int pairs[][2] = {{fds[7], fds[3]}, {fds[0], fds[19]}, {fds[4], fds[5]}, {fds[19], fds[18]}};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(run(main_descriptors, pairs[i], pairs[i], 2).exit_code, 0);
    int none[] = {-1, -1};
    assert_int_equal(run(main_descriptors, none, NULL, 0).exit_code, 0);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(close(fds[i]), 0);
}

struct orphan {
    struct proc worker;
    bool ready;
};

/* The middle one: forks a worker, tells its pid, waits to be killed. */
_Noreturn static void parent_live(struct orphan *shared)
{
    if (procs_fork(&shared->worker, main_sleep, NULL, NULL, 0))
        _exit(EXIT_BAD);
    __atomic_store_n(&shared->ready, true, __ATOMIC_RELEASE);
    for (;;)
        (void)pause();
}

static void workers_die_with_a_killed_parent(void **state)
{
    struct orphan *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)state;
    assert_ptr_not_equal(shared, MAP_FAILED);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    for (int i = 0; i < 50; i++) {
        shared->ready = false;
        const pid_t parent = fork();
        assert_true(parent >= 0);
        if (parent == 0)
            parent_live(shared);
        while (!__atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE))
            (void)sched_yield();
        const pid_t worker = shared->worker.pid;
        assert_int_equal(kill(parent, SIGKILL), 0);
        assert_int_equal(waitpid(parent, NULL, 0), parent);
        int status;
        assert_int_equal(waitpid(worker, &status, 0), worker); /* a survivor would hang here */
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 125);
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    assert_int_equal(munmap(shared, sizeof *shared), 0);
}

static int handled;

static void count_signal(int number)
{
    (void)number;
    __atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
}

static int main_handled(void *arg)
{
    return __atomic_load_n(&handled, __ATOMIC_RELAXED) == *(int *)arg ? 0 : 1;
}

/* Signals rain on the group while workers are born: no handler of the host runs in one of them. */
static void no_host_handler_runs_in_a_worker(void **state)
{
    const struct sigaction count = {.sa_handler = count_signal};
    struct sigaction before;

    (void)state;
    assert_int_equal(sigaction(SIGURG, &count, &before), 0);
    for (int i = 0; i < 200; i++) {
        int expected = handled;
        struct proc p;
        assert_int_equal(procs_fork(&p, main_handled, &expected, NULL, 0), 0);
        (void)kill(p.pid, SIGURG); /* ignored by default, counted by the host's handler */
        assert_false(deadline_passed(&p));
        struct pool_fault how = {0};
        assert_true(procs_reap(&p, &how));
        assert_int_equal(how.exit_code, 0);
    }
    assert_int_equal(sigaction(SIGURG, &before, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_default_and_unblocked),
        cmocka_unit_test(only_the_kept_descriptors_are_open),
        cmocka_unit_test(workers_die_with_a_killed_parent),
        cmocka_unit_test(no_host_handler_runs_in_a_worker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
