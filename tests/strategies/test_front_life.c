/* The life cycle: states, ends, and callers that must not use the pool. */
#define _GNU_SOURCE
#include "fake.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_closed_pool_takes_no_work(void **state)
{
    int in[1] = {1}, out[1];
    const void *const argv[] = {in};
    const struct pool_task task = task_twice();

    (void)state;
    for (int terminated = 0; terminated < 2; terminated++) {
        struct pool *pool = new_fake(1);
        struct pool_fault fault;
        assert_int_equal(terminated ? pool_terminate(pool) : pool_close(pool), POOL_OK);
        assert_int_equal(pool_map(pool, &task, 1, in, out, 0, &fault), POOL_ECLOSED);
        assert_int_equal(fault.status, POOL_ECLOSED);
        assert_int_equal(pool_map(pool, &task, 0, NULL, NULL, 0, NULL), POOL_ECLOSED);
        assert_int_equal(pool_starmap(pool, &task, 1, argv, out, 0, NULL), POOL_ECLOSED);
        assert_int_equal(pool_apply(pool, &task, argv, out, NULL), POOL_ECLOSED);
        assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
        assert_int_equal(pool_map(pool, &task, 0, NULL, NULL, 0, NULL), POOL_ECLOSED);
        assert_int_equal(fake.runs, 0);
        pool_destroy(pool);
    }
}

static void ends_may_be_repeated(void **state)
{
    struct pool *pool = new_fake(2);

    (void)state;
    assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_EINVAL);
    assert_int_equal(pool_join(pool, 0), POOL_EINVAL);
    assert_int_equal(fake.stops, 0);
    assert_int_equal(pool_close(pool), POOL_OK);
    assert_int_equal(pool_close(pool), POOL_OK);
    assert_int_equal(fake.terminates, 0);
    assert_int_equal(pool_terminate(pool), POOL_OK);
    assert_int_equal(pool_terminate(pool), POOL_OK);
    assert_int_equal(pool_close(pool), POOL_OK);
    assert_int_equal(pool->state, POOL_TERMINATED);
    assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
    assert_int_equal(pool_join(pool, -5), POOL_OK);
    const size_t terminates = fake.terminates;
    assert_int_equal(pool_terminate(pool), POOL_OK);
    assert_int_equal(pool_close(pool), POOL_OK);
    assert_int_equal(fake.terminates, terminates);
    assert_int_equal(fake.stops, 1);
    assert_int_equal(pool->state, POOL_JOINED);
    pool_destroy(pool);
    assert_int_equal(fake.destroys, 1);
    pool_destroy(NULL);
    assert_int_equal(pool_close(NULL), POOL_EINVAL);
    assert_int_equal(pool_terminate(NULL), POOL_EINVAL);
    assert_int_equal(pool_join(NULL, 0), POOL_EINVAL);
}

/* A task that uses the pool which runs it. */
static struct {
    struct pool *pool;
    enum pool_status map, empty, join;
} selfish;

static int use_own_pool(const void *const argv[], void *out, const void *context)
{
    const struct pool_task task = task_twice();
    int result;

    (void)context;
    (void)out;
    selfish.map = pool_map(selfish.pool, &task, 1, argv[0], &result, 0, NULL);
    selfish.empty = pool_map(selfish.pool, &task, 0, NULL, NULL, 0, NULL);
    selfish.join = pool_join(selfish.pool, POOL_FOREVER);
    pool_destroy(selfish.pool);
    return 0;
}

static void a_task_must_not_wait_for_its_own_pool(void **state)
{
    int in[1] = {0}, out[1];
    const struct pool_task task = {
        .name = "selfish", .call = use_own_pool, .nargs = 1, .arg_size = {sizeof(int)}, .out_size = sizeof(int)};

    (void)state;
    for (size_t i = 0; pool_strategies[i]; i++) {
        if (pool_strategies[i]->absent || pool_strategies[i]->capabilities & POOL_CAP_PROCS)
            continue; /* in a worker process the pool belongs to somebody else */
        assert_int_equal(pool_create_with(pool_strategies[i], NULL, &selfish.pool), POOL_OK);
        /* the destroy inside can but terminate */
        assert_int_equal(pool_map(selfish.pool, &task, 1, in, out, 0, NULL), POOL_ECANCELED);
        assert_int_equal(selfish.map, POOL_EDEADLK);
        assert_int_equal(selfish.empty, POOL_EDEADLK);
        assert_int_equal(selfish.join, POOL_EDEADLK);
        pool_destroy(selfish.pool);
    }
}

/* In a forked child every use must be refused, and none touch the parent's workers. */
static int misuse_in_child(struct pool *pool)
{
    const struct pool_task task = task_twice();
    struct pool_fault fault;
    int in[1] = {1}, out[1];

    if (pool_map(pool, &task, 1, in, out, 0, &fault) != POOL_EINVAL || fault.os_errno != EPERM)
        return 1;
    if (pool_close(pool) != POOL_EINVAL || pool_terminate(pool) != POOL_EINVAL)
        return 2;
    if (pool_join(pool, POOL_FOREVER) != POOL_EINVAL || pool_alloc(pool, 8))
        return 3;
    pool_destroy(pool);
    return 0;
}

static void a_forked_child_cannot_use_the_pool(void **state)
{
    const struct pool_config config = {.workers = 2};
    const struct pool_task task = task_twice();
    struct pool *pool;
    int in[1] = {21}, out[1] = {0}, status;

    (void)state;
    assert_int_equal(pool_create("pthread_queue", &config, &pool), POOL_OK);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(misuse_in_child(pool));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(pool_map(pool, &task, 1, in, out, 0, NULL), POOL_OK);
    assert_int_equal(out[0], 42);
    pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_closed_pool_takes_no_work, fresh_fake),
        cmocka_unit_test_setup(ends_may_be_repeated, fresh_fake),
        cmocka_unit_test_setup(a_task_must_not_wait_for_its_own_pool, fresh_fake),
        cmocka_unit_test_setup(a_forked_child_cannot_use_the_pool, fresh_fake),
    };

    return cmocka_run_group_tests_name("front_life", tests, NULL, NULL);
}
