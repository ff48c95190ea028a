/*
 * RLIMIT_NPROC, RLIMIT_NOFILE and RLIMIT_AS reached at every point: so many processes, descriptors or bytes more than
 * there are, then one more, and on. Errors are allowed, a crash, a hang, a wrong result or anything left behind is not.
 */
#define _GNU_SOURCE
#include "conform/kit/census.h"
#include "course.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef POOLBENCH_SANITIZED
enum { AS_STEPS = 0 }; /* its shadow memory is beyond any limit */
#else
enum { AS_STEPS = 14 };
#endif
enum { NOBODY = 61357 }; /* a user without other processes; root is not limited in theirs */

struct attempt {
    const struct pool_ops *ops;
    int resource;
    size_t k;
    size_t *failures; /* in shared memory */
};

static const struct {
    int resource;
    const char *name;
    size_t steps;
} limits[] = {
    {RLIMIT_NPROC, "processes", 10}, {RLIMIT_NOFILE, "descriptors", 24}, {RLIMIT_AS, "doublings of 32 KiB", AS_STEPS}};

static rlim_t descriptors_in_use(size_t free)
{
    int number = 0;

    for (;; number++)
        if (fcntl(number, F_GETFD) == -1 && free-- == 0)
            return (rlim_t)number;
}

static rlim_t bytes_in_use(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (!file || fscanf(file, "%lu", &pages) != 1)
        conform_fail("the size of this process cannot be read");
    fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* k more than there is now; of memory, 64 KiB doubled k times. */
static rlim_t limit_for(const struct attempt *a)
{
    if (a->resource == RLIMIT_NPROC)
        return 1 + a->k;
    if (a->resource == RLIMIT_NOFILE)
        return descriptors_in_use(a->k);
    return bytes_in_use() + (a->k ? (rlim_t)32768 << a->k : 0);
}

/* Become somebody whose processes are counted, whatever the tests run as. */
static void leave_root(void)
{
    if (geteuid() == 0 && (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)))
        conform_fail("the user cannot be changed");
    prctl(PR_SET_DUMPABLE, 1); /* else /proc does not show us our own descriptors */
}

static int attempt(void *arg, int report)
{
    const struct attempt *a = arg;
    struct course course = {.ops = a->ops, .disturbed = true, .rounds = 1, .count = 13, .failures = a->failures};
    struct subject s = {.ops = a->ops, .factor = 1};
    struct rlimit before, now;

    verdict_open(report);
    subject_open(&s);
    if (a->resource == RLIMIT_NPROC)
        leave_root();
    const struct census census = census_take();
    getrlimit((__rlimit_resource_t)a->resource, &before);
    now = before;
    now.rlim_cur = limit_for(a);
    if (setrlimit((__rlimit_resource_t)a->resource, &now))
        conform_fail("the limit cannot be set");
    course_run(&course);
    if (setrlimit((__rlimit_resource_t)a->resource, &before))
        conform_fail("the limit cannot be lifted");
    census_compare(&s, &census, true, "after a pool without enough of something");
    course.disturbed = false;
    course_run(&course);
    census_compare(&s, &census, true, "after a pool with enough of it");
    verdict_pass();
    return EXIT_SUCCESS;
}

/* Where a runtime starts the threads, it ends the process itself if it cannot. */
static bool is_left_out(const struct pool_ops *ops)
{
    return ops->absent || strncmp(ops->name, "omp_", 4) == 0;
}

/* Some call must have failed for want of it, or the limit was none. */
static bool must_strike(const struct pool_ops *ops, int resource)
{
    return (resource == RLIMIT_NPROC && !(ops->capabilities & POOL_CAP_INLINE)) ||
           (resource == RLIMIT_NOFILE && (ops->capabilities & POOL_CAP_PROCS));
}

static void reach(const struct pool_ops *ops, size_t l, size_t *failures)
{
    *failures = 0;
    for (size_t k = 0; k < limits[l].steps; k++) {
        struct attempt a = {.ops = ops, .resource = limits[l].resource, .k = k, .failures = failures};
        char what[128];
        snprintf(what, sizeof what, "%s with %zu %s to spare", ops->name, k, limits[l].name);
        course_isolate(what, attempt, &a);
    }
    if (!*failures && must_strike(ops, limits[l].resource))
        fail_msg("%s: no call has failed for want of %s", ops->name, limits[l].name);
}

static void test_limits(void **state)
{
    const char *only = getenv("FAULTS_ONLY"); /* one strategy, to look closer at it */
    size_t *failures = mmap(NULL, sizeof *failures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)state;
    assert_ptr_not_equal(failures, MAP_FAILED);
    for (size_t i = 0; pool_strategies[i]; i++)
        for (size_t l = 0; l < sizeof limits / sizeof *limits; l++)
            if (!is_left_out(pool_strategies[i]) && (!only || strcmp(only, pool_strategies[i]->name) == 0))
                reach(pool_strategies[i], l, failures);
    munmap(failures, sizeof *failures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_limits)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
