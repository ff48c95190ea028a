/* plan.json: written, read back, and refused where it is foreign. */
#include "plan_fixture.h"

static void json_comes_back_the_same(void **state)
{
    const struct plan_request r = request();
    struct plan a, b;
    char why[WHY_SIZE];

    (void)state;
    make(&r, &a);
    a.strategies[1].own_wait = true;
    char *one = text_of(&a);
    json_t *j = json_loads(one, 0, NULL);
    assert_true(plan_from_json(j, &b, why));
    char *two = text_of(&b);
    assert_string_equal(one, two);
    assert_string_equal(b.strategies[2].options, "chunk=16,x=2");
    assert_true(b.strategies[1].own_wait && !b.strategies[2].own_wait);
    json_decref(j);
    free(one);
    free(two);
    plan_free(&a);
    plan_free(&b);
}

/* Change one thing of a good plan: it must be refused with a sentence. */
static void refuse(void (*spoil)(json_t *), const char *expected)
{
    const struct plan_request r = request();
    struct plan p;
    char why[WHY_SIZE] = "";

    make(&r, &p);
    json_t *j = plan_to_json(&p);
    plan_free(&p);
    spoil(j);
    assert_false(plan_from_json(j, &p, why));
    assert_non_null(strstr(why, expected));
    json_decref(j);
}

static void spoil_format(json_t *j)
{
    json_object_set_new(j, "format", json_integer(99));
}
static void spoil_metric(json_t *j)
{
    json_array_set_new(json_object_get(j, "metrics"), 0, json_string("magic"));
}
static void spoil_launches(json_t *j)
{
    json_object_set_new(j, "launches", json_integer(1000000));
}
static void spoil_workers(json_t *j)
{
    json_object_set_new(json_array_get(json_object_get(j, "cells"), 0), "workers", json_integer(0));
}
static void spoil_strategy(json_t *j)
{
    json_object_set_new(json_array_get(json_object_get(j, "cells"), 0), "strategy", json_integer(3));
}
static void spoil_order(json_t *j)
{
    json_t *row = json_array_get(json_object_get(j, "order"), 0);
    json_array_set(row, 0, json_array_get(row, 1));
}
static void spoil_rows(json_t *j)
{
    json_array_remove(json_object_get(j, "order"), 0);
}
static void spoil_name(json_t *j)
{
    json_object_set_new(json_array_get(json_object_get(j, "strategies"), 0), "name", json_string("a\nb"));
}
static void spoil_bind(json_t *j)
{
    json_object_set_new(j, "bind", json_string("tight"));
}
static void spoil_group(json_t *j)
{
    json_t *cells = json_object_get(j, "cells");
    const size_t last = json_array_size(cells) - 1;
    for (size_t i = 0; i <= last; i++) /* the one before the last has no cell */
        json_object_set_new(json_array_get(cells, i), "group", json_integer((json_int_t)(i < last - 1 ? i : last)));
}
static void spoil_groups(json_t *j)
{
    for (size_t i = 0; i < json_array_size(json_object_get(j, "cells")); i++)
        json_object_set_new(json_array_get(json_object_get(j, "cells"), i), "group", json_integer(0));
}
static void spoil_count(json_t *j)
{
    json_array_set_new(json_object_get(j, "metrics"), 0, json_string("latency")); /* its calls have an item a worker */
}
static void spoil_reduced(json_t *j)
{
    json_object_set_new(j, "reduced", json_string("\033[2J"));
}
static void spoil_all(json_t *j)
{
    json_object_clear(j);
}

static void foreign_plans_are_refused(void **state)
{
    (void)state;
    refuse(spoil_format, "this plan has format 99, this poolbench reads format 3");
    refuse(spoil_metric, "no metric 'magic'");
    refuse(spoil_launches, "launches");
    refuse(spoil_workers, "workers");
    refuse(spoil_strategy, "strategy");
    refuse(spoil_order, "order");
    refuse(spoil_rows, "order");
    refuse(spoil_name, "name");
    refuse(spoil_bind, "bind");
    refuse(spoil_group, "group");
    refuse(spoil_groups, "group");
    refuse(spoil_count, "'count' is not a number from 1");
    refuse(spoil_reduced, "reduced");
    refuse(spoil_all, "format");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_comes_back_the_same),
        cmocka_unit_test(foreign_plans_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
