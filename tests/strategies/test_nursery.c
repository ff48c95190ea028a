/* core/procs/nursery.c: workers that a helper forks. */
#define _GNU_SOURCE
#include "born.h"

#include "core/procs/burden.h"
#include "core/procs/nursery.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { LARGE_BYTES = 64 << 20 };

static struct pool_fault bear(struct nursery *n, int (*main)(void *arg), void *arg)
{
    struct pool_fault how = {0};
    struct proc p = {0};

    assert_int_equal(nursery_fork(n, &p, main, arg), 0);
    assert_false(deadline_passed(&p));
    assert_true(procs_reap(&p, &how));
    return how;
}

/* A robust lock and a recursive one go by what the C library and the kernel take for this thread's number. */
static int main_identity(void *arg)
{
    int *tid = NULL;

    if (getppid() != *(pid_t *)arg)
        return 1;
    if (prctl(PR_GET_TID_ADDRESS, &tid) || *tid != (int)syscall(SYS_gettid))
        return 2;
    return 0;
}

static void workers_are_the_hosts_children_and_know_themselves(void **state)
{
    pid_t *host = mmap(NULL, sizeof *host, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct nursery n;

    (void)state;
    assert_ptr_not_equal(host, MAP_FAILED);
    assert_int_equal(nursery_open(&n, NULL), 0);
    *host = getpid(); /* seen, though the helper was there before */
    const struct pool_fault how = bear(&n, main_identity, host);
    assert_int_equal(how.signal, 0);
    assert_int_equal(how.exit_code, 0);
    nursery_close(&n);
    assert_int_equal(munmap(host, sizeof *host), 0);
}

/* What PTHREAD_MUTEX_ROBUST is for: who dies with the lock leaves word. */
static int main_die_locked(void *arg)
{
    (void)pthread_mutex_lock(arg);
    return 0;
}

static void robust_locks_are_told_of_deaths(void **state)
{
    pthread_mutex_t *lock = mmap(NULL, sizeof *lock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t attr;
    struct nursery n;

    (void)state;
    assert_ptr_not_equal(lock, MAP_FAILED);
    assert_int_equal(pthread_mutexattr_init(&attr), 0);
    assert_int_equal(pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED), 0);
    assert_int_equal(pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST), 0);
    assert_int_equal(pthread_mutex_init(lock, &attr), 0);
    assert_int_equal(nursery_open(&n, NULL), 0);
    (void)bear(&n, main_die_locked, lock);
    assert_int_equal(pthread_mutex_trylock(lock), EOWNERDEAD);
    nursery_close(&n);
    assert_int_equal(munmap(lock, sizeof *lock), 0);
}

static int main_read(void *arg)
{
    return *(volatile unsigned char *)arg;
}

static unsigned char *large_memory(void)
{
    unsigned char *memory = mmap(NULL, LARGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(memory, MAP_FAILED);
    memset(memory, 7, LARGE_BYTES);
    return memory;
}

/* It is not there, rather than there with other bytes; but what was asked for is. */
static void large_memory_stays_behind(void **state)
{
    unsigned char *memory = large_memory(), *middle = memory + LARGE_BYTES / 2;
    struct nursery n;

    (void)state;
    assert_int_equal(nursery_open(&n, NULL), 0);
    const struct pool_fault left = bear(&n, main_read, middle);
    if (burden_is_known())
        assert_int_equal(left.signal, SIGSEGV);
    else
        assert_int_equal(left.exit_code, 7);
    nursery_close(&n);
    assert_int_equal(nursery_open(&n, middle), 0);
    assert_int_equal(bear(&n, main_read, middle).exit_code, 7);
    nursery_close(&n);
    assert_int_equal(munmap(memory, LARGE_BYTES), 0);
}

static unsigned char table[2 * LARGE_BYTES];

static void static_data_is_kept(void **state)
{
    struct nursery n;

    (void)state;
    memset(table, 7, sizeof table);
    assert_int_equal(nursery_open(&n, NULL), 0);
    assert_int_equal(bear(&n, main_read, &table[LARGE_BYTES]).exit_code, 7);
    nursery_close(&n);
}

static int main_seven(void *arg)
{
    (void)arg;
    return 7;
}

/* Killed at any instruction, in a birth or between two: each worker that is asked for is there, and none is beside. */
static void a_killed_helper_is_replaced(void **state)
{
    struct nursery n;

    (void)state;
    assert_int_equal(nursery_open(&n, NULL), 0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(kill(n.helper.pid, SIGKILL), 0);
        for (int k = 0; k < i % 3; k++)
            (void)sched_yield();
        assert_int_equal(bear(&n, main_seven, NULL).exit_code, 7);
    }
    nursery_close(&n);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_are_the_hosts_children_and_know_themselves),
        cmocka_unit_test(robust_locks_are_told_of_deaths),
        cmocka_unit_test(large_memory_stays_behind),
        cmocka_unit_test(static_data_is_kept),
        cmocka_unit_test(a_killed_helper_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
