/* Names on the command line, and plugins: what is taken, and what the refusals say. */
#include "command/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int open_catalogue(void **state)
{
    static struct catalogue c;
    char why[WHY_SIZE];

    *state = &c;
    return catalogue_open(&c, why) ? 0 : -1;
}

static int close_catalogue(void **state)
{
    catalogue_close(*state);
    return 0;
}

static void expect_refusal(const char *why, const char *part)
{
    if (!strstr(why, part))
        fail_msg("'%s' does not say '%s'", why, part);
}

static void test_all_is_what_the_build_has(void **state)
{
    const struct catalogue *c = *state;
    struct chosen_strategy *s;
    struct chosen_workload *w;
    size_t strategies, loads, present = 0;
    char why[WHY_SIZE];

    assert_true(catalogue_choose_strategies(c, NULL, &s, &strategies, why));
    assert_true(catalogue_choose_workloads(c, "all", &w, &loads, why));
    assert_true(strategies > 0);
    assert_string_equal(s[0].ops->name, "serial");
    for (size_t i = 0; c->workloads[i]; i++)
        present += !c->workloads[i]->absent;
    assert_int_equal(loads, present);
    catalogue_free_strategies(s, strategies);
    catalogue_free_workloads(w, loads);
}

static void test_lists_with_options(void **state)
{
    struct chosen_workload *w;
    size_t count;
    char why[WHY_SIZE];

    assert_true(catalogue_choose_workloads(
        *state, "spin,fail_at:at=3,every=5,nothing,skew:dist=fixed,skew:dist=uniform", &w, &count, why));
    assert_int_equal(count, 5);
    assert_string_equal(w[0].workload->name, "spin");
    assert_null(w[0].options);
    assert_string_equal(w[1].workload->name, "fail_at");
    assert_string_equal(w[1].options, "at=3,every=5");
    assert_string_equal(w[2].workload->name, "nothing");
    assert_string_equal(w[4].options, "dist=uniform");
    catalogue_free_workloads(w, count);
}

static void test_bad_workload_lists(void **state)
{
    static const char *const bad[][2] = {
        {"spni", "did you mean 'spin'?"},
        {"mandelbort", "did you mean 'mandelbrot'?"},
        {"xyzzy", "poolbench list shows them"},
        {"", "an empty name"},
        {"spin,", "an empty name"},
        {",spin", "an empty name"},
        {"spin,,pow", "an empty name"},
        {"spin:", "a colon without options"},
        {"dist=fixed", "options follow a name and a colon"},
        {"skew,dist=fixed", "options follow a name and a colon"},
        {"skew:dist=blue", "option dist is one of fixed, uniform, bimodal, pareto"},
        {"skew:colour=blue", "there is no option 'colour'"},
        {"spin:dist=fixed", "there is no option 'dist'"},
        {"fail_at:at=-1", "option at is a whole number"},
        {"spin,pow,spin", "in the list twice"},
        {"all,spin", "there is no workload 'all'"},
        {"Spin", "did you mean 'spin'?"},
    };
    struct chosen_workload *w = NULL;
    size_t count;
    char why[WHY_SIZE];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (catalogue_choose_workloads(*state, bad[i][0], &w, &count, why))
            fail_msg("'%s' was taken", bad[i][0]);
        assert_null(w);
        assert_int_equal(count, 0);
        expect_refusal(why, bad[i][1]);
    }
}

static void test_very_long_names(void **state)
{
    char text[5000], why[WHY_SIZE];
    struct chosen_strategy *s;
    size_t count;

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_false(catalogue_choose_strategies(*state, text, &s, &count, why));
    expect_refusal(why, "there is no strategy 'xxx");
    text[7] = ':';
    assert_false(catalogue_choose_strategies(*state, text, &s, &count, why));
}

/* Its tasks reach this program's pool_sleep: with one of their own none would give way, and the first would not end. */
static void run_on_fiber(const struct workload *w)
{
    const struct workload_spec spec = {.count = 2};
    struct workload_run run;
    struct pool *pool;
    char why[WORKLOAD_WHY], items[2] = {0}, out[2] = {0};

    assert_int_equal(w->prepare(&spec, &run, why), 0);
    assert_int_equal(pool_create("fiber", NULL, &pool), POOL_OK);
    assert_int_equal(pool_map(pool, &run.task, 2, items, out, 0, NULL), POOL_OK);
    assert_true(out[0] == 1 && out[1] == 1);
    pool_destroy(pool);
}

static void test_plugin_is_added(void **state)
{
    struct catalogue *c = *state;
    struct chosen_strategy *s;
    struct chosen_workload *w;
    struct pool *pool;
    size_t count;
    char why[WHY_SIZE] = "";

    if (!catalogue_add_plugin(c, PLUGINS "good.so", why))
        fail_msg("%s", why);
    assert_true(catalogue_choose_workloads(c, "loaded,nothing", &w, &count, why));
    assert_int_equal(count, 2);
    run_on_fiber(w[0].workload);
    catalogue_free_workloads(w, count);
    assert_true(catalogue_choose_strategies(c, "plugged:grain=4", &s, &count, why));
    assert_int_equal(pool_create_with(s[0].ops, NULL, &pool), POOL_OK);
    pool_destroy(pool);
    catalogue_free_strategies(s, count);
    assert_false(catalogue_choose_strategies(c, "plugged:grain=10", &s, &count, why));
    expect_refusal(why, "option grain of plugged: '10' is not a whole number from 1 to 9");
    assert_false(catalogue_choose_strategies(c, "plugged:grian=4", &s, &count, why));
    expect_refusal(why, "did you mean 'grain'?");
    assert_false(catalogue_choose_strategies(c, "plugged:grain", &s, &count, why));
    assert_false(catalogue_add_plugin(c, PLUGINS "good.so", why));
    expect_refusal(why, "the name plugged is taken already");
}

static void test_absent_is_known_but_not_chosen(void **state)
{
    struct catalogue *c = *state;
    struct chosen_strategy *s;
    size_t count, before;
    char why[WHY_SIZE] = "";

    assert_true(catalogue_choose_strategies(c, NULL, &s, &before, why));
    catalogue_free_strategies(s, before);
    if (!catalogue_add_plugin(c, PLUGINS "absent.so", why))
        fail_msg("%s", why);
    assert_true(catalogue_choose_strategies(c, NULL, &s, &count, why));
    assert_int_equal(count, before);
    catalogue_free_strategies(s, count);
    assert_false(catalogue_choose_strategies(c, "serial,plugged:grain=3", &s, &count, why));
    expect_refusal(why, "strategy plugged is not in this build: it is not there");
    assert_true(catalogue_lacks(c, "serial,plugged:grain=3"));
    assert_true(catalogue_lacks(c, "plugged"));
    assert_false(catalogue_lacks(c, "plug,plugged_in,a:b=plugged"));
    assert_false(catalogue_lacks(c, NULL));
}

static void test_bad_plugins(void **state)
{
    static const char *const bad[][2] = {
        {PLUGINS "missing.so", "cannot load the plugin"},
        {NOT_A_PLUGIN, "cannot load the plugin"},
        {"no_slash_and_not_there", "cannot load the plugin: ./no_slash"},
        {PLUGINS "no_tables.so", "exports neither"},
        {PLUGINS "crashes.so", "crashes when it is loaded: signal 6"},
        {PLUGINS "exits.so", "ends the process that loads it, with code 0"},
        {PLUGINS "strategy_abi.so", "strategy 0 was built for version 99"},
        {PLUGINS "strategy_name.so", "name of strategy 0 is not"},
        {PLUGINS "strategy_taken.so", "the name serial is taken"},
        {PLUGINS "strategy_twice.so", "the name plugged is taken"},
        {PLUGINS "strategy_no_create.so", "strategy plugged has no create hook"},
        {PLUGINS "strategy_no_run.so", "strategy plugged has no run or submit hook"},
        {PLUGINS "strategy_no_workers.so", "strategy plugged has no workers_max"},
        {PLUGINS "strategy_no_alloc.so", "strategy plugged has no alloc and free"},
        {PLUGINS "strategy_option.so", "option 0 of plugged"},
        {PLUGINS "workload_abi.so", "workload 0 was built for version 99"},
        {PLUGINS "workload_name.so", "name of workload 0 is not"},
        {PLUGINS "workload_taken.so", "the name nothing is taken"},
        {PLUGINS "workload_no_check.so", "workload loaded has no check hook"},
    };
    struct catalogue *c = *state;
    const struct pool_ops **before = c->strategies;
    char why[WHY_SIZE];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (catalogue_add_plugin(c, bad[i][0], why))
            fail_msg("%s was taken", bad[i][0]);
        expect_refusal(why, bad[i][1]);
        assert_ptr_equal(c->strategies, before);
        assert_int_equal(c->plugin_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_is_what_the_build_has, open_catalogue, close_catalogue),
        cmocka_unit_test_setup_teardown(test_lists_with_options, open_catalogue, close_catalogue),
        cmocka_unit_test_setup_teardown(test_bad_workload_lists, open_catalogue, close_catalogue),
        cmocka_unit_test_setup_teardown(test_very_long_names, open_catalogue, close_catalogue),
        cmocka_unit_test_setup_teardown(test_plugin_is_added, open_catalogue, close_catalogue),
        cmocka_unit_test_setup_teardown(test_absent_is_known_but_not_chosen, open_catalogue, close_catalogue),
        cmocka_unit_test_setup_teardown(test_bad_plugins, open_catalogue, close_catalogue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
