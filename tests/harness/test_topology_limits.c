/* What limits this machine - affinity, cgroup quota - and descriptions of machines that make no sense. */
#define _GNU_SOURCE
#include "machine/topology.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SERVER "pack:2 numa:2 l3:2 core:8 pu:2"

static int forget_descriptions(void **state)
{
    (void)state;
    return unsetenv("HWLOC_SYNTHETIC") || unsetenv("HWLOC_XMLFILE");
}

static void write_file(const char *root, const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s%s", root, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_folder(const char *root, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "%s%s", root, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void remove_path(const char *root, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "%s%s", root, name);
    assert_int_equal(remove(path), 0);
}

static void test_quota_is_read(void **state)
{
    static const char *const folders[] = {"/proc",   "/proc/self",     "/sys",
                                          "/sys/fs", "/sys/fs/cgroup", "/sys/fs/cgroup/a"};
    char root[] = "/tmp/poolbench-root-XXXXXX", why[WHY_SIZE];
    struct topology t;

    (void)state;
    assert_non_null(mkdtemp(root));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        make_folder(root, folders[i]);
    write_file(root, "/proc/self/cgroup", "0::/a\n");
    write_file(root, "/sys/fs/cgroup/a/cpu.max", "50000 100000\n");
    assert_true(topology_load_at(&t, root, why));
    assert_int_equal(t.quota, 1);
    assert_int_equal(t.usable, 1);
    topology_free(&t);
    assert_int_equal(setenv("HWLOC_SYNTHETIC", SERVER, 1), 0);
    assert_true(topology_load_at(&t, root, why)); /* another machine: this one's limits do not hold there */
    assert_true(t.quota == SIZE_MAX);
    assert_int_equal(t.usable, 128);
    topology_free(&t);
    remove_path(root, "/sys/fs/cgroup/a/cpu.max");
    remove_path(root, "/proc/self/cgroup");
    for (size_t i = sizeof folders / sizeof *folders; i-- > 0;)
        remove_path(root, folders[i]);
    remove_path(root, "");
}

static void test_garbage_is_one_sentence(void **state)
{
    static const char *const bad[] = {"garbage",
                                      "pack:-1",
                                      "core:0",
                                      "core:2 core:2",
                                      "pack:",
                                      "(((",
                                      "pu:99999999999999",
                                      "pack:4096 core:4096 pu:4096"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct topology t;
        char why[WHY_SIZE] = "";
        assert_int_equal(setenv("HWLOC_SYNTHETIC", bad[i], 1), 0);
        assert_false(topology_load(&t, why));
        assert_non_null(strstr(why, "HWLOC_SYNTHETIC"));
        assert_non_null(strstr(why, bad[i]));
        assert_null(strchr(why, '\n'));
        assert_null(t.mine);
    }
}

static void test_xml_that_is_not_there(void **state)
{
    struct topology t;
    char why[WHY_SIZE];

    (void)state;
    assert_int_equal(setenv("HWLOC_XMLFILE", "/nowhere/machine.xml", 1), 0);
    assert_false(topology_load(&t, why));
    assert_non_null(strstr(why, "/nowhere/machine.xml"));
}

static void test_nobody_is_bound_to_a_described_machine(void **state)
{
    struct topology t;
    unsigned *cpus;
    size_t count;
    char why[WHY_SIZE] = "";

    (void)state;
    assert_int_equal(setenv("HWLOC_SYNTHETIC", SERVER, 1), 0);
    assert_true(topology_load(&t, why));
    assert_false(topology_bind_order(&t, BIND_COMPACT, &cpus, &count, why));
    assert_non_null(strstr(why, "HWLOC_SYNTHETIC"));
    assert_true(topology_bind_order(&t, BIND_NONE, &cpus, &count, why));
    assert_null(cpus);
    assert_int_equal(count, 0);
    topology_free(&t);
}

static void test_affinity_of_this_machine(void **state)
{
    cpu_set_t before, one;
    struct topology t;
    unsigned *cpus;
    size_t count;
    char why[WHY_SIZE];
    size_t cpu = 0;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, &before))
        cpu++;
    for (size_t next = cpu + 1; next < CPU_SETSIZE;
         next++) /* the last one: another than hwloc's first, if there are two */
        cpu = CPU_ISSET(next, &before) ? next : cpu;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_true(topology_load(&t, why));
    assert_false(t.synthetic);
    assert_int_equal(t.affinity, 1);
    assert_int_equal(t.usable, 1);
    assert_true(topology_bind_order(&t, BIND_COMPACT, &cpus, &count, why));
    assert_int_equal(count, 1);
    assert_int_equal(cpus[0], cpu);
    free(cpus);
    topology_free(&t);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_quota_is_read, forget_descriptions),
        cmocka_unit_test_teardown(test_garbage_is_one_sentence, forget_descriptions),
        cmocka_unit_test_teardown(test_xml_that_is_not_there, forget_descriptions),
        cmocka_unit_test_teardown(test_nobody_is_bound_to_a_described_machine, forget_descriptions),
        cmocka_unit_test_teardown(test_affinity_of_this_machine, forget_descriptions),
    };

    return cmocka_run_group_tests(tests, NULL, forget_descriptions);
}
