/* `poolbench conform` as a person or a CI server runs it: verdicts, formats, exit codes; and cheats are found out. */
#define _GNU_SOURCE
#include "conform/conform.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CHEAT "--plugin " CHEATS " "

static char output[1 << 20];

/* Run the program with these arguments through the shell; its output, and its errors unless they are sent elsewhere,
 * are in `output`. Its exit code. */
static int run(const char *arguments)
{
    char command[2048];

    snprintf(command, sizeof command, "%s conform %s%s", POOLBENCH, arguments, strstr(arguments, "2>") ? "" : " 2>&1");
    FILE *pipe = popen(command, "re");
    assert_non_null(pipe);
    const size_t got = fread(output, 1, sizeof output - 1, pipe);
    output[got] = '\0';
    const int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void expect(int code, const char *arguments, const char *text)
{
    const int got = run(arguments);

    if (got != code || !strstr(output, text))
        fail_msg("'%s' exited with %d and said\n%s\ninstead of %d and '%s'", arguments, got, output, code, text);
}

static void test_null_strategies_fail_where_they_should(void **state)
{
    (void)state;
    expect(1, CHEAT "-s cheat_nothing --clause B1", "FAIL B1_results_equal_serial: the result of item 0 was never");
    expect(1, CHEAT "-s cheat_nothing --clause B2", "FAIL B2_every_item_runs_exactly_once: ");
    expect(1, CHEAT "-s cheat_zeros --clause B1", "FAIL B1_results_equal_serial: the result of item 0 differs");
    expect(1, CHEAT "-s cheat_zeros --clause Y1_matrix/w=3/n=13/chunk=2", "FAIL Y1_matrix/w=3/n=13/chunk=2: ");
    expect(1, CHEAT "-s cheat_caller --clause H1", "FAIL H1_apply_runs_in_a_worker: apply ran in the calling thread");
    expect(1, CHEAT "-s cheat_caller --clause 'Z*' --timeout-factor 0.1",
           "FAIL Z2_distinct_workers_reach_all_cpus: only 1 of 3 items");
    assert_non_null(strstr(output, "FAIL Z1_as_many_at_once_as_workers: only 1 of 2 items"));
    expect(0, CHEAT "-s cheat_caller --clause B1", "1 pass");
}

static void test_misbehaviour_has_its_verdict(void **state)
{
    (void)state;
    expect(1, CHEAT "-s cheat_crash --clause B1", "CRASHED B1_results_equal_serial: killed by signal 6");
    expect(1, CHEAT "-s cheat_leave --clause B1", "CRASHED B1_results_equal_serial: its process exited with code 0");
    expect(1, CHEAT "-s cheat_hang --clause B1 --timeout-factor 0.05", "HUNG B1_results_equal_serial: ");
    assert_non_null(strstr(output, "thread"));
    assert_non_null(strstr(output, "state S"));
    expect(1, CHEAT "-s cheat_orphan --clause E4", "FAIL E4_unused_pool_closes: ");
    expect(1, CHEAT "-s cheat_hang --clause Y1_matrix/w=1/n=1/chunk=1 --timeout-factor 0.02",
           "HUNG Y1_matrix/w=1/n=1/chunk=1: ");
}

static void test_one_bad_strategy_does_not_stop_the_others(void **state)
{
    (void)state;
    expect(1, CHEAT "-s cheat_crash,serial --clause B1", "serial: 1 pass");
}

static void test_exit_codes(void **state)
{
    (void)state;
    expect(0, "-s serial --clause B1", "serial: 1 pass");
    expect(0, "-s serial --clause B1,D2 --repeat 3", "serial: 2 pass");
    expect(2, "-s seriel", "serial");
    expect(2, "-s serial --clause Q7", "no case matches 'Q7'");
    expect(2, "--format yaml", "--format text, tap, junit or json");
    expect(2, "--repeat 0", "--repeat");
    expect(2, "--repeat -1", "--repeat");
    expect(2, "--seed x", "--seed");
    expect(2, "--timeout-factor 0", "--timeout-factor");
    expect(2, "--timeout-factor nan", "--timeout-factor");
    expect(2, "--no-such-option", "no-such-option");
    expect(2, "--plugin /no/such/file.so", "/no/such/file.so");
    expect(2, "--plugin " CRASHES, "crashes");
    expect(2, "-s serial --clause B1 -o /no/such/folder/file", "/no/such/folder/file");
    expect(4, "-s serial --clause N1", "UNSUPPORTED N1_limit_counts_items: ");
}

static void test_tap_is_well_formed(void **state)
{
    char *position = NULL;
    size_t number = 0, plan = 0;

    (void)state;
    expect(1, CHEAT "-s serial,cheat_zeros --clause 'B1,E1,N1' --format tap 2>/dev/null",
           "not ok 4 - cheat_zeros B1_results_equal_serial\n  ---\n  verdict: FAIL\n  message: \"the result of item 0");
    assert_non_null(strstr(output, "ok 3 - serial N1_limit_counts_items # SKIP "));
    char *line = strtok_r(output, "\n", &position);
    assert_string_equal(line, "TAP version 13");
    while ((line = strtok_r(NULL, "\n", &position))) {
        size_t got;
        if (sscanf(line, "ok %zu - ", &got) == 1 || sscanf(line, "not ok %zu - ", &got) == 1)
            assert_int_equal(got, ++number);
        else if (sscanf(line, "1..%zu", &got) == 1)
            plan = got;
        else
            assert_true(line[0] == ' ' && line[1] == ' ');
    }
    assert_int_equal(number, 6);
    assert_int_equal(plan, number);
}

/* Tags that open and close in order, attributes in quotes: enough of XML for what JUnit has. */
static void expect_balanced(const char *xml)
{
    char open[16][32];
    size_t depth = 0;

    for (const char *at = strchr(xml, '<'); at; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        char name[32] = "";
        assert_non_null(end);
        if (at[1] == '?')
            continue;
        sscanf(at + (at[1] == '/' ? 2 : 1), "%31[a-z]", name);
        assert_true(name[0]);
        size_t quotes = 0;
        for (const char *p = at; p < end; p++)
            quotes += *p == '"';
        assert_int_equal(quotes % 2, 0);
        if (at[1] == '/') {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (end[-1] != '/') {
            assert_true(depth < 16);
            snprintf(open[depth++], sizeof open[0], "%s", name);
        }
    }
    assert_int_equal(depth, 0);
}

static void test_junit_is_well_formed(void **state)
{
    (void)state;
    expect(1, CHEAT "-s serial,cheat_zeros,cheat_crash --clause 'B1,E1,N1' --format junit 2>/dev/null",
           "<?xml version");
    expect_balanced(output);
    assert_non_null(
        strstr(output, "<testsuite name=\"serial\" tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"1\">"));
    assert_non_null(strstr(output, "<failure message=\"the result of item 0 differs"));
    assert_non_null(strstr(output, "<error message=\"killed by signal 6"));
    assert_non_null(strstr(output, "<skipped message="));
}

/* The statement of one strategy; its verdict of a clause. */
static const char *verdict_of(json_t *strategy, const char *id)
{
    json_t *clause;
    size_t i;

    json_array_foreach(json_object_get(strategy, "clauses"), i,
                       clause) if (strcmp(json_string_value(json_object_get(clause, "id")), id) ==
                                   0) return json_string_value(json_object_get(clause, "verdict"));
    return "";
}

static void test_json_states_what_was_shown(void **state)
{
    (void)state;
    expect(1, CHEAT "-s serial,cheat_zeros,cheat_crash --clause 'B1,E4,N1' --seed 9 --format json 2>/dev/null", "{");
    json_t *all = json_loads(output, 0, NULL);
    assert_non_null(all);
    assert_true(json_is_true(json_object_get(all, "complete")));
    const json_t *run = json_object_get(all, "run");
    assert_string_equal(json_string_value(json_object_get(run, "seed")), "9");
    assert_string_equal(json_string_value(json_object_get(run, "clauses")), "B1,E4,N1");
    assert_non_null(json_string_value(json_object_get(run, "version")));
    json_t *list = json_object_get(all, "strategies");
    assert_int_equal(json_array_size(list), 3);
    json_t *serial = json_array_get(list, 0), *zeros = json_array_get(list, 1), *crash = json_array_get(list, 2);
    assert_string_equal(json_string_value(json_object_get(serial, "strategy")), "serial");
    assert_true(json_is_true(json_object_get(serial, "conforms")));
    assert_true(json_is_false(json_object_get(zeros, "conforms")));
    assert_string_equal(verdict_of(serial, "B1"), "PASS");
    assert_string_equal(verdict_of(serial, "N1"), "UNSUPPORTED");
    assert_string_equal(verdict_of(zeros, "B1"), "FAIL");
    assert_string_equal(verdict_of(zeros, "E4"), "PASS");
    assert_string_equal(verdict_of(crash, "B1"), "CRASHED");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(zeros, "counts"), "fail")), 1);
    assert_int_equal(json_array_size(json_object_get(zeros, "capabilities_declared")), 2);
    json_decref(all);
}

static void test_file_is_written_whole(void **state)
{
    char folder[] = "/tmp/poolbench-conform-XXXXXX", arguments[256], path[128];

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/verdicts.tap", folder);
    snprintf(arguments, sizeof arguments, "-s serial --clause B1 --format tap -o %s", path);
    assert_int_equal(run(arguments), 0);
    assert_null(strstr(output, "TAP"));
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    output[fread(output, 1, sizeof output - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(output, "TAP version 13\nok 1 - serial B1_results_equal_serial\n1..1\n");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
}

/* Interrupted in the middle of a case that never ends: what is complete is printed, nothing is left running. */
static void test_interrupt(void **state)
{
    int ends[2], status;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        execl(POOLBENCH, "poolbench", "conform", "--plugin", CHEATS, "-s", "serial,cheat_hang", "--clause", "B1",
              "--format", "tap", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    size_t got = 0;
    bool asked = false;
    ssize_t count;
    while ((count = read(ends[0], output + got, sizeof output - 1 - got)) > 0) {
        got += (size_t)count;
        output[got] = '\0';
        if (!asked && strstr(output, "ok 1 - serial")) {
            assert_int_equal(kill(pid, SIGINT), 0);
            asked = true;
        }
    }
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(asked);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_non_null(strstr(output, "ok 1 - serial B1_results_equal_serial\n"));
    assert_non_null(strstr(output, "Bail out! interrupted\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_strategies_fail_where_they_should),
        cmocka_unit_test(test_misbehaviour_has_its_verdict),
        cmocka_unit_test(test_one_bad_strategy_does_not_stop_the_others),
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_tap_is_well_formed),
        cmocka_unit_test(test_junit_is_well_formed),
        cmocka_unit_test(test_json_states_what_was_shown),
        cmocka_unit_test(test_file_is_written_whole),
        cmocka_unit_test(test_interrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
