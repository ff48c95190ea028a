/* machine.json: a fake /proc and /sys are read right, what cannot be read says why, warnings follow from the facts. */
#define _GNU_SOURCE
#include "machine/facts.h"
#include "machine/facts/gather.h"
#include "machine/facts/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct gather g;
static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/poolbench-facts-XXXXXX");
    g.object = json_object();
    g.why = json_object();
    g.prefix = "part.";
    g.root = root;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    char text[8], why[WHY_SIZE];

    (void)state;
    json_decref(g.object);
    json_decref(g.why);
    return program_output((const char *const[]){"rm", "-rf", root, NULL}, 10000000000, text, sizeof text, why) ? 0 : -1;
}

static void make_file(const char *name, const char *text)
{
    char path[512];

    snprintf(path, sizeof path, "%s%s", root, name);
    for (char *slash = path + strlen(root); (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        (void)mkdir(path, 0700); /* may be there */
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void expect_text(const char *key, const char *text)
{
    const char *found = json_string_value(json_object_get(g.object, key));

    assert_non_null(found);
    assert_string_equal(found, text);
}

static void expect_null(const char *key)
{
    char name[128];

    snprintf(name, sizeof name, "part.%s", key);
    assert_true(json_is_null(json_object_get(g.object, key)));
    assert_non_null(json_string_value(json_object_get(g.why, name)));
}

static void test_cpu(void **state)
{
    (void)state;
    make_file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
    make_file("/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
    make_file("/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "performance\n");
    make_file("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
    make_file("/sys/devices/system/cpu/smt/active", "1\n");
    make_file("/sys/devices/system/cpu/vulnerabilities/mds", "Not affected\n");
    make_file("/proc/cpuinfo", "processor\t: 0\nmicrocode\t: 0x2b\nflags\t\t: fpu hypervisor sse\n\nprocessor\t: 1\n");
    gather_cpu(&g);
    const json_t *governors = json_object_get(g.object, "governors");
    assert_int_equal(json_array_size(governors), 2);
    assert_string_equal(json_string_value(json_array_get(governors, 0)), "powersave");
    assert_string_equal(json_string_value(json_array_get(governors, 1)), "performance");
    assert_true(json_is_false(json_object_get(g.object, "boost")));
    assert_true(json_is_true(json_object_get(g.object, "smt_active")));
    assert_true(json_is_true(json_object_get(g.object, "hypervisor_flag")));
    expect_text("microcode", "0x2b");
    const json_t *mitigations = json_object_get(g.object, "mitigations");
    assert_string_equal(json_string_value(json_object_get(mitigations, "mds")), "Not affected");
    expect_null("frequency_driver");
}

static void test_empty_machine_says_why(void **state)
{
    const char *key;
    json_t *value;
    size_t nulls = 0;

    (void)state;
    gather_cpu(&g);
    gather_memory(&g);
    gather_cgroup(&g);
    json_object_foreach(g.object, key, value)
    {
        expect_null(key);
        nulls++;
    }
    assert_true(nulls > 15);
}

static void test_garbage_in_files(void **state)
{
    (void)state;
    make_file("/number", "12x\n");
    make_file("/flag", "maybe\n");
    make_file("/bytes", "a\xff\n");
    make_file("/huge", "99999999999999999999999\n");
    make_file("/empty", "");
    gather_file_number(&g, "number", "/number");
    gather_file_number(&g, "huge", "/huge");
    gather_file_number(&g, "empty", "/empty");
    gather_file_flag(&g, "flag", "/flag");
    gather_file(&g, "bytes", "/bytes");
    expect_null("number");
    expect_null("huge");
    expect_null("empty");
    expect_null("flag");
    expect_text("bytes", "a?");
}

static void test_choice(void **state)
{
    (void)state;
    make_file("/thp", "always [madvise] never\n");
    gather_file_choice(&g, "thp", "/thp");
    expect_text("thp", "madvise");
}

static void test_cgroup_v2(void **state)
{
    (void)state;
    make_file("/proc/self/cgroup", "1:cpu:/old\n0::/a/b\n");
    make_file("/sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
    make_file("/sys/fs/cgroup/a/b/cpu.stat", "usage_usec 5\nnr_periods 9\nnr_throttled 4\nthrottled_usec 8\n");
    make_file("/sys/fs/cgroup/cpu/old/cpu.shares", "1024\n");
    gather_cgroup(&g);
    expect_text("cpu_max", "150000 100000");
    expect_text("cpu_weight", "1024");
    assert_int_equal(json_integer_value(json_object_get(g.object, "throttled_periods")), 4);
    expect_null("memory_max");
}

static void test_activity(void **state)
{
    (void)state;
    make_file("/proc/stat", "cpu  10 0 10 70 0 0 0 10 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
    gather_activity(&g);
    assert_true(json_real_value(json_object_get(g.object, "steal_percent")) == 10);
}

static void test_collect(void **state)
{
    static const char *const keys[] = {"topology",
                                       "cpu_model",
                                       "kernel",
                                       "cpu",
                                       "virtual",
                                       "memory",
                                       "limits",
                                       "cgroup",
                                       "activity",
                                       "build",
                                       "openmp",
                                       "source",
                                       "clock",
                                       "command",
                                       "seed",
                                       "warnings",
                                       "why",
                                       "hostname",
                                       "kernel_command_line"};
    char *argv[] = {(char *)"poolbench", (char *)"a\xff", NULL}, why[WHY_SIZE];
    struct topology t;

    (void)state;
    assert_true(topology_load(&t, why));
    json_t *facts = facts_collect(&t, 2, argv, UINT64_MAX);
    assert_non_null(facts);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_object_get(facts, keys[i]));
    assert_string_equal(json_string_value(json_array_get(json_object_get(facts, "command"), 1)), "a?");
    assert_string_equal(json_string_value(json_object_get(facts, "seed")), "18446744073709551615");
    const json_t *openmp = json_object_get(facts, "openmp");
    assert_non_null(strstr(json_string_value(json_object_get(openmp, "file")), "omp"));
    json_decref(facts);
    topology_free(&t);
}

static void test_source_that_is_not_git(void **state)
{
    (void)state;
    gather_source(&g, root);
    expect_null("commit");
    make_file("/.git/HEAD", "garbage\n");
    gather_source(&g, root);
    expect_null("commit");
    expect_null("dirty");
}

/* git itself would name the commit of the tree around it. */
static void test_source_inside_another_tree(void **state)
{
    char folder[128], text[8], why[WHY_SIZE];
    const char *const init[] = {"git", "init", "-q", root, NULL};
    const char *const commit[] = {"git", "-C",           root,     "-c", "user.name=n",
                                  "-c",  "user.email=e", "commit", "-q", "--allow-empty",
                                  "-m",  "text",         NULL};

    (void)state;
    if (!program_output(init, 10000000000, text, sizeof text, why))
        skip(); /* git is not installed */
    assert_true(program_output(commit, 10000000000, text, sizeof text, why));
    gather_source(&g, root);
    assert_int_equal(strlen(json_string_value(json_object_get(g.object, "commit"))), 40);
    assert_true(json_is_false(json_object_get(g.object, "dirty")));
    make_file("/inner/file", "text\n");
    snprintf(folder, sizeof folder, "%s/inner", root);
    gather_source(&g, folder);
    expect_null("commit");
    expect_null("dirty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cpu, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_empty_machine_says_why, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_garbage_in_files, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_choice, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_cgroup_v2, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_activity, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_source_that_is_not_git, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_source_inside_another_tree, make_root, remove_root),
        cmocka_unit_test(test_collect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
