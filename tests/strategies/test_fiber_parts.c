/* What the event loop is made of: timers that come in order, stacks that end where they end. */
#include "stacks.h"
#include "timers.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Random times, many of them equal, against qsort. */
static void test_timers_come_in_order(void **state)
{
    enum { MOST = 100 };
    int64_t due[MOST];
    struct timers t = {0};

    (void)state;
    srandom(1);
    for (size_t count = 0; count <= MOST; count++) {
        assert_true(timers_reserve(&t, count));
        for (size_t i = 0; i < count; i++) {
            due[i] = random() % 50;
            timers_add(&t, due[i], &due[i]);
        }
        qsort(due, count, sizeof *due, by_value);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(timers_due_ns(&t), due[i]);
            assert_non_null(timers_take(&t));
        }
        assert_true(timers_due_ns(&t) == INT64_MAX);
    }
    timers_free(&t);
}

/* Each sleeper is woken once, at its own time, also where takes and adds alternate. */
static void test_timers_keep_who_and_when_together(void **state)
{
    enum { COUNT = 64, STEPS = 5000 };
    int64_t due[COUNT];
    struct timers t = {0};

    (void)state;
    srandom(2);
    assert_true(timers_reserve(&t, COUNT));
    for (size_t i = 0; i < COUNT; i++) {
        due[i] = random() % 1000;
        timers_add(&t, due[i], &due[i]);
    }
    for (size_t step = 0; step < STEPS; step++) {
        const int64_t now = timers_due_ns(&t);
        int64_t *who = timers_take(&t);
        assert_int_equal(*who, now);
        for (size_t i = 0; i < COUNT; i++)
            assert_true(due[i] >= now);
        *who = now + random() % 1000;
        timers_add(&t, *who, who);
    }
    timers_free(&t);
}

/* More than a slab: every byte can be written, and no stack lies in another. */
static void test_stacks_are_apart(void **state)
{
    enum { COUNT = 2 * STACKS_PER_SLAB + 1 };
    unsigned char *stack[COUNT];
    struct stacks s;

    (void)state;
    assert_int_equal(stacks_init(&s, 5000), 0);
    assert_true(s.size >= 5000 && s.size % (size_t)sysconf(_SC_PAGESIZE) == 0);
    for (size_t i = 0; i < COUNT; i++) {
        void *memory;
        assert_int_equal(stacks_get(&s, &memory), 0);
        stack[i] = memory;
        memset(stack[i], (int)i, s.size);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t b = 0; b < s.size; b++)
            assert_int_equal(stack[i][b], i);
    stacks_free(&s);
}

/* A store just below any stack of a slab kills. */
static void test_an_overflow_is_fatal(void **state)
{
    struct stacks s;

    (void)state;
    assert_int_equal(stacks_init(&s, 16384), 0);
    for (size_t i = 0; i < STACKS_PER_SLAB; i++) {
        void *stack;
        int ended;
        assert_int_equal(stacks_get(&s, &stack), 0);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            signal(SIGSEGV, SIG_DFL);
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            *((volatile unsigned char *)stack - 1) = 1;
            _exit(0);
        }
        assert_int_equal(waitpid(child, &ended, 0), child);
        assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGSEGV);
    }
    stacks_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers_come_in_order),
        cmocka_unit_test(test_timers_keep_who_and_when_together),
        cmocka_unit_test(test_stacks_are_apart),
        cmocka_unit_test(test_an_overflow_is_fatal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
