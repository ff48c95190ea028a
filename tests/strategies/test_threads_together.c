/* Thread strategies: as many items at once as there are workers and never more, callers side by side, sudden ends. */
#define _GNU_SOURCE
#include "gate.h"
#include "trial.h"

#include <sched.h>

#ifdef __SANITIZE_ADDRESS__
enum { REPEATS = 30 }; /* each takes several times as long */
#else
enum { REPEATS = 100 };
#endif
enum { WORKERS_MAX = 8, CALLERS_MAX = 2 * WORKERS_MAX };

static struct gate meeting;

static int meet(const void *const argv[], void *out, const void *context)
{
    const size_t i = trial_number(argv[0]);

    (void)context;
    gate_pass(&meeting);
    memcpy(out, &i, sizeof i);
    return 0;
}

/* A caller of its own: one map or apply, and how it ended. */
struct caller {
    pthread_t thread;
    struct pool *pool;
    struct pool_task task;
    size_t first, count, chunk, repeats;
    enum pool_status status;
    size_t wrong; /* results that are not the argument */
};

static void *caller_main(void *arg)
{
    struct caller *c = arg;
    size_t *in = trial_numbers(c->first + c->count), *out = calloc(c->count, sizeof *out);

    for (size_t r = 0; r < c->repeats && !c->status; r++) {
        memset(out, 0xff, c->count * sizeof *out);
        c->status = pool_map(c->pool, &c->task, c->count, in + c->first, out, c->chunk, NULL);
        for (size_t i = 0; i < c->count; i++)
            c->wrong += out[i] != c->first + i;
    }
    free(out);
    free(in);
    return NULL;
}

static void caller_start(struct caller *c, struct pool *pool, pool_call *call, size_t first, size_t count)
{
    *c = (struct caller){
        .pool = pool, .task = trial_task(call), .first = first, .count = count, .chunk = 1, .repeats = 1};
    assert_int_equal(pthread_create(&c->thread, NULL, caller_main, c), 0);
}

static void caller_end(struct caller *c, enum pool_status expected)
{
    assert_int_equal(pthread_join(c->thread, NULL), 0);
    assert_int_equal(c->status, expected);
    if (!expected)
        assert_int_equal(c->wrong, 0);
}

static void as_many_items_as_workers_can_meet(void **state)
{
    static const size_t workers[] = {1, 2, 3, WORKERS_MAX};

    (void)state;
    TRIAL_EACH(ops)
    {
        for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = workers[i]});
            const size_t w = pool_workers(pool);
            for (int repeat = 0; repeat < REPEATS; repeat++) {
                struct caller caller;
                gate_reset(&meeting, w);
                caller_start(&caller, pool, meet, 0, w);
                caller_end(&caller, POOL_OK);
                assert_int_equal(meeting.most, w);
            }
            pool_destroy(pool);
        }
    }
}

/* With w items inside, give one more every chance to come in. */
static void check_full(size_t w)
{
    gate_await(&meeting, w);
    for (int i = 0; i < 200; i++)
        sched_yield();
    assert_int_equal(gate_inside(&meeting), w);
    gate_open(&meeting);
}

static void never_more_items_than_workers_in_one_map(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        const size_t w = pool_workers(pool);
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            struct caller caller;
            gate_reset(&meeting, 0);
            caller_start(&caller, pool, meet, 0, 2 * w + 1);
            check_full(w);
            caller_end(&caller, POOL_OK);
            assert_int_equal(meeting.most, w);
        }
        pool_destroy(pool);
    }
}

static void never_more_items_than_workers_over_all_callers(void **state)
{
    struct caller callers[CALLERS_MAX];

    (void)state;
    TRIAL_EACH_OWN(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        const size_t w = pool_workers(pool), count = 2 * w + 1;
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            gate_reset(&meeting, 0);
            for (size_t i = 0; i < count; i++)
                caller_start(&callers[i], pool, meet, i, 1);
            check_full(w);
            for (size_t i = 0; i < count; i++)
                caller_end(&callers[i], POOL_OK);
            assert_int_equal(meeting.most, w);
        }
        pool_destroy(pool);
    }
}

static int echo(const void *const argv[], void *out, const void *context)
{
    (void)context;
    memcpy(out, argv[0], sizeof(size_t));
    return 0;
}

static void callers_get_their_own_results(void **state)
{
    static const size_t counts[] = {1, 5, 100, 33};
    struct caller callers[8];

    (void)state;
    TRIAL_EACH_OWN(ops)
    {
        struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 3});
        for (size_t i = 0; i < 8; i++) {
            callers[i] = (struct caller){.pool = pool,
                                         .task = trial_task(echo),
                                         .first = 1000 * i,
                                         .count = counts[i % 4],
                                         .chunk = i % 3,
                                         .repeats = REPEATS};
            assert_int_equal(pthread_create(&callers[i].thread, NULL, caller_main, &callers[i]), 0);
        }
        for (size_t i = 0; i < 8; i++)
            caller_end(&callers[i], POOL_OK);
        pool_destroy(pool);
    }
}

static void terminate_ends_a_map_that_runs(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
            const size_t w = pool_workers(pool);
            struct caller caller;
            gate_reset(&meeting, 0);
            caller_start(&caller, pool, meet, 0, 500);
            gate_await(&meeting, w);
            assert_int_equal(pool_terminate(pool), POOL_OK);
            assert_int_equal(pool_join(pool, 0), POOL_ETIMEOUT);
            gate_open(&meeting);
            assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            caller_end(&caller, POOL_ECANCELED);
            assert_int_equal(meeting.come, w); /* what ran was finished, nothing else was started */
            pool_destroy(pool);
        }
    }
}

static void close_lets_a_map_finish(void **state)
{
    (void)state;
    TRIAL_EACH(ops)
    {
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
            struct caller caller;
            gate_reset(&meeting, 0);
            caller_start(&caller, pool, meet, 0, 10);
            gate_await(&meeting, pool_workers(pool));
            assert_int_equal(pool_close(pool), POOL_OK);
            assert_int_equal(pool_join(pool, 0), POOL_ETIMEOUT);
            gate_open(&meeting);
            assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
            caller_end(&caller, POOL_OK);
            assert_int_equal(meeting.come, 10);
            pool_destroy(pool);
        }
    }
}

static void *end_main(void *pool)
{
    pool_close(pool);
    pool_terminate(pool);
    return pool_join(pool, POOL_FOREVER) ? pool : NULL;
}

static void many_threads_may_end_a_pool_while_others_use_it(void **state)
{
    (void)state;
    TRIAL_EACH_OWN(ops)
    {
        for (int repeat = 0; repeat < REPEATS; repeat++) {
            struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 2});
            struct caller callers[3];
            pthread_t enders[3];
            for (size_t i = 0; i < 3; i++) {
                caller_start(&callers[i], pool, echo, i, 20);
                assert_int_equal(pthread_create(&enders[i], NULL, end_main, pool), 0);
            }
            for (size_t i = 0; i < 3; i++) {
                void *failed = NULL;
                assert_int_equal(pthread_join(enders[i], &failed), 0);
                assert_null(failed);
                assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
                assert_true(callers[i].status == POOL_ECLOSED || callers[i].status == POOL_ECANCELED ||
                            (!callers[i].status && !callers[i].wrong));
            }
            pool_destroy(pool);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_items_as_workers_can_meet),
        cmocka_unit_test(never_more_items_than_workers_in_one_map),
        cmocka_unit_test(never_more_items_than_workers_over_all_callers),
        cmocka_unit_test(callers_get_their_own_results),
        cmocka_unit_test(terminate_ends_a_map_that_runs),
        cmocka_unit_test(close_lets_a_map_finish),
        cmocka_unit_test(many_threads_may_end_a_pool_while_others_use_it),
    };

    alarm(TRIAL_SECONDS);
    return cmocka_run_group_tests_name("threads_together", tests, NULL, NULL);
}
