/* poolbench machine: its JSON, its exit codes. Each call in a child, its stdout in a file. */
#define _GNU_SOURCE
#include "command/command.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs `poolbench machine OPTION` on a described machine; returns its exit code. */
static int run(const char *description, const char *option, char *text, size_t size)
{
    char path[] = "/tmp/poolbench-machine-XXXXXX";
    char *argv[] = {(char *)"machine", (char *)option, NULL};
    int status;
    const int fd = mkstemp(path);
    const pid_t pid = fork();

    assert_true(fd >= 0 && pid >= 0);
    if (pid == 0) {
        const int nothing = open("/dev/null", O_WRONLY);
        if (dup2(fd, STDOUT_FILENO) < 0 || dup2(nothing, STDERR_FILENO) < 0 ||
            setenv("HWLOC_SYNTHETIC", description, 1))
            _exit(99);
        const int code = command_machine(option ? 2 : 1, argv);
        _exit(fflush(stdout) == 0 ? code : 98);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    const ssize_t length = pread(fd, text, size - 1, 0);
    assert_true(length >= 0);
    text[length] = '\0';
    assert_int_equal(close(fd) || unlink(path), 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_json(void **state)
{
    static char text[1 << 20];

    (void)state;
    assert_int_equal(run("pack:2 l3:1 core:3 pu:2", "--json", text, sizeof text), EXIT_GOOD);
    json_t *facts = json_loads(text, 0, NULL);
    assert_non_null(facts);
    const json_t *counts = json_object_get(facts, "worker_counts");
    static const int expected[] = {1, 2, 3, 4, 6, 8, 12, 24};
    assert_int_equal(json_array_size(counts), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const json_t *point = json_array_get(counts, i);
        assert_int_equal(json_integer_value(json_object_get(point, "workers")), expected[i]);
        assert_true(json_array_size(json_object_get(point, "why")) > 0);
    }
    assert_true(json_is_null(json_object_get(facts, "floors")));
    assert_true(json_is_true(json_object_get(json_object_get(facts, "topology"), "synthetic")));
    json_decref(facts);
}

static void test_text(void **state)
{
    static char text[1 << 16];

    (void)state;
    assert_int_equal(run("pack:2 l3:1 core:3 pu:2", NULL, text, sizeof text), EXIT_GOOD);
    assert_non_null(strstr(text, "2 packages, 1 NUMA node, 2 L3 caches, 6 cores, 12 threads"));
    assert_non_null(strstr(text, "oversubscribed"));
    assert_non_null(strstr(text, "another machine is described"));
}

static void test_refusals(void **state)
{
    char text[256];

    (void)state;
    assert_int_equal(run("garbage", NULL, text, sizeof text), EXIT_CANNOT);
    assert_string_equal(text, ""); /* nothing half-written */
    assert_int_equal(run("pack:1 core:1 pu:1", "--jason", text, sizeof text), EXIT_USAGE);
    assert_int_equal(run("pack:1 core:1 pu:1", "everything", text, sizeof text), EXIT_USAGE);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
