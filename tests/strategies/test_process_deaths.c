/* Process strategies: a lost worker costs exactly the item it was running, and nobody else anything. */
#define _GNU_SOURCE
#include "mortal.h"

#include <pthread.h>

static struct ledger *ledger;

enum way { WAY_NONE, WAY_KILL, WAY_ABORT, WAY_EXIT_3, WAY_EXIT_0, WAY_TERM, WAY_SEGV, WAYS };

struct doom {
    size_t item, every; /* dies at i % every == item; every 0: only i == item */
    enum way way;
    size_t out;
};

static void die(enum way way)
{
    switch (way) {
    case WAY_NONE: break;
    case WAY_KILL: (void)raise(SIGKILL); break;
    case WAY_ABORT: (void)signal(SIGABRT, SIG_DFL), abort(); break;
    case WAY_EXIT_3: _exit(3);
#ifndef __SANITIZE_ADDRESS__ /* which looks for leaks at exit */
    case WAY_EXIT_0: exit(0);
#else
    case WAY_EXIT_0: _exit(0);
#endif
    case WAY_TERM: (void)raise(SIGTERM); break;
    case WAY_SEGV: (void)signal(SIGSEGV, SIG_DFL), (void)raise(SIGSEGV); break;
    case WAYS: break;
    }
}

static const int SIGNAL_OF[WAYS] = {0, SIGKILL, SIGABRT, 0, 0, SIGTERM, SIGSEGV};
static const int EXIT_OF[WAYS] = {[WAY_EXIT_3] = 3};

static bool is_doomed(const struct doom *doom, size_t i)
{
    return doom->way && (doom->every ? i % doom->every == doom->item : i == doom->item);
}

static int mortal(const void *const argv[], void *out, const void *context)
{
    const struct doom *doom = context;
    const size_t i = trial_number(argv[0]);

    ledger_note(ledger, i);
    if (is_doomed(doom, i))
        die(doom->way);
    memset(out, (int)(i & 0x7f), doom->out);
    return 0;
}

static enum pool_status map_mortal(struct pool *pool, const struct doom *doom, size_t count, size_t chunk,
                                   unsigned char *out, struct pool_fault *fault)
{
    struct pool_task task = trial_task(mortal);
    size_t *in = trial_numbers(count);

    task.out_size = doom->out;
    task.context = doom;
    task.context_size = sizeof *doom;
    memset(ledger->runs, 0, sizeof ledger->runs);
    memset(out, 0xff, count * doom->out);
    const enum pool_status status = pool_map(pool, &task, count, in, out, chunk, fault);
    free(in);
    return status;
}

/* The doomed items are lost, the lowest is told with its worker and cause; all others are right, and all ran once. */
static void check_mortal(struct pool *pool, const char *name, struct doom doom, size_t count, size_t chunk)
{
    unsigned char *out = malloc(count * doom.out + 1);
    struct pool_fault fault;
    size_t doomed = 0, lowest = POOL_NO_ITEM;

    const enum pool_status status = map_mortal(pool, &doom, count, chunk, out, &fault);
    for (size_t i = 0; i < count; i++) {
        if (ledger->runs[i] != 1)
            fail_msg("%s: item %zu of %zu in chunks of %zu ran %u times", name, i, count, chunk, ledger->runs[i]);
        if (is_doomed(&doom, i)) {
            lowest = doomed++ ? lowest : i;
            continue;
        }
        for (size_t k = 0; k < doom.out; k++)
            if (out[i * doom.out + k] != (i & 0x7f))
                fail_msg("%s: item %zu of %zu in chunks of %zu is wrong", name, i, count, chunk);
    }
    free(out);
    if (status != (doomed ? POOL_ELOST : POOL_OK))
        fail_msg("%s: status %d: %s", name, (int)status, fault.text);
    assert_int_equal(fault.failed, doomed);
    if (!doomed)
        return;
    assert_int_equal(fault.index, lowest);
    assert_int_equal(fault.pid, ledger->pid[lowest]);
    assert_int_equal(fault.signal, SIGNAL_OF[doom.way]);
    assert_int_equal(fault.exit_code, EXIT_OF[doom.way]);
}

static void a_death_costs_exactly_its_item(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        for (size_t workers = 1; workers <= 3; workers++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = workers});
            for (enum way way = WAY_KILL; way < WAYS; way++)
                for (size_t chunk = 0; chunk < 24; chunk += 5)
                    check_mortal(pool, ops->name, (struct doom){chunk * way % 20, 0, way, 8}, 20, chunk);
            check_mortal(pool, ops->name, (struct doom){.out = 8}, 200, 0);
            pool_destroy(pool);
        }
    }
}

static void many_deaths_cost_exactly_their_items(void **state)
{
    static const size_t sizes[] = {8, 5000, 70000};

    (void)state;
    MORTAL_EACH(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        for (size_t s = 0; s < 3; s++)
            for (size_t chunk = 0; chunk < 40; chunk += 13)
                check_mortal(pool, ops->name, (struct doom){3, 7, WAY_KILL, sizes[s]}, 60, chunk);
        check_mortal(pool, ops->name, (struct doom){0, 1, WAY_KILL, 8}, 100, 4); /* every item kills */
        check_mortal(pool, ops->name, (struct doom){.out = 8}, 200, 0);
        pool_destroy(pool);
    }
}

/* Each idle worker in turn, then all at once; nobody notices, and there are as many as before. */
static void idle_deaths_are_invisible(void **state)
{
    enum { WORKERS = 3 };

    (void)state;
    MORTAL_EACH(ops)
    {
        if (ops->capabilities & POOL_CAP_FRESH)
            continue;
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = WORKERS});
        const struct doom none = {.out = 8};
        for (size_t round = 0; round < 100; round++) {
            pid_t pids[2 * WORKERS];
            check_mortal(pool, ops->name, none, 30, round % 4);
            const size_t alive = mortal_children(pids, 2 * WORKERS);
            for (size_t k = 0; k < alive; k++)
                if (round % 4 == 3 || k == round % 4)
                    mortal_kill(pids[k]);
            check_mortal(pool, ops->name, none, 30, round % 3);
        }
        pid_t pids[2 * WORKERS];
        while (mortal_children(pids, 2 * WORKERS) != WORKERS)
            (void)usleep(100);
        pool_destroy(pool);
        mortal_no_children(ops->name);
    }
}

/* Often enough to hit workers everywhere, and not so often that none lives to run an item: then a pool breaks. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
enum { KILL_EVERY_US = 20000 };
#else
enum { KILL_EVERY_US = 700 };
#endif

struct killer {
    struct pool *pool;
    pthread_t thread;
    int stop;
};

static void *killer_live(void *arg)
{
    struct killer *killer = arg;
    pid_t pids[8];
    unsigned random = 1;

    while (!__atomic_load_n(&killer->stop, __ATOMIC_ACQUIRE)) {
        const size_t alive = mortal_children(pids, 8);
        random = random * 1103515245 + 12345;
        if (alive)
            (void)kill(pids[(random >> 16) % alive], SIGKILL);
        (void)usleep(KILL_EVERY_US);
    }
    return NULL;
}

/* Killed at any instruction: an item is right or lost, and never run twice. */
static void kills_at_random_never_run_an_item_twice(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        struct killer killer = {.pool = trial_pool(ops, (struct pool_config){.workers = 3})};
        struct doom none = {.out = 300};
        unsigned char *out = malloc(400 * none.out);
        assert_non_null(out);
        assert_int_equal(pthread_create(&killer.thread, NULL, killer_live, &killer), 0);
        for (size_t round = 0; round < 60; round++) {
            struct pool_fault fault;
            const enum pool_status status = map_mortal(killer.pool, &none, 400, round % 50, out, &fault);
            size_t wrong = 0;
            for (size_t i = 0; i < 400; i++) {
                wrong += out[i * none.out] != (i & 0x7f) || out[(i + 1) * none.out - 1] != (i & 0x7f);
                if (ledger->runs[i] > 1)
                    fail_msg("%s: item %zu ran %u times", ops->name, i, ledger->runs[i]);
            }
            if (status && status != POOL_ELOST)
                fail_msg("%s: status %d: %s", ops->name, (int)status, fault.text);
            if (wrong > fault.failed)
                fail_msg("%s: %zu items are wrong, %zu lost", ops->name, wrong, fault.failed);
        }
        __atomic_store_n(&killer.stop, 1, __ATOMIC_RELEASE);
        assert_int_equal(pthread_join(killer.thread, NULL), 0);
        check_mortal(killer.pool, ops->name, none, 400, 0);
        pool_destroy(killer.pool);
        free(out);
    }
}

static int slow(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]);

    (void)context;
    ledger_note(ledger, i);
    while (i % 10 == 3)
        (void)pause();
    memcpy(out, &i, sizeof i);
    return 0;
}

/* An item over its limit is stopped, and only that. */
static void items_over_their_time_are_stopped(void **state)
{
    (void)state;
    MORTAL_EACH(ops)
    {
        const struct pool_config config = {.workers = 3, .item_timeout_ns = 300000000};
        struct pool *pool = trial_pool(ops, config);
        const struct pool_task task = trial_task(slow);
        size_t *in = trial_numbers(40), out[40];
        struct pool_fault fault;
        memset(ledger->runs, 0, sizeof ledger->runs);
        assert_int_equal(pool_map(pool, &task, 40, in, out, 5, &fault), POOL_ETIMEOUT);
        assert_int_equal(fault.failed, 4);
        assert_int_equal(fault.index, 3);
        for (size_t i = 0; i < 40; i++) {
            assert_int_equal(ledger->runs[i], 1);
            assert_true(i % 10 == 3 || out[i] == i);
        }
        free(in);
        pool_destroy(pool);
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
        cmocka_unit_test(a_death_costs_exactly_its_item),    cmocka_unit_test(many_deaths_cost_exactly_their_items),
        cmocka_unit_test(idle_deaths_are_invisible),         cmocka_unit_test(kills_at_random_never_run_an_item_twice),
        cmocka_unit_test(items_over_their_time_are_stopped),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
