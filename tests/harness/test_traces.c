/* What the stamps of a call say about its workers, on calls made up by hand. */
#include "pure/traces.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static struct trace_shape shape_of(struct trace_item *items, size_t count, size_t workers)
{
    struct trace_shape shape;

    assert_true(trace_shape_of(items, count, workers, 1000, &shape));
    return shape;
}

static void equal_workers_have_equal_shares(void **state)
{
    struct trace_item items[] = {{1100, 1199, 7, 0}, {1110, 1209, 8, 0}, {1200, 1299, 7, 0}, {1210, 1309, 8, 0}};

    (void)state;
    const struct trace_shape shape = shape_of(items, COUNT(items), 2);
    assert_true(fabs(shape.share_max - 1) <= 1e-9);
    assert_int_equal(shape.start_lag_ns, 110);
    assert_int_equal(shape.straggler_ns, 5);
}

static void one_worker_of_three_does_most(void **state)
{
    /* 600, 200 and nothing: a third of 800 would be fair */
    struct trace_item items[] = {{1000, 1599, 1, 0}, {1400, 1599, 2, 0}};

    (void)state;
    const struct trace_shape shape = shape_of(items, COUNT(items), 3);
    assert_true(fabs(shape.share_max - 600 * 3 / 800.0) <= 1e-9);
    assert_int_equal(shape.start_lag_ns, 400);
    assert_int_equal(shape.straggler_ns, 0);
}

static void order_of_items_does_not_matter(void **state)
{
    struct trace_item items[] = {{1500, 1999, 1, 0}, {1000, 1499, 1, 0}, {1000, 1199, 2, 0}};

    (void)state;
    const struct trace_shape shape = shape_of(items, COUNT(items), 2);
    assert_true(fabs(shape.share_max - 1000 * 2 / 1200.0) <= 1e-9);
    assert_int_equal(shape.start_lag_ns, 0);
    assert_int_equal(shape.straggler_ns, 400);
}

/* Every item has a worker of its own, two at a time: they follow each other on two seats. */
static void fresh_workers_are_taken_by_their_times(void **state)
{
    struct trace_item items[] = {{1010, 1109, 1, 0}, {1020, 1119, 2, 0}, {1120, 1219, 3, 0}, {1130, 1229, 4, 0}};

    (void)state;
    const struct trace_shape shape = shape_of(items, COUNT(items), 2);
    assert_true(fabs(shape.share_max - 1) <= 1e-9);
    assert_int_equal(shape.start_lag_ns, 20);
    assert_int_equal(shape.straggler_ns, 5);
}

static void no_items_have_no_shape(void **state)
{
    (void)state;
    const struct trace_shape shape = shape_of(NULL, 0, 2);
    assert_true(fabs(shape.share_max - 0) <= 1e-9);
    assert_int_equal(shape.straggler_ns, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_workers_have_equal_shares),        cmocka_unit_test(one_worker_of_three_does_most),
        cmocka_unit_test(order_of_items_does_not_matter),         cmocka_unit_test(no_items_have_no_shape),
        cmocka_unit_test(fresh_workers_are_taken_by_their_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
