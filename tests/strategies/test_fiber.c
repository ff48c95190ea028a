/* Tasks that sleep give way on one thread; elsewhere they sleep as threads and processes do. */
#define _GNU_SOURCE
#include "futex.h"
#include "trial.h"

#include <sys/time.h>
#include <sys/wait.h>

enum { MS = 1000000 };

/* What the tasks of a test share. All run on one thread, so plain numbers do, but for those that the test reads too. */
static size_t inside, most_inside, begun, ended, canceled, expected;

static void start_over(size_t count)
{
    alarm(TRIAL_SECONDS);
    inside = most_inside = begun = ended = canceled = 0;
    expected = count;
}

static struct pool *fiber_pool(const char *options)
{
    const struct pool_config config = {.options = options};
    struct pool *pool;

    assert_int_equal(pool_create("fiber", &config, &pool), POOL_OK);
    return pool;
}

static void come_in(void)
{
    inside++;
    if (inside > most_inside)
        most_inside = inside;
    __atomic_add_fetch(&begun, 1, __ATOMIC_RELEASE);
}

/* Stays until all have come: so many at once, or the alarm. */
static int meet(const void *const argv[], void *out, const void *context)
{
    come_in();
    while (begun < expected)
        if (pool_sleep(MS))
            return 9;
    inside--;
    return trial_echo(argv, out, context);
}

static int nap(const void *const argv[], void *out, const void *context)
{
    come_in();
    const enum pool_status status = pool_sleep(MS);
    inside--;
    return status ? (int)status : trial_echo(argv, out, context);
}

static void test_sleepers_give_way(void **state)
{
    struct pool *pool = fiber_pool(NULL);

    (void)state;
    for (int round = 0; round < 3; round++) {
        start_over(500);
        assert_int_equal(trial_map(pool, meet, 500, 0, NULL), POOL_OK);
        assert_int_equal(most_inside, 500);
        assert_int_equal(inside, 0);
    }
    pool_destroy(pool);
}

static void test_no_more_than_asked_for_begin(void **state)
{
    struct pool *pool = fiber_pool("inflight=3,stack=32");

    (void)state;
    start_over(20);
    assert_int_equal(trial_map(pool, nap, 20, 0, NULL), POOL_OK);
    assert_int_equal(most_inside, 3);
    pool_destroy(pool);
}

static void test_a_chunk_is_one_task(void **state)
{
    struct pool *pool = fiber_pool(NULL);

    (void)state;
    start_over(20);
    assert_int_equal(trial_map(pool, nap, 20, 5, NULL), POOL_OK);
    assert_int_equal(most_inside, 4);
    pool_destroy(pool);
}

static int note_thread(const void *const argv[], void *out, const void *context)
{
    const size_t tid = (size_t)gettid();

    (void)argv;
    (void)context;
    memcpy(out, &tid, sizeof tid);
    return (int)pool_sleep(trial_number(argv[0]) % 3 * MS);
}

static void test_there_is_one_thread_and_not_the_callers(void **state)
{
    const struct pool_task task = trial_task(note_thread);
    size_t *in = trial_numbers(50), out[50];
    struct pool *pool = fiber_pool(NULL);

    (void)state;
    assert_int_equal(pool_map(pool, &task, 50, in, out, 0, NULL), POOL_OK);
    assert_int_not_equal(out[0], gettid());
    for (size_t i = 1; i < 50; i++)
        assert_int_equal(out[i], out[0]);
    pool_destroy(pool);
    free(in);
}

static int sleep_for_ever(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    come_in();
    canceled += pool_sleep(UINT64_MAX) == POOL_ECANCELED;
    canceled += pool_sleep(UINT64_MAX) == POOL_ECANCELED;
    ended++;
    return 0;
}

static void test_terminate_wakes_sleepers(void **state)
{
    const struct pool_task task = trial_task(sleep_for_ever);
    size_t *in = trial_numbers(100), out[100];
    struct pool *pool = fiber_pool("inflight=60");
    struct pool_handle *handle;

    (void)state;
    start_over(60);
    assert_int_equal(pool_map_async(pool, &task, 100, in, out, 0, NULL, &handle), POOL_OK);
    while (__atomic_load_n(&begun, __ATOMIC_ACQUIRE) < 60)
        pool_sleep(MS);
    assert_int_equal(pool_terminate(pool), POOL_OK);
    assert_int_equal(pool_handle_get(handle, POOL_FOREVER, NULL), POOL_ECANCELED);
    assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
    assert_int_equal(ended, 60);
    assert_int_equal(canceled, 120);
    pool_handle_free(handle);
    pool_destroy(pool);
    free(in);
}

/* Item 0 only goes on when a later one has run; and it does so before many have. */
static int take_turns(const void *const argv[], void *out, const void *context)
{
    const size_t item = trial_number(argv[0]);

    begun++;
    while (item == 0 && begun < 2)
        pool_sleep(0);
    if (item == 0)
        ended = begun;
    return trial_echo(argv, out, context);
}

static void test_sleepers_and_new_tasks_take_turns(void **state)
{
    struct pool *pool = fiber_pool(NULL);

    (void)state;
    start_over(0);
    assert_int_equal(trial_map(pool, take_turns, 1000, 0, NULL), POOL_OK);
    assert_in_range(ended, 2, 3);
    pool_destroy(pool);
}

/* A wait for the own pool is seen after a sleep too, when others have run; one for another pool is none. */
static int wait_for_pools(const void *const argv[], void *out, const void *context)
{
    struct pool *const *pools = context;

    if (pool_sleep(MS) || trial_map(pools[0], trial_echo, 3, 0, NULL) != POOL_EDEADLK)
        return 1;
    if (trial_map(pools[1], nap, 3, 0, NULL) || pool_sleep(MS))
        return 2;
    return trial_map(pools[0], trial_echo, 3, 0, NULL) == POOL_EDEADLK ? trial_echo(argv, out, context) : 3;
}

static void test_waiting_for_pools(void **state)
{
    struct pool *pools[2] = {fiber_pool(NULL)};
    struct pool_task task = trial_task(wait_for_pools);
    size_t *in = trial_numbers(20), out[20];

    (void)state;
    start_over(0);
    assert_int_equal(pool_create("serial", NULL, &pools[1]), POOL_OK);
    task.context = pools;
    task.context_size = sizeof pools;
    assert_int_equal(pool_map(pools[0], &task, 20, in, out, 0, NULL), POOL_OK);
    assert_memory_equal(in, out, sizeof out);
    pool_destroy(pools[0]);
    pool_destroy(pools[1]);
    free(in);
}

/* The child of a task has the loop's memory, but must not run its tasks. */
static int fork_and_sleep(const void *const argv[], void *out, const void *context)
{
    int status = -1;

    come_in();
    const size_t before = begun;
    const pid_t child = fork();
    if (child == 0)
        _exit(pool_sleep(MS) || begun != before);
    if (child < 0 || waitpid(child, &status, 0) != child || status)
        return 1;
    return trial_echo(argv, out, context);
}

static void test_a_forked_child_sleeps_alone(void **state)
{
    struct pool *pool = fiber_pool(NULL);

    (void)state;
    start_over(0);
    assert_int_equal(trial_map(pool, fork_and_sleep, 10, 0, NULL), POOL_OK);
    pool_destroy(pool);
}

static int nap_timed(const void *const argv[], void *out, const void *context)
{
    const int64_t start = futex_now_ns();

    if (pool_sleep(5 * MS) || futex_now_ns() - start < 5 * MS)
        return 1;
    return trial_echo(argv, out, context);
}

static void ignore(int signal)
{
    (void)signal;
}

/* Never less than asked for: in no strategy, outside of tasks, under a timer's signals. */
static void test_sleep_lasts(void **state)
{
    const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    const struct sigaction interrupt = {.sa_handler = ignore};
    size_t number = 1, out;

    (void)state;
    alarm(TRIAL_SECONDS);
    assert_int_equal(sigaction(SIGALRM, &interrupt, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    assert_int_equal(nap_timed((const void *[]){&number}, &out, NULL), 0);
    for (size_t i = 0; pool_strategies[i]; i++) {
        struct pool *pool;
        if (pool_strategies[i]->absent)
            continue;
        assert_int_equal(pool_create_with(pool_strategies[i], NULL, &pool), POOL_OK);
        assert_int_equal(trial_map(pool, nap_timed, 4, 0, NULL), POOL_OK);
        pool_destroy(pool);
    }
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sleepers_give_way),
        cmocka_unit_test(test_no_more_than_asked_for_begin),
        cmocka_unit_test(test_a_chunk_is_one_task),
        cmocka_unit_test(test_there_is_one_thread_and_not_the_callers),
        cmocka_unit_test(test_terminate_wakes_sleepers),
        cmocka_unit_test(test_sleepers_and_new_tasks_take_turns),
        cmocka_unit_test(test_waiting_for_pools),
        cmocka_unit_test(test_a_forked_child_sleeps_alone),
        cmocka_unit_test(test_sleep_lasts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
