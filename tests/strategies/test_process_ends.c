/* Process strategies: how they end, and that nothing is left of them. */
#define _GNU_SOURCE
#include "mortal.h"

#include <pthread.h>
#include <sys/resource.h>

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

struct caller {
    pthread_t thread;
    struct pool *pool;
    pool_call *call;
    enum pool_status status;
    struct pool_fault fault;
    size_t out[ITEMS];
};

static void *caller_live(void *arg)
{
    struct caller *c = arg;
    const struct pool_task task = trial_task(c->call);
    size_t *in = trial_numbers(ITEMS);

    c->status = pool_map(c->pool, &task, ITEMS, in, c->out, 1, &c->fault);
    free(in);
    return NULL;
}

/* A map whose items stay until the ledger's gate opens; `inside` of them have begun when this returns. */
static void caller_start(struct caller *c, struct pool *pool, size_t inside)
{
    memset(ledger, 0, sizeof *ledger);
    *c = (struct caller){.pool = pool, .call = stay};
    assert_int_equal(pthread_create(&c->thread, NULL, caller_live, c), 0);
    ledger_await(ledger, inside);
}

static void terminate_ends_a_running_map(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        for (int round = 0; round < 50; round++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS});
            struct caller caller;
            caller_start(&caller, pool, WORKERS);
            if (round % 2)
                assert_int_equal(kill(ledger->pid[0], SIGSTOP), 0);
            assert_int_equal(pool_terminate(pool), POOL_OK);
            assert_int_equal(pthread_join(caller.thread, NULL), 0);
            assert_int_equal(caller.status, POOL_ECANCELED);
            assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            mortal_no_children(ops->name);
            pool_destroy(pool);
        }
    }
}

/* The first item of a chunk goes on in the very moment in which terminate has returned. */
static int spin_first(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]);

    (void)context;
    ledger_note(ledger, i);
    if (i == 0)
        __atomic_add_fetch(&ledger->inside, 1, __ATOMIC_RELEASE);
    while (i == 0 && !__atomic_load_n(&ledger->gate, __ATOMIC_ACQUIRE))
        continue;
    memcpy(out, &i, sizeof i);
    return 0;
}

static void nothing_begins_after_terminate(void **state)
{
    enum { CHUNK = 20 };

    (void)state;
    MORTAL_EACH(ops)
    {
        for (int round = 0; round < 50; round++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 1});
            const struct pool_task task = trial_task(spin_first);
            size_t *in = trial_numbers(CHUNK), out[CHUNK];
            struct pool_handle *handle;
            memset(ledger, 0, sizeof *ledger);
            assert_int_equal(pool_map_async(pool, &task, CHUNK, in, out, CHUNK, NULL, &handle), POOL_OK);
            ledger_await(ledger, 1);
            assert_int_equal(pool_terminate(pool), POOL_OK);
            __atomic_store_n(&ledger->gate, 1, __ATOMIC_RELEASE);
            assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            for (size_t i = 1; i < CHUNK; i++)
                if (ledger->runs[i])
                    fail_msg("%s: item %zu began after terminate", ops->name, i);
            pool_destroy(pool);
            pool_handle_free(handle);
            free(in);
        }
    }
}

static void close_lets_a_running_map_finish(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        for (int round = 0; round < 20; round++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS});
            struct caller caller;
            caller_start(&caller, pool, WORKERS);
            assert_int_equal(pool_close(pool), POOL_OK);
            assert_int_equal(pool_join(pool, 0), POOL_ETIMEOUT);
            assert_int_equal(trial_map(pool, note, 3, 1, NULL), POOL_ECLOSED);
            __atomic_store_n(&ledger->gate, 1, __ATOMIC_RELEASE);
            assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            mortal_no_children(ops->name);
            assert_int_equal(pthread_join(caller.thread, NULL), 0);
            assert_int_equal(caller.status, POOL_OK);
            for (size_t i = 0; i < ITEMS; i++)
                assert_int_equal(caller.out[i], i);
            pool_destroy(pool);
        }
    }
}

static void nothing_is_left(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        int fds = 0, threads = 0;
        for (int round = 0; round < 52; round++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS});
            assert_int_equal(trial_map(pool, note, (size_t)round % ITEMS, 0, NULL), POOL_OK);
            if (round % 3)
                assert_int_equal(pool_close(pool), POOL_OK);
            pool_destroy(pool);
            mortal_no_children(ops->name);
            if (round == 1) {
                fds = mortal_count("/proc/self/fd");
                threads = mortal_count("/proc/self/task");
            }
        }
        assert_int_equal(mortal_count("/proc/self/fd"), fds);
        assert_int_equal(mortal_count("/proc/self/task"), threads);
    }
}

/* As many descriptors as there are to be had, fewer each time: a pool, or an error and nothing left. */
static void a_lack_of_descriptors_is_an_error(void **state)
{
    struct rlimit before;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    MORTAL_EACH(ops)
    {
        const int fds = mortal_count("/proc/self/fd");
        bool failed = false;
        for (rlim_t limit = (rlim_t)fds + 40; limit > 0; limit--) {
            const struct rlimit tight = {.rlim_cur = limit, .rlim_max = before.rlim_max};
            struct pool_fault fault;
            const struct pool_config config = {.workers = WORKERS, .fault = &fault};
            struct pool *pool;
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
            const enum pool_status status = pool_create_with(ops, &config, &pool);
            enum pool_status mapped = POOL_OK;
            if (!status)
                mapped = trial_map(pool, note, 5, 1, NULL);
            pool_destroy(pool);
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
            assert_true(!status || status == POOL_EOS || status == POOL_ENOMEM);
            assert_true(!mapped || mapped == POOL_EBROKEN);
            failed |= status || mapped;
            mortal_no_children(ops->name);
            assert_int_equal(mortal_count("/proc/self/fd"), fds);
        }
        assert_true(failed);
    }
}

/* A worker dies while nothing can be forked: it is replaced when that is possible again. */
static void a_lack_of_descriptors_may_pass(void **state)
{
    struct rlimit before;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit tight = {.rlim_cur = 1, .rlim_max = before.rlim_max};
    MORTAL_EACH(ops)
    {
        if (ops->capabilities & POOL_CAP_FRESH)
            continue;
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS});
        for (int round = 0; round < 5; round++) {
            memset(ledger, 0, sizeof *ledger);
            assert_int_equal(trial_map(pool, note, ITEMS, 1, NULL), POOL_OK);
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
            ledger_kill(ledger, ITEMS);
            (void)usleep(30000);
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
            assert_int_equal(trial_map(pool, note, ITEMS, 1, NULL), POOL_OK);
        }
        pool_destroy(pool);
        mortal_no_children(ops->name);
    }
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
        cmocka_unit_test(terminate_ends_a_running_map),      cmocka_unit_test(nothing_begins_after_terminate),
        cmocka_unit_test(close_lets_a_running_map_finish),   cmocka_unit_test(nothing_is_left),
        cmocka_unit_test(a_lack_of_descriptors_is_an_error), cmocka_unit_test(a_lack_of_descriptors_may_pass),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
