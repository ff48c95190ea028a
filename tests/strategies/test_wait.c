/*
 * The project's own strategies: idle workers, callers and supervisors wait as the policy says. Told from the calls that
 * a look makes: YIELD gives way, SLEEP and SPIN never do; pipes and children are looked for only where there are looks.
 */
#include "trial.h"

#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>

/* What this thread, or worker process, has called since its pool began. */
static _Thread_local size_t yields, polls;
static size_t epolls; /* looks of supervisors, in this process */

int __real_sched_yield(void);
int __wrap_sched_yield(void);
int __wrap_sched_yield(void)
{
    yields++;
    return __real_sched_yield();
}

int __real_poll(struct pollfd *, nfds_t, int timeout);
int __wrap_poll(struct pollfd *, nfds_t, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
    polls += timeout == 0;
    return __real_poll(fds, count, timeout);
}

int __real_epoll_wait(int, struct epoll_event *, int max, int timeout);
int __wrap_epoll_wait(int, struct epoll_event *, int max, int timeout);
int __wrap_epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
    __atomic_add_fetch(&epolls, timeout == 0, __ATOMIC_RELAXED);
    return __real_epoll_wait(fd, events, max, timeout);
}

/* No caller sits in for a worker that has an initializer; and a forked one forgets what was counted before. */
static int begin(void *arg, size_t worker)
{
    (void)arg;
    (void)worker;
    yields = polls = 0;
    return 0;
}

struct looks {
    size_t yields, polls;
};

/* Takes so long that its caller waits, and tells how its worker has waited. */
static int tell(const void *const argv[], void *out, const void *context)
{
    const struct looks looks = {yields, polls};

    (void)argv;
    (void)context;
    memcpy(out, &looks, sizeof looks);
    return usleep(2000) ? 1 : 0;
}

/* All that was seen of one pool. */
struct seen {
    struct looks worker;
    size_t caller_yields, supervisor_looks;
};

/*
 * Call a pool of one worker, again and again, with pauses. Who is to look does so sooner or later, so calls go on until
 * it has (the alarm ends it if it never does); who must not is tried a number of times.
 */
static struct seen watch(const struct pool_ops *ops, enum pool_wait wait, bool (*enough)(const struct seen *))
{
    struct pool *pool = trial_pool(ops, (struct pool_config){.workers = 1, .wait = wait, .initializer = begin});
    const struct pool_task task = {.name = "tell", .call = tell, .nargs = 1, .out_size = sizeof(struct looks)};
    const void *columns[] = {NULL};
    struct seen seen = {.caller_yields = 0};
    struct pool_fault fault;

    yields = epolls = 0;
    for (int i = 0; enough ? !enough(&seen) : i < 20; i++) {
        struct looks looks;
        trial_ok(ops, pool_starmap(pool, &task, 1, columns, &looks, 0, &fault), &fault);
        if (!(ops->capabilities & POOL_CAP_FRESH)) /* others never wait for a second item */
            seen.worker = looks;
        seen.caller_yields = yields;
        seen.supervisor_looks = __atomic_load_n(&epolls, __ATOMIC_RELAXED);
        assert_int_equal(usleep(500), 0);
    }
    pool_destroy(pool);
    return seen;
}

static bool is_openmp(const struct pool_ops *ops)
{
    return strncmp(ops->name, "omp_", 4) == 0;
}

static bool worker_gave_way(const struct seen *seen)
{
    return seen->worker.yields > 0;
}

static bool caller_gave_way(const struct seen *seen)
{
    return seen->caller_yields > 0;
}

static bool pipes_were_looked_at(const struct seen *seen)
{
    return seen->worker.polls > 0 && seen->supervisor_looks > 0;
}

static bool supervisor_looked(const struct seen *seen)
{
    return seen->supervisor_looks > 0;
}

static void yield_gives_way(void **state)
{
    (void)state;
    TRIAL_EACH_ALL(ops)
    {
        if (peers_have(ops) || is_openmp(ops) || strcmp(ops->name, "serial") == 0)
            continue;
        if (!(ops->capabilities & POOL_CAP_FRESH))
            watch(ops, POOL_WAIT_YIELD, worker_gave_way);
        watch(ops, POOL_WAIT_YIELD, caller_gave_way);
    }
}

static void nothing_else_does(void **state)
{
    static const enum pool_wait others[] = {POOL_WAIT_SLEEP, POOL_WAIT_SPIN};

    (void)state;
    TRIAL_EACH_ALL(ops)
    {
        for (size_t i = 0; !peers_have(ops) && i < sizeof others / sizeof *others; i++) {
            const struct seen seen = watch(ops, others[i], NULL);
            if (seen.worker.yields || seen.caller_yields)
                fail_msg("%s gives way with policy %d", ops->name, others[i]);
        }
    }
}

static void who_sleeps_does_not_look(void **state)
{
    (void)state;
    TRIAL_EACH_ALL(ops)
    {
        if (peers_have(ops))
            continue;
        const struct seen seen = watch(ops, POOL_WAIT_SLEEP, NULL);
        if (seen.worker.polls || seen.supervisor_looks)
            fail_msg("%s: %zu looks of a worker, %zu of its supervisor", ops->name, seen.worker.polls,
                     seen.supervisor_looks);
    }
}

static void who_spins_looks(void **state)
{
    (void)state;
    TRIAL_EACH_ALL(ops)
    {
        if (strcmp(ops->name, "fork_pipe") == 0)
            watch(ops, POOL_WAIT_SPIN, pipes_were_looked_at);
        if (strcmp(ops->name, "process_fork") == 0)
            watch(ops, POOL_WAIT_SPIN, supervisor_looked);
    }
}

/* A table that says it keeps a policy, and what it says instead of others. */
static void tables_say_what_they_keep(void **state)
{
    const struct pool_ops all = {.wait_rule = NULL};
    const struct pool_ops sleeper = {.wait_rule = "sleeps", .waits = POOL_WAIT_BIT(POOL_WAIT_SLEEP)};

    (void)state;
    for (enum pool_wait wait = POOL_WAIT_YIELD; wait <= POOL_WAIT_SLEEP; wait++) {
        assert_true(pool_ops_keep_wait(&all, wait));
        assert_int_equal(pool_ops_keep_wait(&sleeper, wait), wait == POOL_WAIT_SLEEP);
    }
    TRIAL_EACH_ALL(ops)
    {
        if (peers_have(ops)) /* none of them has all three */
            assert_non_null(ops->wait_rule);
        else /* OpenMP's words are for list: bench sets its variables */
            assert_true(pool_ops_keep_wait(ops, POOL_WAIT_YIELD) && pool_ops_keep_wait(ops, POOL_WAIT_SPIN) &&
                        pool_ops_keep_wait(ops, POOL_WAIT_SLEEP));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yield_gives_way),           cmocka_unit_test(nothing_else_does),
        cmocka_unit_test(who_sleeps_does_not_look),  cmocka_unit_test(who_spins_looks),
        cmocka_unit_test(tables_say_what_they_keep),
    };

    alarm(TRIAL_SECONDS);
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
