/* A child may return, crash, hang, flood its output or leave processes behind: the parent always gets its verdict. */
#define _GNU_SOURCE
#include "machine/isolate.h"

#include "machine/clock.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG_NS INT64_C(60000000000) /* never reached by a test that passes */
#define SHORT_NS INT64_C(1000000000) /* for children that hang on purpose */

static struct isolate_result run(int (*body)(void *, int), void *arg, int64_t timeout_ns)
{
    struct isolate_result result;
    char why[WHY_SIZE];

    assert_true(isolate_run(body, arg, timeout_ns, NULL, NULL, &result, why));
    return result;
}

static _Noreturn void sleep_for_ever(void)
{
    for (;;)
        pause();
}

static bool is_gone(pid_t pid)
{
    return kill(pid, 0) == -1 && errno == ESRCH;
}

static int body_return(void *arg, int report)
{
    (void)report;
    printf("printed %d\n", *(int *)arg);
    fprintf(stderr, "complained\n");
    return *(int *)arg;
}

static void test_exit_code_and_output(void **state)
{
    (void)state;
    for (int code = 0; code < 256; code += 51) {
        char expected[64];
        struct isolate_result r = run(body_return, &code, LONG_NS);
        assert_int_equal(r.end, ISOLATE_EXITED);
        assert_int_equal(r.code, code);
        assert_int_equal(r.survivors, 0);
        assert_null(r.stacks);
        snprintf(expected, sizeof expected, "printed %d", code);
        assert_non_null(strstr(r.output, expected));
        assert_non_null(strstr(r.output, "complained"));
        isolate_result_free(&r);
    }
}

static int body_raise(void *arg, int report)
{
    (void)report;
    signal(*(int *)arg, SIG_DFL); /* a sanitizer's handler would turn it into an exit code */
    return raise(*(int *)arg);
}

static void test_signals(void **state)
{
    static int signals[] = {SIGKILL, SIGSEGV, SIGABRT, SIGTERM};

    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct isolate_result r = run(body_raise, &signals[i], LONG_NS);
        assert_int_equal(r.end, ISOLATE_SIGNALED);
        assert_int_equal(r.code, signals[i]);
        isolate_result_free(&r);
    }
}

static int body_flood(void *arg, int report)
{
    static char block[4096];

    (void)arg;
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 2048; i++)
        if (write(STDOUT_FILENO, block, sizeof block) != sizeof block || write(report, block, sizeof block) <= 0)
            return 1;
    return 0;
}

static void count_bytes(void *arg, const char *bytes, size_t count)
{
    (void)bytes;
    *(size_t *)arg += count;
}

static void test_flood_is_cut_and_reports_arrive(void **state)
{
    struct isolate_result r;
    char why[WHY_SIZE];
    size_t reported = 0;

    (void)state;
    assert_true(isolate_run(body_flood, NULL, LONG_NS, count_bytes, &reported, &r, why));
    assert_int_equal(r.end, ISOLATE_EXITED);
    assert_int_equal(r.code, 0);
    assert_int_equal(strlen(r.output), 64 * 1024);
    assert_int_equal(reported, 2048 * 4096);
    isolate_result_free(&r);
}

static int body_hang(void *arg, int report)
{
    (void)arg;
    (void)report;
    signal(SIGTERM, SIG_IGN);
    if (fork() == 0)
        setsid();
    sleep_for_ever();
}

static void test_hung_child_is_described_and_swept(void **state)
{
    (void)state;
    struct isolate_result r = run(body_hang, NULL, SHORT_NS);
    assert_int_equal(r.end, ISOLATE_HUNG);
    assert_non_null(r.stacks);
    assert_non_null(strstr(r.stacks, "thread"));
    assert_non_null(strchr(strchr(r.stacks, '\n') + 1, '\n')); /* the child that left the session is shown too */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    isolate_result_free(&r);
}

/* Leaves a daemon in a session of its own, whose pid is put where the parent sees it. */
static int body_daemon(void *arg, int report)
{
    int ready[2];
    char byte;

    (void)report;
    if (pipe(ready))
        return 1;
    if (fork() == 0) {
        if (fork() == 0) {
            setsid();
            *(pid_t *)arg = getpid();
            if (write(ready[1], "", 1) != 1)
                _exit(1);
            sleep_for_ever();
        }
        _exit(0);
    }
    return read(ready[0], &byte, 1) == 1 ? 0 : 1;
}

static void test_daemon_is_counted_and_killed(void **state)
{
    pid_t *pid = mmap(NULL, sizeof *pid, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)state;
    assert_true(pid != MAP_FAILED);
    struct isolate_result r = run(body_daemon, pid, LONG_NS);
    assert_int_equal(r.end, ISOLATE_EXITED);
    assert_int_equal(r.code, 0);
    assert_int_equal(r.survivors, 1);
    assert_true(is_gone(*pid));
    isolate_result_free(&r);
    munmap(pid, sizeof *pid);
}

static void test_other_children_are_left_alone(void **state)
{
    pid_t *pid = mmap(NULL, sizeof *pid, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const pid_t other = fork();
    int status;

    (void)state;
    if (other == 0)
        sleep_for_ever();
    struct isolate_result r = run(body_daemon, pid, LONG_NS);
    assert_int_equal(r.survivors, 1);
    isolate_result_free(&r);
    assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
    kill(other, SIGKILL);
    assert_int_equal(waitpid(other, &status, 0), other);
    munmap(pid, sizeof *pid);
}

static size_t count_descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");

    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void test_no_descriptor_is_left(void **state)
{
    int code = 0;

    (void)state;
    const size_t before = count_descriptors();
    for (int i = 0; i < 50; i++) {
        struct isolate_result r = run(body_return, &code, LONG_NS);
        isolate_result_free(&r);
    }
    assert_int_equal(count_descriptors(), before);
}

static int body_interrupt_parent(void *arg, int report)
{
    (void)arg;
    (void)report;
    kill(getppid(), SIGINT);
    sleep_for_ever();
}

/* Last: the process stays interrupted. */
static void test_interrupt_ends_the_wait(void **state)
{
    (void)state;
    isolate_catch_interrupts();
    assert_false(isolate_interrupted());
    struct isolate_result r = run(body_interrupt_parent, NULL, LONG_NS);
    assert_int_equal(r.end, ISOLATE_INTERRUPTED);
    assert_true(isolate_interrupted());
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    isolate_result_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_code_and_output),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_flood_is_cut_and_reports_arrive),
        cmocka_unit_test(test_hung_child_is_described_and_swept),
        cmocka_unit_test(test_daemon_is_counted_and_killed),
        cmocka_unit_test(test_other_children_are_left_alone),
        cmocka_unit_test(test_no_descriptor_is_left),
        cmocka_unit_test(test_interrupt_ends_the_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
