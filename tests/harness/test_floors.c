/* Floors are measured, or say why not; memory is only taken where there is room. */
#define _GNU_SOURCE
#include "machine/floors.h"
#include "machine/floors/measure.h"
#include "machine/floors/room.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct floor *find(const struct floor *floors, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(floors[i].name, name) == 0)
            return &floors[i];
    fail_msg("there is no floor %s", name);
    return NULL;
}

/* Runs the test in a child: limits and affinity are not given back. */
static int in_child(int (*body)(void))
{
    int status;
    const pid_t pid = fork();

    if (pid == 0)
        _exit(body());
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Sanitizers map terabytes of address space: no limit of it is possible with them. */
static bool is_huge(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%llu", &pages), 1);
    assert_int_equal(fclose(file), 0);
    return pages > (1ull << 40) / 4096;
}

/* On one CPU, with too little address space for the large parents: the pairs and the large forks say so. */
static int measure_small(void)
{
    static const char *const pairs[] = {"cache_line", "atomic_add", "futex", "pipe"};
    static const char *const others[] = {"thread", "fork", "vfork", "spawn"};
    cpu_set_t set;
    struct topology t;
    size_t count;
    char why[WHY_SIZE];

    if (!topology_load(&t, why) || sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    for (size_t cpu = 0, seen = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set) && seen++ > 0)
            CPU_CLR(cpu, &set);
    topology_free(&t);
    if (sched_setaffinity(0, sizeof set, &set) != 0 || !topology_load(&t, why))
        return 2;
    const struct rlimit small = {(rlim_t)512 << 20, RLIM_INFINITY};
    const bool limited = !is_huge();
    if (limited && setrlimit(RLIMIT_AS, &small) != 0)
        return 3;
    struct floor *floors = floors_measure(&t, NULL, &count);
    if (!floors)
        return 4;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(find(floors, count, pairs[i])->why, "needs two CPUs") != 0)
            return 5;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const struct floor *f = find(floors, count, others[i]);
        if (f->why[0] || f->ns.n != FLOOR_SAMPLES || !(f->ns.low > 0) || f->ns.low > f->ns.median ||
            f->ns.median > f->ns.high)
            return 6;
    }
    if (limited && !strstr(find(floors, count, "fork_2GiB")->why, "not enough free memory"))
        return 7;
    free(floors);
    topology_free(&t);
    return 0;
}

static void test_small_machine(void **state)
{
    (void)state;
    assert_int_equal(in_child(measure_small), 0);
}

/* Every pair measurement ends by itself and fills every sample, whatever CPUs the two sides share. */
static void measure_pair_on(unsigned first, unsigned second)
{
    static bool (*const pairs[])(struct floor_run *) = {measure_cache_line, measure_futex, measure_pipe};
    cpu_set_t before;

    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct floor_run run = {.cpu = {first, second}, .cpus = 2};
        assert_true(pairs[i](&run));
        assert_string_equal(run.why, "");
        for (size_t k = 0; k < FLOOR_SAMPLES; k++)
            assert_true(run.ns[k] > 0);
    }
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
}

static void test_pairs(void **state)
{
    char why[WHY_SIZE];
    struct topology t;
    unsigned *cpus;
    size_t count;

    (void)state;
    assert_true(topology_load(&t, why));
    assert_true(topology_bind_order(&t, BIND_COMPACT, &cpus, &count, why));
    if (count > 1)
        measure_pair_on(cpus[0], cpus[1]);
    free(cpus);
    topology_free(&t);
}

static void test_a_cpu_that_is_not_there(void **state)
{
    struct floor_run run = {.cpu = {0, 60000}, .cpus = 2};
    cpu_set_t before;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    for (run.cpu[0] = 0; !CPU_ISSET(run.cpu[0], &before);)
        run.cpu[0]++;
    assert_false(measure_futex(&run));
    assert_non_null(strstr(run.why, "binding"));
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
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

static void test_room(void **state)
{
    static const char *const folders[] = {"", "/proc", "/proc/self", "/sys", "/sys/fs", "/sys/fs/cgroup"};
    static const char *const files[] = {"/proc/meminfo", "/proc/self/cgroup", "/sys/fs/cgroup/memory.max",
                                        "/sys/fs/cgroup/memory.current"};
    char root[] = "/tmp/poolbench-room-XXXXXX", path[256];

    (void)state;
    assert_non_null(mkdtemp(root));
    for (size_t i = 1; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s%s", root, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    write_file(root, files[0], "MemTotal: 4000 kB\nMemAvailable: 2000 kB\n");
    write_file(root, files[1], "0::/\n");
    write_file(root, files[2], "max\n");
    write_file(root, files[3], "50000\n");
    assert_int_equal(room_bytes(root), 1024000); /* half of what is available */
    write_file(root, files[2], "80000\n");
    assert_int_equal(room_bytes(root), 30000); /* what the group leaves */
    write_file(root, files[2], "40000\n");
    assert_int_equal(room_bytes(root), 0); /* beyond its limit already */
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s%s", root, files[i]);
        assert_int_equal(remove(path), 0);
    }
    for (size_t i = sizeof folders / sizeof *folders; i-- > 0;) {
        snprintf(path, sizeof path, "%s%s", root, folders[i]);
        assert_int_equal(remove(path), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_small_machine),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_a_cpu_that_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
