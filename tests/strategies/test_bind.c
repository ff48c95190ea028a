/* Every strategy, peers and processes too: where its workers may run, with a binding and without. */
#define _GNU_SOURCE
#include "trial.h"

#include <sched.h>

enum { ITEMS = 24 };

/* What the kernel says of the thread that runs the item. */
static int tell_mask(const void *const argv[], void *out, const void *context)
{
    cpu_set_t mask;

    (void)argv;
    (void)context;
    if (sched_getaffinity(0, sizeof mask, &mask))
        return 1;
    memcpy(out, &mask, sizeof mask);
    return 0;
}

/* Map over a pool of two workers; every item's mask must be one of these. */
static void expect_masks(const struct pool_ops *ops, const struct pool_binding *binding, const cpu_set_t *allowed,
                         size_t count)
{
    struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2, .binding = binding});
    const struct pool_task task = {.name = "tell_mask",
                                   .call = tell_mask,
                                   .nargs = 1,
                                   .arg_size = {sizeof(size_t)},
                                   .out_size = sizeof(cpu_set_t)};
    size_t *in = trial_numbers(ITEMS);
    cpu_set_t masks[ITEMS];
    struct pool_fault fault;

    trial_ok(ops, pool_map(pool, &task, ITEMS, in, masks, 1, &fault), &fault);
    for (size_t i = 0; i < ITEMS; i++) {
        size_t same = 0;
        for (size_t k = 0; k < count; k++)
            same += CPU_EQUAL(&masks[i], &allowed[k]) != 0;
        if (!same)
            fail_msg("%s, %s: item %zu may run on %d CPUs, and not on those that it should", ops->name,
                     binding ? "bound" : "not bound", i, CPU_COUNT(&masks[i]));
    }
    free(in);
    pool_destroy(pool);
}

/* The first and the last CPU of this program; the same one where it has no other. */
static void two_cpus(const cpu_set_t *all, unsigned cpus[2])
{
    cpus[0] = CPU_SETSIZE;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, all)) {
            cpus[0] = cpus[0] == CPU_SETSIZE ? cpu : cpus[0];
            cpus[1] = cpu;
        }
}

static void workers_are_where_they_should_be(void **state)
{
    cpu_set_t all, each[2];
    unsigned cpus[2];

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    two_cpus(&all, cpus);
    for (size_t k = 0; k < 2; k++) {
        CPU_ZERO(&each[k]);
        CPU_SET(cpus[k], &each[k]);
    }
    TRIAL_EACH_ALL(ops)
    {
        const struct pool_binding both = {.cpus = cpus, .count = 2}, last = {.cpus = cpus + 1, .count = 1};
        expect_masks(ops, &both, each, 2);
        expect_masks(ops, &last, each + 1, 1);
        expect_masks(ops, NULL, &all, 1); /* some hand out the same threads again */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(workers_are_where_they_should_be)};

    alarm(TRIAL_SECONDS);
    return cmocka_run_group_tests_name("bind", tests, NULL, NULL);
}
