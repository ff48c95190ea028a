/* Thread strategies: workers that cannot be started, initializers, and that nothing is left behind. */
#define _GNU_SOURCE
#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>

/* The linker sends every pthread_create of this program and its libraries here (not those of OpenMP's runtime). */
int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

static int creations_left = -1; /* before one fails; -1: none does */

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *arg)
{
    if (creations_left == 0)
        return EAGAIN;
    creations_left -= creations_left > 0;
    return __real_pthread_create(thread, attributes, routine, arg);
}

static size_t threads_alive(void)
{
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;

    assert_non_null(tasks);
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* The kernel forgets a thread a moment after pthread_join has returned. */
static void await_threads(size_t count)
{
    while (threads_alive() != count)
        sched_yield();
}

static void *do_nothing(void *arg)
{
    return arg;
}

/* A sanitizer starts a thread of its own beside the first one. */
static int start_one_thread(void **state)
{
    pthread_t thread;

    (void)state;
    return pthread_create(&thread, NULL, do_nothing, NULL) || pthread_join(thread, NULL);
}

static void a_thread_that_cannot_be_started_leaves_none_behind(void **state)
{
    enum { WORKERS = 5 };
    const size_t before = threads_alive();

    (void)state;
    TRIAL_EACH(ops)
    {
        if (strncmp(ops->name, "pthread_", 8) != 0)
            continue;
        for (int round = 0; round < 40 * WORKERS; round++) {
            struct pool_fault fault;
            const struct pool_config config = {.workers = WORKERS, .fault = &fault};
            struct pool *pool = (struct pool *)&fault;
            creations_left = round % WORKERS;
            assert_int_equal(pool_create_with(ops, &config, &pool), POOL_EOS);
            creations_left = -1;
            assert_null(pool);
            assert_int_equal(fault.status, POOL_EOS);
            assert_int_equal(fault.os_errno, EAGAIN);
            await_threads(before);
        }
    }
}

static void a_task_without_its_thread_is_an_error(void **state)
{
    const struct pool_config config = {.workers = 2};
    struct pool_fault fault;
    struct pool *pool;

    (void)state;
    assert_int_equal(pool_create("thread_each", &config, &pool), POOL_OK);
    for (int k = 0; k < 10; k++) {
        creations_left = k;
        assert_int_equal(trial_map(pool, trial_echo, 10, 1, &fault), POOL_EOS);
        creations_left = -1;
        assert_int_equal(fault.status, POOL_EOS);
        assert_int_equal(fault.os_errno, EAGAIN);
        assert_int_equal(trial_map(pool, trial_echo, 10, 1, &fault), POOL_OK);
    }
    pool_destroy(pool);
}

static void ends_leave_no_thread(void **state)
{
    const size_t before = threads_alive();

    (void)state;
    TRIAL_EACH(ops)
    {
        if (!strstr(ops->name, "thread"))
            continue; /* OpenMP's runtime keeps its threads for the next pool */
        for (int round = 0; round < 50; round++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 4});
            assert_int_equal(trial_map(pool, trial_echo, (size_t)round, 1, NULL), POOL_OK);
            pool_close(pool);
            assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            await_threads(before);
            pool_destroy(pool);
        }
    }
}

/* The initializer's argument: how often it ran for each worker, and which one it fails in. */
static struct {
    size_t runs[8], failing;
} initialized;

static _Thread_local bool ready; /* the initializer ran in this thread */

static int initialize(void *arg, size_t worker)
{
    assert_ptr_equal(arg, &initialized);
    __atomic_add_fetch(&initialized.runs[worker], 1, __ATOMIC_RELAXED);
    ready = true;
    return worker == initialized.failing ? 77 : 0;
}

static int echo_if_ready(const void *const argv[], void *out, const void *context)
{
    return ready ? trial_echo(argv, out, context) : 1;
}

static void workers_are_initialized_before_their_first_item(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        for (int round = 0; round < 20; round++) {
            memset(&initialized, 0, sizeof initialized);
            initialized.failing = SIZE_MAX;
            struct pool *pool =
                trial_pool(ops, (struct pool_config){.workers = 3, .initializer = initialize, .initarg = &initialized});
            for (size_t count = 0; count < 10; count++)
                assert_int_equal(trial_map(pool, echo_if_ready, count, 1, NULL), POOL_OK);
            pool_destroy(pool);
            for (size_t k = 0; k < 8; k++)
                assert_true(ops->capabilities & POOL_CAP_FRESH ? k < 3 || !initialized.runs[k]
                                                               : initialized.runs[k] == (k < trial_workers(ops, 3)));
        }
    }
}

static void check_cause(const struct pool_fault *fault)
{
    assert_int_equal(fault->status, POOL_EBROKEN);
    assert_int_equal(fault->code, 77);
    assert_true(fault->index == POOL_NO_ITEM);
    assert_non_null(strstr(fault->text, "initializer"));
}

static void a_failing_initializer_breaks_the_pool(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        for (size_t failing = 0; failing < 3; failing++) {
            struct pool_fault fault;
            struct pool *pool;
            const struct pool_config config = {
                .workers = trial_workers(ops, 3), .initializer = initialize, .initarg = &initialized, .fault = &fault};
            initialized.failing = failing < ops->workers_max ? failing : 0;
            const enum pool_status status = pool_create_with(ops, &config, &pool);
            if (status || !(ops->capabilities & POOL_CAP_FRESH)) {
                assert_int_equal(status, POOL_EBROKEN);
                check_cause(&fault);
                continue;
            }
            assert_int_equal(status, POOL_OK);
            while (trial_map(pool, trial_echo, 40, 1, &fault) == POOL_OK)
                ; /* threads that are quick leave some seats empty */
            check_cause(&fault);
            assert_int_equal(trial_map(pool, trial_echo, 1, 1, &fault), POOL_EBROKEN);
            check_cause(&fault);
            pool_destroy(pool);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_cannot_be_started_leaves_none_behind),
        cmocka_unit_test(a_task_without_its_thread_is_an_error),
        cmocka_unit_test(ends_leave_no_thread),
        cmocka_unit_test(workers_are_initialized_before_their_first_item),
        cmocka_unit_test(a_failing_initializer_breaks_the_pool),
    };

    alarm(TRIAL_SECONDS);
    return cmocka_run_group_tests_name("threads_start", tests, start_one_thread, NULL);
}
