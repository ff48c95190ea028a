/* Thread strategies: what affinity and which signals their threads have. */
#define _GNU_SOURCE
#include "trial.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

static cpu_set_t allowed; /* this program's own */

/* The item is the CPU that its worker must be bound to; CPU_SETSIZE: to none, but as the program is. */
static int check_mask(const void *const argv[], void *out, const void *context)
{
    const size_t wanted = *(const size_t *)context;
    cpu_set_t mask;

    memcpy(out, argv[0], sizeof(size_t));
    if (sched_getaffinity(0, sizeof mask, &mask))
        return 1;
    if (wanted == CPU_SETSIZE)
        return CPU_EQUAL(&mask, &allowed) ? 0 : 2;
    return CPU_COUNT(&mask) == 1 && CPU_ISSET(wanted, &mask) ? 0 : 3;
}

static void check_masks(const struct pool_ops *ops, struct pool *pool, size_t wanted)
{
    struct pool_task task = trial_task(check_mask);
    size_t *in = trial_numbers(30), out[30];
    struct pool_fault fault;

    task.context = &wanted;
    task.context_size = sizeof wanted;
    trial_ok(ops, pool_map(pool, &task, 30, in, out, 1, &fault), &fault);
    free(in);
}

static void map_masks(const struct pool_ops *ops, const struct pool_binding *binding, size_t wanted)
{
    struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3, .binding = binding});

    check_masks(ops, pool, wanted);
    pool_destroy(pool);
}

static void workers_are_bound_and_callers_are_not(void **state)
{
    unsigned cpu = 0;
    cpu_set_t after;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    while (!CPU_ISSET(cpu, &allowed))
        cpu++;
    TRIAL_EACH(ops)
    {
        map_masks(ops, &(struct pool_binding){.cpus = &cpu, .count = 1}, cpu);
        assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
        assert_true(CPU_EQUAL(&after, &allowed));
        map_masks(ops, NULL, CPU_SETSIZE); /* OpenMP hands out the same threads again */
    }
}

/* With an initializer no caller sits in for a worker. */
static int begin(void *arg, size_t worker)
{
    (void)arg;
    (void)worker;
    return 0;
}

static void workers_without_binding_have_the_creator_s_affinity(void **state)
{
    cpu_set_t whole, one;
    size_t cpu = 0;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof whole, &whole), 0);
    while (!CPU_ISSET(cpu, &whole))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    TRIAL_EACH(ops)
    {
        for (int round = 0; round < 4; round++) {
            allowed = round % 2 ? one : whole;
            assert_int_equal(sched_setaffinity(0, sizeof allowed, &allowed), 0);
            map_masks(ops, NULL, CPU_SETSIZE);
        }
        assert_int_equal(sched_setaffinity(0, sizeof whole, &whole), 0);
        allowed = whole;
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3, .initializer = begin});
        assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
        if (ops->workers_max > 1) /* serial runs in its caller as it is */
            check_masks(ops, pool, CPU_SETSIZE);
        assert_int_equal(sched_setaffinity(0, sizeof whole, &whole), 0);
        pool_destroy(pool);
    }
}

static void a_cpu_that_is_not_there_is_an_error(void **state)
{
    static const unsigned absent[] = {8191, 1u << 20, UINT32_MAX};

    (void)state;
    TRIAL_EACH(ops)
    {
        for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
            struct pool_fault fault;
            struct pool *pool;
            const struct pool_binding binding = {.cpus = &absent[i], .count = 1};
            const struct pool_config config = {.workers = trial_workers(ops, 2), .binding = &binding, .fault = &fault};
            enum pool_status status = pool_create_with(ops, &config, &pool);
            if (!status)
                status = trial_map(pool, trial_echo, 4, 1, &fault);
            assert_int_equal(status, POOL_EOS);
            assert_int_equal(fault.os_errno, EINVAL);
            assert_non_null(strstr(fault.text, "CPU"));
            pool_destroy(pool);
        }
    }
}

static int check_signals(const void *const argv[], void *out, const void *context)
{
    sigset_t mask;

    (void)context;
    memcpy(out, argv[0], sizeof(size_t));
    if (pthread_sigmask(SIG_SETMASK, NULL, &mask))
        return 1;
    return sigismember(&mask, SIGUSR1) && sigismember(&mask, SIGALRM) && !sigismember(&mask, SIGSEGV) ? 0 : 2;
}

static void pool_threads_leave_signals_to_the_host(void **state)
{
    sigset_t before, after;

    (void)state;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    TRIAL_EACH_OWN(ops)
    {
        if (!strstr(ops->name, "thread"))
            continue; /* the others run items in the caller */
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2, .initializer = begin});
        assert_int_equal(trial_map(pool, check_signals, 8, 1, NULL), POOL_OK);
        pool_destroy(pool);
    }
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    assert_int_equal(sigismember(&before, SIGUSR1), sigismember(&after, SIGUSR1));
    assert_int_equal(sigismember(&after, SIGALRM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_are_bound_and_callers_are_not),
        cmocka_unit_test(workers_without_binding_have_the_creator_s_affinity),
        cmocka_unit_test(a_cpu_that_is_not_there_is_an_error),
        cmocka_unit_test(pool_threads_leave_signals_to_the_host),
    };

    alarm(TRIAL_SECONDS);
    return cmocka_run_group_tests_name("threads_bind", tests, NULL, NULL);
}
