/* Worker counts and binding orders of machines that are not here: hwloc's descriptions and its XML. */
#include "machine/places.h"
#include "machine/topology.h"
#include "pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SERVER "pack:2 numa:2 l3:2 core:8 pu:2"

static void load(struct topology *t, const char *description)
{
    char why[WHY_SIZE];

    assert_int_equal(setenv("HWLOC_SYNTHETIC", description, 1), 0);
    if (!topology_load(t, why))
        fail_msg("%s", why);
    assert_true(t->synthetic);
}

static int forget_descriptions(void **state)
{
    (void)state;
    return unsetenv("HWLOC_SYNTHETIC") || unsetenv("HWLOC_XMLFILE");
}

static void expect_points(const struct topology *t, const struct worker_point *expected, size_t count)
{
    struct worker_point *points;
    char why[WHY_SIZE];
    size_t found;

    assert_true(topology_points(t, &points, &found, why));
    for (size_t i = 0; i < found && i < count; i++) {
        assert_int_equal(points[i].workers, expected[i].workers);
        assert_int_equal(points[i].reasons, expected[i].reasons);
    }
    assert_int_equal(found, count);
    free(points);
}
#define EXPECT_POINTS(t, ...)                                                                                          \
    expect_points(t, (const struct worker_point[])__VA_ARGS__,                                                         \
                  sizeof((const struct worker_point[])__VA_ARGS__) / sizeof(struct worker_point))

static void expect_order(const struct topology *t, enum bind_policy policy, const unsigned *expected, size_t count)
{
    const struct places *places = t->mine;
    unsigned *cpus = places_order(places, policy);

    assert_non_null(cpus);
    assert_int_equal(places->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(cpus[i], expected[i]);
    free(cpus);
}
#define EXPECT_ORDER(t, policy, ...)                                                                                   \
    expect_order(t, policy, (const unsigned[])__VA_ARGS__, sizeof((const unsigned[])__VA_ARGS__) / sizeof(unsigned))

static void test_server(void **state)
{
    struct topology t;

    (void)state;
    load(&t, SERVER);
    assert_int_equal(t.packages, 2);
    assert_int_equal(t.numa_nodes, 4);
    assert_int_equal(t.l3_caches, 8);
    assert_int_equal(t.cores, 64);
    assert_int_equal(t.pus, 128);
    assert_int_equal(t.usable, 128);
    assert_non_null(strstr(t.summary, "2 packages, 4 NUMA nodes, 8 L3 caches, 64 cores, 128 threads"));
    assert_non_null(strstr(t.xml, "<topology"));
    EXPECT_POINTS(&t, {{1, POINT_POWER},
                       {2, POINT_POWER},
                       {4, POINT_POWER},
                       {8, POINT_POWER | POINT_L3},
                       {16, POINT_POWER | POINT_NUMA},
                       {32, POINT_POWER | POINT_PACKAGE},
                       {64, POINT_POWER | POINT_CORES},
                       {128, POINT_POWER | POINT_PUS | POINT_USABLE},
                       {256, POINT_OVERSUBSCRIBED}});
    topology_free(&t);
}

static void test_break_points_between_powers(void **state)
{
    struct topology t;

    (void)state;
    load(&t, "pack:2 numa:1 l3:3 core:3 pu:2");
    EXPECT_POINTS(&t, {{1, POINT_POWER},
                       {2, POINT_POWER},
                       {3, POINT_L3},
                       {4, POINT_POWER},
                       {8, POINT_POWER},
                       {9, POINT_NUMA | POINT_PACKAGE},
                       {16, POINT_POWER},
                       {18, POINT_CORES},
                       {32, POINT_POWER},
                       {36, POINT_PUS | POINT_USABLE},
                       {72, POINT_OVERSUBSCRIBED}});
    topology_free(&t);
}

static void test_one_core(void **state)
{
    struct topology t;
    const unsigned all = POINT_POWER | POINT_NUMA | POINT_PACKAGE | POINT_CORES | POINT_PUS | POINT_USABLE;

    (void)state;
    load(&t, "pack:1 core:1 pu:1");
    EXPECT_POINTS(&t, {{1, all}, {2, POINT_OVERSUBSCRIBED}});
    EXPECT_ORDER(&t, BIND_COMPACT, {0});
    EXPECT_ORDER(&t, BIND_SPREAD, {0});
    topology_free(&t);
    load(&t, "pu:1"); /* no core object at all */
    assert_int_equal(t.cores, 1);
    topology_free(&t);
}

static void test_siblings_come_last(void **state)
{
    struct topology t;

    (void)state;
    load(&t, "pack:2 l3:1 core:2 pu:2");
    EXPECT_ORDER(&t, BIND_COMPACT, {0, 2, 4, 6, 1, 3, 5, 7});
    EXPECT_ORDER(&t, BIND_SPREAD, {0, 4, 2, 6, 1, 5, 3, 7});
    topology_free(&t);
}

static void test_spread_alternates_at_every_level(void **state)
{
    struct topology t;

    (void)state;
    load(&t, "pack:2 numa:2 l3:2 core:2 pu:1");
    EXPECT_ORDER(&t, BIND_COMPACT, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    EXPECT_ORDER(&t, BIND_SPREAD, {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15});
    topology_free(&t);
}

/* Load `description`, change its XML by replacing the first `old` by `new`, and load that. */
static void load_changed(struct topology *t, const char *description, const char *old, const char *new)
{
    char path[] = "/tmp/poolbench-topology-XXXXXX", why[WHY_SIZE];
    const int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");

    load(t, description);
    const char *at = strstr(t->xml, old);
    assert_non_null(file);
    assert_non_null(at);
    fprintf(file, "%.*s%s%s", (int)(at - t->xml), t->xml, new, at + strlen(old));
    assert_int_equal(fclose(file), 0);
    topology_free(t);
    assert_int_equal(unsetenv("HWLOC_SYNTHETIC") || setenv("HWLOC_XMLFILE", path, 1), 0);
    if (!topology_load(t, why))
        fail_msg("%s", why);
    assert_int_equal(unlink(path), 0);
    assert_true(t->synthetic);
}

/* Two fast cores, CPUs 4 and 5, behind four slow ones. */
static void test_hybrid(void **state)
{
    struct topology t;

    (void)state;
    load_changed(&t, "pack:1 l3:1 core:6 pu:1", "</topology>",
                 "<cpukind cpuset=\"0x0000000f\" forced_efficiency=\"0\"/>"
                 "<cpukind cpuset=\"0x00000030\" forced_efficiency=\"1\"/></topology>");
    EXPECT_ORDER(&t, BIND_COMPACT, {4, 5, 0, 1, 2, 3});
    EXPECT_ORDER(&t, BIND_SPREAD, {4, 5, 0, 1, 2, 3});
    EXPECT_POINTS(&t, {{1, POINT_POWER},
                       {2, POINT_POWER | POINT_FAST},
                       {4, POINT_POWER},
                       {6, POINT_L3 | POINT_NUMA | POINT_PACKAGE | POINT_CORES | POINT_PUS | POINT_USABLE},
                       {12, POINT_OVERSUBSCRIBED}});
    topology_free(&t);
}

/* A cpuset of one whole core and one thread of each of two more, across both packages: CPUs 2, 3, 5, 8. */
static void test_cpuset(void **state)
{
    struct topology t;

    (void)state;
    load_changed(&t, "pack:2 l3:1 core:3 pu:2", "allowed_cpuset=\"0x00000fff\"", "allowed_cpuset=\"0x0000012c\"");
    assert_int_equal(t.pus, 12);
    assert_int_equal(t.usable, 4);
    EXPECT_ORDER(&t, BIND_COMPACT, {2, 5, 8, 3});
    EXPECT_ORDER(&t, BIND_SPREAD, {2, 8, 5, 3});
    EXPECT_POINTS(&t, {{1, POINT_POWER},
                       {2, POINT_POWER | POINT_L3 | POINT_PACKAGE},
                       {3, POINT_NUMA | POINT_CORES},
                       {4, POINT_POWER | POINT_PUS | POINT_USABLE},
                       {8, POINT_OVERSUBSCRIBED}});
    topology_free(&t);
}

static void test_quota_caps_the_points(void **state)
{
    struct topology t;

    (void)state;
    load(&t, SERVER);
    t.quota = t.usable = 11;
    EXPECT_POINTS(&t, {{1, POINT_POWER},
                       {2, POINT_POWER},
                       {4, POINT_POWER},
                       {8, POINT_POWER | POINT_L3},
                       {11, POINT_USABLE},
                       {22, POINT_OVERSUBSCRIBED}});
    topology_free(&t);
}

/* A pool has at most POOL_WORKERS_MAX workers, whatever the machine has. */
static void test_more_cpus_than_workers(void **state)
{
    struct worker_point *points;
    struct topology t;
    char why[WHY_SIZE];
    size_t count;

    (void)state;
    load(&t, "pack:64 core:66 pu:1");
    assert_true(topology_points(&t, &points, &count, why));
    assert_int_equal(points[count - 1].workers, POOL_WORKERS_MAX);
    assert_int_equal(points[count - 1].reasons, POINT_POWER);
    free(points);
    topology_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_server, forget_descriptions),
        cmocka_unit_test_teardown(test_break_points_between_powers, forget_descriptions),
        cmocka_unit_test_teardown(test_one_core, forget_descriptions),
        cmocka_unit_test_teardown(test_siblings_come_last, forget_descriptions),
        cmocka_unit_test_teardown(test_spread_alternates_at_every_level, forget_descriptions),
        cmocka_unit_test_teardown(test_hybrid, forget_descriptions),
        cmocka_unit_test_teardown(test_cpuset, forget_descriptions),
        cmocka_unit_test_teardown(test_quota_caps_the_points, forget_descriptions),
        cmocka_unit_test_teardown(test_more_cpus_than_workers, forget_descriptions),
    };

    return cmocka_run_group_tests(tests, NULL, forget_descriptions);
}
