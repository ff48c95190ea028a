/* core/procs.c: how a worker process is watched and collected. */
#define _GNU_SOURCE
#include "born.h"

#include <dirent.h>
#include <errno.h>
#include <sys/resource.h>

static int main_raise(void *arg)
{
    (void)raise(*(int *)arg);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_code_and_signal_are_told),
        cmocka_unit_test(waiting_has_a_deadline_and_kill_ends_it),
        cmocka_unit_test(a_host_that_ignores_sigchld_is_tolerated),
        cmocka_unit_test(other_children_are_left_alone),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(a_lack_of_descriptors_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
