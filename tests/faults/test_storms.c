/* Signals a thousand times a second that interrupt every call that waits, and pipes that move a byte at a time. */
#define _GNU_SOURCE
#include "course.h"
#include "inject.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

#include <cmocka.h>

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals = signals + 1;
}

/* In the parent, and in each worker before its first item, which is counted. In a thread it changes nothing. */
static int start_storm(void *births, size_t worker)
{
    const struct sigaction action = {.sa_handler = count_signal}; /* without SA_RESTART */
    const struct itimerval often = {.it_interval = {.tv_usec = 1000}, .it_value = {.tv_usec = 1000}};
    sigset_t alarm;

    (void)worker;
    __atomic_add_fetch((uint32_t *)births, 1, __ATOMIC_RELAXED);
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    return sigaction(SIGALRM, &action, NULL) || sigprocmask(SIG_UNBLOCK, &alarm, NULL) ||
           setitimer(ITIMER_REAL, &often, NULL);
}

/* Nobody may take an interruption for an end: a worker that leaves would be replaced without a trace. */
static int run_in_storm(void *arg, int report)
{
    const struct pool_ops *ops = arg;
    uint32_t *births = mmap(NULL, sizeof *births, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const struct course course = {
        .ops = ops, .rounds = 20, .count = 101, .initializer = start_storm, .initarg = births};
    uint32_t pools = 0;

    verdict_open(report);
    if (births == MAP_FAILED || start_storm(births, 0))
        conform_fail("no memory or timer for the test");
    for (*births = 0; pools < 5 || signals < 20; pools++)
        course_run(&course);
    if (!(ops->capabilities & POOL_CAP_FRESH) && *births > COURSE_WORKERS * pools)
        conform_fail("%u workers were born for %u pools of %d", *births, pools, COURSE_WORKERS);
    verdict_pass();
    return EXIT_SUCCESS;
}

static int run_byte_by_byte(void *arg, int report)
{
    const struct course course = {.ops = arg, .rounds = 10, .count = 101};

    verdict_open(report);
    inject_single_bytes();
    course_run(&course);
    verdict_pass();
    return EXIT_SUCCESS;
}

static void each_strategy(int (*body)(void *, int))
{
    for (size_t i = 0; pool_strategies[i]; i++)
        if (!pool_strategies[i]->absent)
            course_isolate(pool_strategies[i]->name, body, (void *)pool_strategies[i]);
}

static void test_interrupted_calls(void **state)
{
    (void)state;
    each_strategy(run_in_storm);
}

static void test_pipes_that_move_a_byte_at_a_time(void **state)
{
    (void)state;
    each_strategy(run_byte_by_byte);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupted_calls),
        cmocka_unit_test(test_pipes_that_move_a_byte_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
