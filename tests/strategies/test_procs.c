/* core/procs.c: how a worker process is born, watched and collected. */
#define _GNU_SOURCE
#include "futex.h"
#include "procs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { EXIT_BAD = 99 };

static const int64_t LONG_NS = INT64_C(20000000000);

static int deadline_passed(const struct proc *p)
{
    return !procs_wait(p, futex_deadline_ns(LONG_NS));
}

/* Run main in a worker and say how it ended. */
static struct pool_fault run(int (*main)(void *), void *arg, const int *keep, size_t keep_count)
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

static int main_return(void *arg)
{
    return *(int *)arg;
}

static int main_raise(void *arg)
{
    (void)raise(*(int *)arg);
    return EXIT_BAD;
}

static int main_sleep(void *arg)
{
    (void)arg;
    while (pause() < 0)
        continue;
    return EXIT_BAD;
}

static void exit_code_and_signal_are_told(void **state)
{
    (void)state;
    for (int code = 0; code < 256; code += 51) {
        const struct pool_fault how = run(main_return, &code, NULL, 0);
        assert_int_equal(how.exit_code, code);
        assert_int_equal(how.signal, 0);
    }
    int fatal[] = {SIGKILL, SIGTERM, SIGUSR1, SIGPIPE};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        const struct pool_fault how = run(main_raise, &fatal[i], NULL, 0);
        assert_int_equal(how.signal, fatal[i]);
        assert_int_equal(how.exit_code, 0);
    }
}

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

static void waiting_has_a_deadline_and_kill_ends_it(void **state)
{
    struct proc p;
    struct pool_fault how = {0};

    (void)state;
    assert_int_equal(procs_fork(&p, main_sleep, NULL, NULL, 0), 0);
    assert_false(procs_reap(&p, &how));
    assert_false(procs_wait(&p, futex_now_ns()));
    const int64_t start_ns = futex_now_ns();
    assert_false(procs_wait(&p, start_ns + 20000000));
    assert_true(futex_now_ns() - start_ns >= 20000000);
    assert_int_equal(kill(p.pid, SIGSTOP), 0);
    procs_kill(&p);
    assert_false(deadline_passed(&p));
    assert_true(procs_reap(&p, &how));
    assert_int_equal(how.signal, SIGKILL);
    assert_false(procs_reap(&p, &how));
    procs_kill(&p);
    assert_true(procs_wait(&p, 0));
}

/* A host that ignores SIGCHLD leaves no record, and may collect a worker before its pidfd is opened. */
static void a_host_that_ignores_sigchld_is_tolerated(void **state)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before, now;
    int code = 0;

    (void)state;
    assert_int_equal(sigaction(SIGCHLD, &ignore, &before), 0);
    for (int i = 0; i < 300; i++)
        (void)run(main_return, &code, NULL, 0);
    struct proc p;
    assert_int_equal(procs_fork(&p, main_sleep, NULL, NULL, 0), 0);
    assert_false(procs_reap(&p, NULL));
    procs_kill(&p);
    assert_false(deadline_passed(&p));
    assert_true(procs_reap(&p, NULL));
    assert_int_equal(sigaction(SIGCHLD, &before, &now), 0);
    assert_ptr_equal(now.sa_handler, SIG_IGN);
}

static void other_children_are_left_alone(void **state)
{
    int code = 7, status;

    (void)state;
    const pid_t mine = fork();
    assert_true(mine >= 0);
    if (mine == 0)
        _exit(42);
    for (int i = 0; i < 20; i++)
        assert_int_equal(run(main_return, &code, NULL, 0).exit_code, 7);
    assert_int_equal(waitpid(mine, &status, 0), mine);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    assert_int_equal(closedir(dir), 0);
    return count;
}

static void nothing_is_left_behind(void **state)
{
    int code = 0;

    (void)state;
    const int before = count_descriptors();
    for (int i = 0; i < 50; i++)
        (void)run(main_return, &code, NULL, 0);
    assert_int_equal(count_descriptors(), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* No descriptor for the pidfd: an errno, and no child. */
static void a_lack_of_descriptors_is_reported(void **state)
{
    struct rlimit before, tight;
    struct proc p;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = before;
    tight.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    const int rc = procs_fork(&p, main_sleep, NULL, NULL, 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(rc, EMFILE);
    assert_int_equal(p.pid, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
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
        cmocka_unit_test(exit_code_and_signal_are_told),
        cmocka_unit_test(signals_are_default_and_unblocked),
        cmocka_unit_test(only_the_kept_descriptors_are_open),
        cmocka_unit_test(waiting_has_a_deadline_and_kill_ends_it),
        cmocka_unit_test(a_host_that_ignores_sigchld_is_tolerated),
        cmocka_unit_test(other_children_are_left_alone),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(a_lack_of_descriptors_is_reported),
        cmocka_unit_test(workers_die_with_a_killed_parent),
        cmocka_unit_test(no_host_handler_runs_in_a_worker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
