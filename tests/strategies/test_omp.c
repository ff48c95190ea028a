/* OpenMP strategies: whole teams or an error, within others too, and the caller's settings put back. */
#define _GNU_SOURCE
#include "gate.h"
#include "trial.h"

#include <errno.h>
#include <omp.h>
#include <sched.h>
#include <sys/wait.h>

static struct gate meeting;

static int meet(const void *const argv[], void *out, const void *context)
{
    gate_pass(&meeting);
    return trial_echo(argv, out, context);
}

/* A task that makes a pool of its own kind, all of whose workers must meet. */
static int nest(const void *const argv[], void *out, const void *context)
{
    const struct pool_ops *ops = *(const struct pool_ops *const *)context;
    const struct pool_config config = {.workers = 3};
    struct pool *pool;

    memcpy(out, argv[0], sizeof(size_t));
    if (pool_create_with(ops, &config, &pool))
        return 1;
    const enum pool_status status = trial_map(pool, meet, 3, 1, NULL);
    pool_destroy(pool);
    return (int)status;
}

static void tasks_may_have_pools_of_their_own(void **state)
{
    struct pool_task task = trial_task(nest);
    size_t out[2], *in = trial_numbers(2);
    struct pool_fault fault;

    (void)state;
    TRIAL_EACH_OWN(ops)
    {
        if (ops->workers_max < 3 || !(ops->capabilities & POOL_CAP_NEST))
            continue;
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
        task.context = &ops;
        task.context_size = sizeof ops;
        for (int round = 0; round < 30; round++) {
            gate_reset(&meeting, 6); /* both inner pools at once: all six workers */
            trial_ok(ops, pool_map(pool, &task, 2, in, out, 1, &fault), &fault);
            assert_int_equal(meeting.most, 6);
        }
        pool_destroy(pool);
    }
    free(in);
}

static void openmp_settings_are_put_back(void **state)
{
    (void)state;
    omp_set_dynamic(1);
    const int levels = omp_get_max_active_levels();
    for (int threads = 1; threads <= 4; threads++) {
        const struct pool_config config = {.workers = (size_t)threads};
        struct pool *pool;
        assert_int_equal(pool_create("omp_static", &config, &pool), POOL_OK);
        gate_reset(&meeting, (size_t)threads);
        assert_int_equal(trial_map(pool, meet, (size_t)threads, 0, NULL), POOL_OK);
        pool_destroy(pool);
        assert_int_equal(omp_get_dynamic(), 1);
        assert_int_equal(omp_get_max_active_levels(), levels);
    }
    omp_set_dynamic(0);
}

static pthread_t ran_by[64];

static int sign(const void *const argv[], void *out, const void *context)
{
    ran_by[trial_number(argv[0])] = pthread_self();
    if (trial_number(argv[0]) % 16 == 0)
        gate_pass(&meeting); /* claims 0..15 and 16..31 are two threads' */
    return trial_echo(argv, out, context);
}

static void omp_dynamic_claims_as_its_option_says(void **state)
{
    const struct pool_config config = {.workers = 2, .options = "chunk=16"};
    struct pool *pool;

    (void)state;
    assert_int_equal(pool_create("omp_dynamic", &config, &pool), POOL_OK);
    for (int round = 0; round < 100; round++) {
        gate_reset(&meeting, 2);
        assert_int_equal(trial_map(pool, sign, 32, 0, NULL), POOL_OK);
        for (size_t i = 0; i < 32; i++)
            assert_true(pthread_equal(ran_by[i], ran_by[i / 16 * 16]));
    }
    pool_destroy(pool);
}

enum { SHARED_OUT = 64 };

static uint32_t last_ran, round_now;

/* A thread's first item meets that of the other; the one that claimed later then stays until the last item has run. */
static int stay(const void *const argv[], void *out, const void *context)
{
    static _Thread_local uint32_t round_seen;
    const size_t item = trial_number(argv[0]);

    ran_by[item] = pthread_self();
    if (item == SHARED_OUT - 1)
        __atomic_store_n(&last_ran, 1, __ATOMIC_RELEASE);
    if (round_seen != round_now) {
        round_seen = round_now;
        gate_pass(&meeting);
        while (item && !__atomic_load_n(&last_ran, __ATOMIC_ACQUIRE))
            sched_yield();
    }
    return trial_echo(argv, out, context);
}

static void omp_guided_claims_much_first_and_leaves_the_end(void **state)
{
    const struct pool_config config = {.workers = 2};
    struct pool *pool;

    (void)state;
    assert_int_equal(pool_create("omp_guided", &config, &pool), POOL_OK);
    for (round_now = 1; round_now <= 100; round_now++) {
        gate_reset(&meeting, 2);
        last_ran = 0;
        assert_int_equal(trial_map(pool, stay, SHARED_OUT, 0, NULL), POOL_OK);
        for (size_t i = 0; i < SHARED_OUT / 8; i++)
            assert_true(pthread_equal(ran_by[i], ran_by[0]));
    }
    pool_destroy(pool);
}

static size_t items_run;

static int count_item(const void *const argv[], void *out, const void *context)
{
    __atomic_add_fetch(&items_run, 1, __ATOMIC_RELAXED);
    return trial_echo(argv, out, context);
}

/* Worker 0 fails, after it has given the others every chance to go ahead. */
static int fail_late(void *arg, size_t worker)
{
    (void)arg;
    for (int i = 0; worker == 0 && i < 300; i++)
        sched_yield();
    return worker == 0;
}

static void no_item_runs_unless_the_whole_team_has_begun(void **state)
{
    static const char *const names[] = {"omp_static", "omp_dynamic", "omp_guided", "omp_task"};

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        const struct pool_config config = {.workers = 3, .initializer = fail_late};
        struct pool *pool;
        assert_int_equal(pool_create(names[i % 4], &config, &pool), POOL_OK);
        assert_int_equal(trial_map(pool, count_item, 50, 1, NULL), POOL_EBROKEN);
        assert_int_equal(items_run, 0);
        pool_destroy(pool);
    }
}

/* Run in a process of its own, with OMP_THREAD_LIMIT=2. The number of the step that failed, or 0. */
static int within_thread_limit(void)
{
    struct pool_fault fault;
    struct pool_config config = {.workers = 3, .fault = &fault};
    struct pool *pool;
    int failed = 0;

    if (pool_create("omp_static", &config, &pool) != POOL_EINVAL || !strstr(fault.text, "OMP_THREAD_LIMIT"))
        return 1;
    config.workers = 2;
    if (pool_create("omp_static", &config, &pool) || trial_map(pool, trial_echo, 100, 0, &fault))
        return 2;
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(2) reduction(+ : failed)
    {
        size_t in[2] = {0, 1}, out[2];
        const struct pool_task task = trial_task(trial_echo);
        struct pool_fault short_of;
        failed += pool_map(pool, &task, 2, in, out, 0, &short_of) != POOL_EOS || short_of.os_errno != EAGAIN;
    }
    pool_destroy(pool);
    return failed ? 3 : 0;
}

static void a_team_that_is_too_small_is_an_error(void **state)
{
    int status;

    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setenv("OMP_THREAD_LIMIT", "2", 1);
        execl("/proc/self/exe", "test_omp", "within_thread_limit", (char *)NULL);
        _exit(99);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_may_have_pools_of_their_own),
        cmocka_unit_test(openmp_settings_are_put_back),
        cmocka_unit_test(omp_dynamic_claims_as_its_option_says),
        cmocka_unit_test(omp_guided_claims_much_first_and_leaves_the_end),
        cmocka_unit_test(no_item_runs_unless_the_whole_team_has_begun),
        cmocka_unit_test(a_team_that_is_too_small_is_an_error),
    };

    alarm(TRIAL_SECONDS);
    if (argc > 1 && strcmp(argv[1], "within_thread_limit") == 0)
        return within_thread_limit();
    return cmocka_run_group_tests_name("omp", tests, NULL, NULL);
}
