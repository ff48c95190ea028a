/* The verbs: what they refuse, what they report. */
#define _GNU_SOURCE
#include "fake.h"

#include <errno.h>

/* The call must be refused with a sentence, and no item run. */
static void refuses_work(const struct pool_task *task, size_t count, const void *const *columns, void *out,
                         int os_errno)
{
    struct pool *pool = new_fake(2);
    struct pool_fault fault = {.status = POOL_OK};

    assert_int_equal(pool_starmap(pool, task, count, columns, out, 0, &fault), POOL_EINVAL);
    assert_int_equal(fault.status, POOL_EINVAL);
    assert_int_equal(fault.os_errno, os_errno);
    assert_true(fault.index == POOL_NO_ITEM);
    assert_true(fault.text[0] != '\0');
    assert_int_equal(pool_starmap(pool, task, count, columns, out, 0, NULL), POOL_EINVAL);
    assert_int_equal(fake.runs, 0);
    pool_destroy(pool);
}

static void work_without_a_task_or_arrays_is_refused(void **state)
{
    int in[4] = {0}, out[4];
    const void *const columns[POOL_ARGS_MAX] = {in};
    struct pool_task task = task_twice();

    (void)state;
    refuses_work(NULL, 4, columns, out, 0);
    task.call = NULL;
    refuses_work(&task, 4, columns, out, 0);
    task = task_twice();
    refuses_work(&task, 4, NULL, out, 0);
    refuses_work(&task, 4, columns, NULL, 0);
    refuses_work(&task, 4, columns + 1, out, 0);
    task.nargs = 2;
    task.arg_size[1] = 1;
    refuses_work(&task, 4, columns, out, 0);
}

static void tasks_that_make_no_sense_are_refused(void **state)
{
    int in[4] = {0}, out[4];
    const void *const columns[POOL_ARGS_MAX + 1] = {in, in, in, in, in, in, in, in, in};
    struct pool_task task = task_twice();

    (void)state;
    task.nargs = 0;
    refuses_work(&task, 4, columns, out, 0);
    task.nargs = POOL_ARGS_MAX + 1;
    refuses_work(&task, 4, columns, out, 0);
    task.nargs = SIZE_MAX;
    refuses_work(&task, 0, columns, out, 0);
    task = task_twice();
    task.out_size = 0;
    refuses_work(&task, 4, columns, out, 0);
    task = task_twice();
    task.context = in;
    refuses_work(&task, 4, columns, out, 0);
    task = task_twice();
    task.context_size = 1;
    refuses_work(&task, 4, columns, out, 0);
}

static void sizes_that_overflow_are_refused(void **state)
{
    int in[4] = {0}, out[4];
    const void *const columns[] = {in, in};
    struct pool_task task = task_twice();

    (void)state;
    refuses_work(&task, SIZE_MAX, columns, out, EOVERFLOW);
    refuses_work(&task, SIZE_MAX / sizeof(int) + 1, columns, out, EOVERFLOW);
    refuses_work(&task, (size_t)PTRDIFF_MAX / sizeof(int) + 1, columns, out, EOVERFLOW);
    task.arg_size[0] = SIZE_MAX;
    refuses_work(&task, 2, columns, out, EOVERFLOW);
    task = task_twice();
    task.nargs = 2;
    task.arg_size[1] = SIZE_MAX / 2;
    refuses_work(&task, 3, columns, out, EOVERFLOW);
}

static void map_takes_one_column(void **state)
{
    int in[1] = {0}, out[1];
    struct pool *pool = new_fake(1);
    struct pool_task task = task_twice();

    (void)state;
    task.nargs = 2;
    assert_int_equal(pool_map(pool, &task, 1, in, out, 0, NULL), POOL_EINVAL);
    assert_int_equal(pool_map(pool, NULL, 1, in, out, 0, NULL), POOL_EINVAL);
    assert_int_equal(pool_map(NULL, &task, 1, in, out, 0, NULL), POOL_EINVAL);
    pool_destroy(pool);
}

static void nothing_to_do_succeeds_at_once(void **state)
{
    static const size_t chunks[] = {0, 1, 7, SIZE_MAX};
    struct pool *pool = new_fake(3);
    struct pool_task task = task_twice();
    struct pool_fault fault;

    (void)state;
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        assert_int_equal(pool_map(pool, &task, 0, NULL, NULL, chunks[i], &fault), POOL_OK);
        assert_int_equal(fault.status, POOL_OK);
        assert_int_equal(pool_starmap(pool, &task, 0, NULL, NULL, chunks[i], NULL), POOL_OK);
    }
    assert_int_equal(fake.runs, 0);
    pool_destroy(pool);
}

static void the_lowest_failing_item_is_reported(void **state)
{
    int in[8] = {0}, out[8];
    struct pool *pool = new_fake(2);
    const struct pool_task task = task_twice();
    struct pool_fault fault;

    (void)state;
    memcpy(fake.order, (const size_t[]){6, 2, 7, 3}, 4 * sizeof *fake.order);
    fake.failures = 4;
    assert_int_equal(pool_map(pool, &task, 8, in, out, 0, &fault), POOL_ETASK);
    assert_int_equal(fault.status, POOL_ETASK);
    assert_int_equal(fault.index, 2);
    assert_int_equal(fault.code, 102);
    assert_int_equal(fault.failed, 4);
    assert_string_equal(fault.text, "item 2 failed with code 102");
    assert_int_equal(pool_map(pool, &task, 8, in, out, 0, NULL), POOL_ETASK);
    fake.failures = 0;
    assert_int_equal(pool_map(pool, &task, 8, in, out, 0, &fault), POOL_OK);
    assert_int_equal(fault.status, POOL_OK);
    assert_int_equal(fault.failed, 0);
    pool_destroy(pool);
}

static void a_batch_that_cannot_be_run_is_explained(void **state)
{
    int in[1] = {0}, out[1];
    struct pool *pool = new_fake(1);
    const struct pool_task task = task_twice();
    struct pool_fault fault;

    (void)state;
    fake.run = POOL_ENOMEM;
    assert_int_equal(pool_map(pool, &task, 1, in, out, 0, &fault), POOL_ENOMEM);
    assert_int_equal(fault.status, POOL_ENOMEM);
    assert_true(fault.index == POOL_NO_ITEM);
    assert_non_null(strstr(fault.text, "fake"));
    pool_destroy(pool);
}

static void a_broken_pool_says_why(void **state)
{
    int in[1] = {0}, out[1];
    struct pool *pool = new_fake(1);
    const struct pool_task task = task_twice();
    struct pool_fault fault;

    (void)state;
    fake.break_pool = true;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pool_map(pool, &task, 1, in, out, 0, &fault), POOL_EBROKEN);
        assert_int_equal(fault.status, POOL_EBROKEN);
        assert_int_equal(fault.code, 7);
        assert_string_equal(fault.text, "no worker stays alive");
    }
    assert_int_equal(fake.runs, 1);
    pool_destroy(pool);
}

static void every_status_has_words(void **state)
{
    (void)state;
    for (int status = POOL_OK; status <= POOL_ENOTSUP; status++)
        assert_string_not_equal(pool_status_text((enum pool_status)status), "unknown status");
    assert_string_equal(pool_status_text((enum pool_status)999), "unknown status");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(work_without_a_task_or_arrays_is_refused, fresh_fake),
        cmocka_unit_test_setup(tasks_that_make_no_sense_are_refused, fresh_fake),
        cmocka_unit_test_setup(sizes_that_overflow_are_refused, fresh_fake),
        cmocka_unit_test_setup(map_takes_one_column, fresh_fake),
        cmocka_unit_test_setup(nothing_to_do_succeeds_at_once, fresh_fake),
        cmocka_unit_test_setup(the_lowest_failing_item_is_reported, fresh_fake),
        cmocka_unit_test_setup(a_batch_that_cannot_be_run_is_explained, fresh_fake),
        cmocka_unit_test_setup(a_broken_pool_says_why, fresh_fake),
        cmocka_unit_test_setup(every_status_has_words, fresh_fake),
    };

    return cmocka_run_group_tests_name("front_work", tests, NULL, NULL);
}
