/* Process strategies: how workers begin, and what they are to the process that has the pool. */
#define _GNU_SOURCE
#include "mortal.h"

#include <sys/prctl.h>
#include <sys/stat.h>

enum { WORKERS = 3, ITEMS = 40 };

static struct ledger *ledger;

static int note(const void *const argv[], void *out, const void *context)
{
    (void)context;
    ledger_note(ledger, trial_number(argv[0]));
    memcpy(out, argv[0], sizeof(size_t));
    return 0;
}

static int stay(const void *const argv[], void *out, const void *context)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    (void)sigaction(SIGTERM, &ignore, NULL);
    (void)note(argv, out, context);
    ledger_gate(ledger);
    return 0;
}

static int refuse(void *arg, size_t worker)
{
    (void)worker;
    return *(int *)arg;
}

static int crash(void *arg, size_t worker)
{
    (void)arg;
    (void)worker;
    (void)raise(SIGKILL);
    return 0;
}

/* Told by create, or by the first call; the same again by the next. */
static void check_broken(const struct pool_ops *ops, struct pool_config config, int code, int number)
{
    struct pool_fault fault;
    struct pool *pool;

    config.fault = &fault;
    enum pool_status status = pool_create_with(ops, &config, &pool);
    for (int i = 0; i < 2 && pool; i++)
        status = trial_map(pool, note, 5, 1, &fault);
    pool_destroy(pool);
    assert_int_equal(status, POOL_EBROKEN);
    assert_int_equal(fault.status, POOL_EBROKEN);
    assert_int_equal(fault.code, code);
    assert_int_equal(fault.signal, number);
    assert_true(strlen(fault.text) > 0);
    mortal_no_children(ops->name);
}

static void a_bad_initializer_breaks_the_pool(void **state)
{
    int code = 42;

    (void)state;
    MORTAL_EACH(ops)
    {
        for (int round = 0; round < 20; round++) {
            check_broken(ops, (struct pool_config){.workers = WORKERS, .initializer = refuse, .initarg = &code}, 42, 0);
            check_broken(ops, (struct pool_config){.workers = WORKERS, .initializer = crash}, 0, SIGKILL);
        }
    }
}

static int count_birth(void *arg, size_t worker)
{
    (void)arg;
    if (worker >= WORKERS)
        return 1;
    __atomic_add_fetch(&ledger->born, 1, __ATOMIC_RELAXED);
    return 0;
}

/* Once for each worker before its first item, replacements included. */
static void the_initializer_runs_once_in_each_worker(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        if (ops->capabilities & POOL_CAP_FRESH)
            continue;
        memset(ledger, 0, sizeof *ledger);
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS, .initializer = count_birth});
        for (int i = 0; i < 10; i++)
            assert_int_equal(trial_map(pool, note, ITEMS, 1, NULL), POOL_OK);
        assert_int_equal(ledger->born, WORKERS);
        for (size_t i = 1; i <= 10; i++) {
            mortal_kill(ledger->pid[i]);
            while (__atomic_load_n(&ledger->born, __ATOMIC_ACQUIRE) < WORKERS + i)
                (void)usleep(100);
            assert_int_equal(trial_map(pool, note, ITEMS, 1, NULL), POOL_OK);
        }
        pool_destroy(pool);
        assert_int_equal(ledger->born, WORKERS + 10);
    }
}

static int seen;

static void on_child(int number)
{
    (void)number;
    (void)__atomic_add_fetch(&seen, 1, __ATOMIC_RELAXED);
}

/* Whatever the host does with SIGCHLD, its handling stays, its other children too, and the pool works. */
static void the_hosts_signals_are_left_alone(void **state)
{
    const struct sigaction ways[] = {{.sa_handler = SIG_DFL}, {.sa_handler = SIG_IGN}, {.sa_handler = on_child}};

    (void)state;
    MORTAL_EACH(ops)
    {
        for (size_t i = 0; i < 3; i++) {
            struct sigaction before, now, pipes;
            assert_int_equal(sigaction(SIGCHLD, &ways[i], &before), 0);
            assert_int_equal(sigaction(SIGPIPE, NULL, &pipes), 0);
            const pid_t mine = fork();
            assert_true(mine >= 0);
            if (mine == 0)
                _exit(7);
            for (int round = 0; round < 10; round++) {
                struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS});
                memset(ledger, 0, sizeof *ledger);
                assert_int_equal(trial_map(pool, note, ITEMS, 1, NULL), POOL_OK);
                if (!(ops->capabilities & POOL_CAP_FRESH))
                    ledger_kill(ledger, 1);
                assert_int_equal(trial_map(pool, note, ITEMS, 0, NULL), POOL_OK);
                pool_destroy(pool);
            }
            int status = 0;
            if (i != 1) {
                assert_int_equal(waitpid(mine, &status, 0), mine);
                assert_int_equal(WEXITSTATUS(status), 7);
            }
            assert_int_equal(sigaction(SIGCHLD, &before, &now), 0);
            assert_ptr_equal(now.sa_handler, ways[i].sa_handler);
            assert_int_equal(sigaction(SIGPIPE, NULL, &now), 0);
            assert_ptr_equal(now.sa_handler, pipes.sa_handler);
        }
    }
}

/* Fails where a standard descriptor is a pipe. */
static int look_at_descriptors(const void *const argv[], void *out, const void *context)
{
    (void)context;
    memcpy(out, argv[0], sizeof(size_t));
    for (int fd = 0; fd <= 2; fd++) {
        struct stat what;
        if (fstat(fd, &what) == 0 && S_ISFIFO(what.st_mode))
            return fd + 1;
    }
    return 0;
}

/* A host without standard descriptors: pipes must not land where workers keep what they find. */
static void closed_standard_descriptors_do_no_harm(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        const pid_t host = fork();
        assert_true(host >= 0);
        if (host == 0) {
            (void)close(0);
            (void)close(1);
            (void)close(2);
            struct pool *pool;
            const struct pool_config config = {.workers = WORKERS};
            const size_t in[3] = {1, 2, 3};
            const struct pool_task task = trial_task(look_at_descriptors);
            size_t out[3] = {0};
            enum pool_status status = pool_create_with(ops, &config, &pool);
            if (!status)
                status = pool_map(pool, &task, 3, in, out, 1, NULL);
            pool_destroy(pool);
            _exit(status || memcmp(in, out, sizeof in) != 0);
        }
        int status;
        assert_int_equal(waitpid(host, &status, 0), host);
        assert_int_equal(status, 0);
    }
}

_Noreturn static void host_live(const struct pool_ops *ops, bool busy)
{
    struct pool *pool;
    const struct pool_config config = {.workers = WORKERS};
    const struct pool_task task = trial_task(busy ? stay : note);
    size_t in[ITEMS] = {0}, out[ITEMS];

    if (pool_create_with(ops, &config, &pool))
        _exit(1);
    (void)pool_map(pool, &task, ITEMS, in, out, 1, NULL);
    (void)__atomic_add_fetch(&ledger->inside, WORKERS, __ATOMIC_RELEASE);
    for (;;)
        (void)pause();
}

/* The host is killed, workers idle or busy: all are gone, at once. */
static void workers_go_with_a_killed_host(void **state)
{
    (void)state;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    MORTAL_EACH(ops)
    {
        for (int round = 0; round < 30; round++) {
            memset(ledger, 0, sizeof *ledger);
            const pid_t host = fork();
            assert_true(host >= 0);
            if (host == 0)
                host_live(ops, round % 2);
            ledger_await(ledger, WORKERS);
            assert_int_equal(kill(host, SIGKILL), 0);
            while (waitpid(-1, NULL, 0) > 0 || errno != ECHILD) /* a survivor would be waited for until the alarm */
                continue;
        }
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

static int setup(void **state)
{
    (void)state;
    (void)alarm(TRIAL_SECONDS);
    ledger = ledger_new();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_initializer_breaks_the_pool), cmocka_unit_test(the_initializer_runs_once_in_each_worker),
        cmocka_unit_test(the_hosts_signals_are_left_alone),  cmocka_unit_test(closed_standard_descriptors_do_no_harm),
        cmocka_unit_test(workers_go_with_a_killed_host),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
