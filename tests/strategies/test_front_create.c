/* pool_create: what it refuses, copies and resolves. */
#define _GNU_SOURCE
#include "fake.h"

extern const struct pool_ops strategy_skeleton;

/* Creation must fail with this status and a sentence, give no pool, and start nothing. */
static void refuses(const struct pool_ops *ops, struct pool_config config, enum pool_status expected)
{
    struct pool_fault fault = {.status = POOL_OK};
    struct pool *pool = (struct pool *)&fault;
    const size_t creates = fake.creates;

    config.fault = &fault;
    assert_int_equal(pool_create_with(ops, &config, &pool), expected);
    assert_null(pool);
    assert_int_equal(fault.status, expected);
    assert_true(fault.text[0] != '\0');
    assert_int_equal(fake.creates, creates);
}

static void creation_refuses_what_makes_no_sense(void **state)
{
    const struct pool_binding nowhere = {.cpus = NULL, .count = 0};

    (void)state;
    refuses(NULL, (struct pool_config){0}, POOL_EINVAL);
    refuses(&fake_ops, (struct pool_config){.workers = 17}, POOL_EINVAL);
    refuses(&fake_ops, (struct pool_config){.workers = SIZE_MAX}, POOL_EINVAL);
    refuses(&fake_ops, (struct pool_config){.wait = (enum pool_wait)99}, POOL_EINVAL);
    refuses(&fake_ops, (struct pool_config){.binding = &nowhere}, POOL_EINVAL);
    refuses(&fake_ops, (struct pool_config){.max_items_per_worker = 1}, POOL_ENOTSUP);
    refuses(&fake_ops, (struct pool_config){.item_timeout_ns = 1}, POOL_ENOTSUP);
    refuses(&strategy_skeleton, (struct pool_config){0}, POOL_EABSENT);
}

static void creation_refuses_a_table_with_holes(void **state)
{
    struct pool_ops ops = fake_ops;

    (void)state;
    ops.abi = POOL_ABI + 1;
    refuses(&ops, (struct pool_config){0}, POOL_EABSENT);
    ops = fake_ops;
    ops.run = NULL;
    refuses(&ops, (struct pool_config){0}, POOL_EINVAL);
    ops = fake_ops;
    ops.create = NULL;
    refuses(&ops, (struct pool_config){0}, POOL_EINVAL);
    ops = fake_ops;
    ops.chunk = NULL;
    refuses(&ops, (struct pool_config){0}, POOL_EINVAL);
}

static void creation_refuses_bad_options(void **state)
{
    static const char *const bad[] = {"grain",    "grain=",   "grain=0",  "grain=100",   "grain=-1",
                                      "grain= 5", "grain=+5", "grain=5x", "grain=0x5",   "other=1",
                                      "=1",       ",grain=5", "grain==5", "grain=5,,",   "grain=5 ",
                                      "grai=5",   "grain5=5", "Grain=5",  "grain=5;x=1", "grain=99999999999999999999"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(&fake_ops, (struct pool_config){.options = bad[i]}, POOL_EINVAL);
}

static void names_are_found_or_refused(void **state)
{
    struct pool_fault fault;
    const struct pool_config config = {.fault = &fault};
    struct pool *pool = (struct pool *)&fault;

    (void)state;
    assert_int_equal(pool_create("no_such_thing", &config, &pool), POOL_EINVAL);
    assert_null(pool);
    assert_non_null(strstr(fault.text, "no_such_thing"));
    assert_int_equal(pool_create(NULL, &config, &pool), POOL_EINVAL);
    assert_int_equal(pool_create("serial", &config, NULL), POOL_EINVAL);
    assert_int_equal(pool_create("serial", NULL, &pool), POOL_OK);
    assert_int_equal(pool_workers(pool), 1);
    pool_destroy(pool);
}

static void settings_are_copied(void **state)
{
    char options[] = "grain=42";
    unsigned cpus[] = {5, 6};
    struct pool_binding binding = {.cpus = cpus, .count = SIZE_MAX}; /* of which two are read */
    const struct pool_config config = {.workers = 2, .options = options, .binding = &binding};
    struct pool *pool;

    (void)state;
    assert_int_equal(pool_create_with(&fake_ops, &config, &pool), POOL_OK);
    memset(options, 'x', sizeof options - 1);
    cpus[0] = cpus[1] = 99;
    assert_int_equal(fake.option, 42);
    assert_string_equal(pool->setup.config->options, "grain=42");
    assert_int_equal(pool->setup.config->binding->cpus[0], 5);
    assert_int_equal(pool->setup.config->binding->cpus[1], 6);
    pool_destroy(pool);
}

static void automatic_size_has_its_limits(void **state)
{
    const struct pool_config capped = {.workers_cap = 1};
    struct pool *pool;

    (void)state;
    assert_int_equal(pool_create_with(&fake_ops, NULL, &pool), POOL_OK);
    assert_int_equal(pool_workers(pool), pool_cpus_usable() < 16 ? pool_cpus_usable() : 16);
    pool_destroy(pool);
    assert_int_equal(pool_create_with(&fake_ops, &capped, &pool), POOL_OK);
    assert_int_equal(pool_workers(pool), 1);
    assert_int_equal(pool_auto_chunk(pool, 100), 100);
    assert_int_equal(pool_auto_chunk(pool, 0), 1);
    pool_destroy(pool);
}

static void a_failed_start_is_explained(void **state)
{
    struct pool_fault fault;
    const struct pool_config config = {.fault = &fault};
    struct pool *pool = (struct pool *)&fault;

    (void)state;
    fake.create = POOL_EOS;
    assert_int_equal(pool_create_with(&fake_ops, &config, &pool), POOL_EOS);
    assert_null(pool);
    assert_int_equal(fault.status, POOL_EOS);
    assert_non_null(strstr(fault.text, "fake"));
    assert_int_equal(fake.destroys, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(creation_refuses_what_makes_no_sense, fresh_fake),
        cmocka_unit_test_setup(creation_refuses_a_table_with_holes, fresh_fake),
        cmocka_unit_test_setup(creation_refuses_bad_options, fresh_fake),
        cmocka_unit_test_setup(names_are_found_or_refused, fresh_fake),
        cmocka_unit_test_setup(settings_are_copied, fresh_fake),
        cmocka_unit_test_setup(automatic_size_has_its_limits, fresh_fake),
        cmocka_unit_test_setup(a_failed_start_is_explained, fresh_fake),
    };

    return cmocka_run_group_tests_name("front_create", tests, NULL, NULL);
}
