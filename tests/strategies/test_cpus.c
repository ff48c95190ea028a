/* How many CPUs may be used: the texts of the kernel, and trees of made-up /proc and /sys files. */
#define _GNU_SOURCE
#include "cpus.h"
#include "strategy.h"

#include <ftw.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct text {
    const char *text;
    size_t cpus;
};

static void cpu_max_is_rounded_up_or_no_limit(void **state)
{
    static const struct text texts[] = {
        {"100000 100000\n", 1},
        {"200000 100000\n", 2},
        {"150000 100000\n", 2},
        {"1 100000\n", 1},
        {"1000 1000000\n", 1},
        {"6400000 100000", 64},
        {"max 100000\n", SIZE_MAX},
        {"max", SIZE_MAX},
        {"", SIZE_MAX},
        {"\n", SIZE_MAX},
        {"garbage", SIZE_MAX},
        {"100000", SIZE_MAX},
        {"100000 ", SIZE_MAX},
        {"100000 max", SIZE_MAX},
        {"100000 0\n", SIZE_MAX},
        {"0 100000\n", SIZE_MAX},
        {"-1 100000\n", SIZE_MAX},
        {"100000 -100000\n", SIZE_MAX},
        {"99999999999999999999 100000\n", SIZE_MAX},
        {"9223372036854775807 1\n", (size_t)INT64_MAX},
        {"9223372036854775807 9223372036854775807\n", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (cpus_parse_cpu_max(texts[i].text) != texts[i].cpus)
            fail_msg("'%s' gives %zu", texts[i].text, cpus_parse_cpu_max(texts[i].text));
}

static void cfs_quota_is_rounded_up_or_no_limit(void **state)
{
    (void)state;
    assert_true(cpus_parse_cfs("50000\n", "100000\n") == 1);
    assert_true(cpus_parse_cfs("250000\n", "100000\n") == 3);
    assert_true(cpus_parse_cfs("-1\n", "100000\n") == SIZE_MAX);
    assert_true(cpus_parse_cfs("50000\n", "0\n") == SIZE_MAX);
    assert_true(cpus_parse_cfs("50000\n", "") == SIZE_MAX);
    assert_true(cpus_parse_cfs("", "100000\n") == SIZE_MAX);
    assert_true(cpus_parse_cfs("x", "y") == SIZE_MAX);
}

static char root[] = "/tmp/test_cpus.XXXXXX";

static int make_root(void **state)
{
    (void)state;
    memcpy(root + sizeof root - 7, "XXXXXX", 6);
    return mkdtemp(root) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static int remove_root(void **state)
{
    (void)state;
    return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Write a file of the made-up tree, with all folders above it. */
static void put(const char *path, const char *text)
{
    char full[512];

    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + sizeof root; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void no_files_are_no_limit(void **state)
{
    (void)state;
    assert_true(cpus_quota(root) == SIZE_MAX);
    assert_true(cpus_quota("/nonexistent") == SIZE_MAX);
    put("/proc/self/cgroup", "0::/no/such/group\n");
    assert_true(cpus_quota(root) == SIZE_MAX);
    put("/proc/self/cgroup", "");
    assert_true(cpus_quota(root) == SIZE_MAX);
    put("/proc/self/cgroup", "garbage\n:\n::\n:::\n0:\n");
    assert_true(cpus_quota(root) == SIZE_MAX);
}

static void the_group_s_own_quota_counts(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "0::/user/job\n");
    put("/sys/fs/cgroup/user/job/cpu.max", "250000 100000\n");
    assert_true(cpus_quota(root) == 3);
    put("/sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    assert_true(cpus_quota(root) == SIZE_MAX);
    put("/sys/fs/cgroup/user/job/cpu.max", "");
    assert_true(cpus_quota(root) == SIZE_MAX);
}

static void the_tightest_ancestor_counts(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "0::/a/b/c\n");
    put("/sys/fs/cgroup/a/b/c/cpu.max", "800000 100000\n");
    put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    put("/sys/fs/cgroup/a/cpu.max", "200000 100000\n");
    assert_true(cpus_quota(root) == 2);
    put("/sys/fs/cgroup/cpu.max", "100000 100000\n");
    assert_true(cpus_quota(root) == 1);
}

static void a_container_s_root_group_counts(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "0::/\n");
    put("/sys/fs/cgroup/cpu.max", "400000 100000\n");
    assert_true(cpus_quota(root) == 4);
}

static void version_1_counts_too(void **state)
{
    (void)state;
    put("/proc/self/cgroup", "12:memory:/job\n4:cpu,cpuacct:/job\n1:name=systemd:/job\n0::/job\n");
    put("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "150000\n");
    put("/sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "50000\n");
    assert_true(cpus_quota(root) == 3);
    put("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
    assert_true(cpus_quota(root) == SIZE_MAX);
    put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    assert_true(cpus_quota(root) == 1);
}

static void a_very_long_group_does_no_harm(void **state)
{
    char line[9000];

    (void)state;
    memset(line, 'x', sizeof line);
    memcpy(line, "0::/", 4);
    line[sizeof line - 2] = '\n';
    line[sizeof line - 1] = '\0';
    put("/proc/self/cgroup", line);
    put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
    const size_t quota = cpus_quota(root);
    assert_true(quota == 2 || quota == SIZE_MAX);
}

static void usable_is_the_smaller_of_affinity_and_quota(void **state)
{
    const size_t affinity = cpus_in_affinity();

    (void)state;
    assert_true(affinity >= 1);
    put("/proc/self/cgroup", "0::/\n");
    put("/sys/fs/cgroup/cpu.max", "1000 100000\n");
    assert_int_equal(cpus_usable(root), 1);
    put("/sys/fs/cgroup/cpu.max", "max 100000\n");
    assert_int_equal(cpus_usable(root), affinity);
    assert_true(pool_cpus_usable() >= 1 && pool_cpus_usable() <= affinity);
}

static void affinity_counts(void **state)
{
    cpu_set_t before, one;
    size_t cpu = 0;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(cpus_in_affinity(), CPU_COUNT(&before));
    while (!CPU_ISSET(cpu, &before))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(cpus_in_affinity(), 1);
    assert_int_equal(pool_cpus_usable(), 1);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_max_is_rounded_up_or_no_limit),
        cmocka_unit_test(cfs_quota_is_rounded_up_or_no_limit),
        cmocka_unit_test_setup_teardown(no_files_are_no_limit, make_root, remove_root),
        cmocka_unit_test_setup_teardown(the_group_s_own_quota_counts, make_root, remove_root),
        cmocka_unit_test_setup_teardown(the_tightest_ancestor_counts, make_root, remove_root),
        cmocka_unit_test_setup_teardown(a_container_s_root_group_counts, make_root, remove_root),
        cmocka_unit_test_setup_teardown(version_1_counts_too, make_root, remove_root),
        cmocka_unit_test_setup_teardown(a_very_long_group_does_no_harm, make_root, remove_root),
        cmocka_unit_test_setup_teardown(usable_is_the_smaller_of_affinity_and_quota, make_root, remove_root),
        cmocka_unit_test(affinity_counts),
    };

    return cmocka_run_group_tests_name("cpus", tests, NULL, NULL);
}
