/*
 * The k-th fork, thread, pipe, mapping, allocation ... fails, for k = 1, 2, ... until none is left to fail: an error
 * code, never a crash or a hang, and nothing left behind.
 */
#include "conform/kit/census.h"
#include "course.h"
#include "inject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

enum { K_MAX = 400 };

struct attempt {
    const struct pool_ops *ops;
    enum inject_call call;
    size_t k;
    bool lasting;
    bool *struck; /* in shared memory: it failed, so there may be more to fail */
};

extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static int attempt(void *arg, int report)
{
    const struct attempt *a = arg;
    struct course course = {.ops = a->ops, .disturbed = true, .rounds = 1, .count = 13};
    struct subject s = {.ops = a->ops, .factor = 1};

    verdict_open(report);
    subject_open(&s);
    const struct census before = census_take();
    inject_arm(a->call, a->k, a->lasting);
    course_run(&course);
    *a->struck = inject_disarm();
    census_compare(&s, &before, true, "after the failures");
    course.disturbed = false;
    course_run(&course);
    census_compare(&s, &before, true, "after a pool without failures");
    if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check())
        conform_fail("memory was leaked");
    verdict_pass();
    return EXIT_SUCCESS;
}

/* How many calls of that kind there were to fail. */
static size_t fail_each(const struct pool_ops *ops, enum inject_call call, bool lasting, bool *struck)
{
    /* Each attempt looks for leaks where there is a sanitizer, which takes its time: every third call will do. */
    const size_t step = __lsan_do_recoverable_leak_check ? 3 : 1;

    for (size_t k = 1; k < K_MAX; k += step) {
        struct attempt a = {.ops = ops, .call = call, .k = k, .lasting = lasting, .struck = struck};
        char what[128];
        snprintf(what, sizeof what, "%s, %s %zu%s fails", ops->name, inject_name(call), k,
                 lasting ? " and all later" : "");
        *struck = false;
        course_isolate(what, attempt, &a);
        if (!*struck)
            return k - 1;
    }
    fail_msg("%s: %s was called %d times and more", ops->name, inject_name(call), K_MAX);
    return 0;
}

static void fail_all(bool lasting)
{
    const char *only = getenv("FAULTS_ONLY"); /* one strategy, to look closer at it */
    bool *struck = mmap(NULL, sizeof *struck, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(struck, MAP_FAILED);
    for (size_t i = 0; pool_strategies[i]; i++) {
        const struct pool_ops *ops = pool_strategies[i];
        if (ops->absent || (only && strcmp(only, ops->name) != 0))
            continue;
        size_t all = 0;
        for (enum inject_call call = 0; call < INJECT_ANY; call++)
            all += fail_each(ops, call, lasting, struck);
        assert_in_range(all, 1, SIZE_MAX); /* else the calls did not go through here */
    }
    assert_int_equal(munmap(struck, sizeof *struck), 0);
}

static void test_one_call_fails(void **state)
{
    (void)state;
    fail_all(false);
}

static void test_all_calls_fail_from_then_on(void **state)
{
    (void)state;
    fail_all(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_call_fails),
        cmocka_unit_test(test_all_calls_fail_from_then_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
