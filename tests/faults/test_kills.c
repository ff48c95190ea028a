/*
 * A storm of SIGKILLs: whatever is killed when, each item has one fate - its value, or its loss, told once - and is
 * run at most once. test_kills KILLS: so many of each strategy's workers are killed.
 */
#define _GNU_SOURCE
#include "course.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Item LOST_FOR_SURE kills its own worker: the other kills may all fall between items, where they cost none. */
enum { WORKERS = 4, ITEMS = 500, LOST_FOR_SURE = 333, SEATS = 64, KILLS_AT_A_TIME = 250 };

/* In memory that the workers share, outside of the pool's own channel. */
struct yard {
    uint32_t started[ITEMS], finished[ITEMS];
    pid_t seen[SEATS]; /* workers that have begun an item lately */
    uint32_t kills, lost, values, stop;
};

static uint32_t kills_wanted = 500;

static uint64_t value_of(uint64_t item)
{
    return item * item + 17;
}

static int sign_call(const void *const argv[], void *out, const void *context)
{
    struct yard *yard;
    uint64_t item;

    memcpy(&yard, context, sizeof yard);
    memcpy(&item, argv[0], sizeof item);
    __atomic_add_fetch(&yard->started[item], 1, __ATOMIC_RELAXED);
    __atomic_store_n(&yard->seen[(size_t)getpid() % SEATS], getpid(), __ATOMIC_RELAXED);
    for (volatile unsigned spin = 0; spin < 20000; spin++)
        continue;
    if (item == LOST_FOR_SURE && !__atomic_load_n(&yard->stop, __ATOMIC_RELAXED)) {
        __atomic_add_fetch(&yard->kills, 1, __ATOMIC_RELAXED);
        kill(getpid(), SIGKILL);
    }
    const uint64_t value = value_of(item);
    memcpy(out, &value, sizeof value);
    __atomic_add_fetch(&yard->finished[item], 1, __ATOMIC_RELEASE);
    return 0;
}

/* By descriptor, so that nobody else is hit who has got the number since. True: a living child was killed. */
static bool kill_child(pid_t pid)
{
    siginfo_t info = {0};
    const int fd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (fd < 0)
        return false;
    const bool ours = waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && !info.si_pid;
    const bool killed = ours && syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0;
    close(fd);
    return killed;
}

/* Each worker that has begun an item is killed once, at some time or other. */
static void *kill_all(void *arg)
{
    struct yard *yard = arg;
    unsigned random = 1;

    for (size_t seat = 0; !__atomic_load_n(&yard->stop, __ATOMIC_RELAXED); seat = (seat + 1) % SEATS) {
        const pid_t pid = __atomic_exchange_n(&yard->seen[seat], 0, __ATOMIC_RELAXED);
        if (!pid)
            continue;
        random = random * 1103515245 + 12345;
        const struct timespec pause = {.tv_nsec = (random >> 16) % 200000};
        nanosleep(&pause, NULL);
        if (kill_child(pid))
            __atomic_add_fetch(&yard->kills, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

static void judge_item(struct yard *yard, size_t i, const struct pool_item *item, uint64_t out)
{
    if (yard->started[i] > 1)
        conform_fail("item %zu was run %u times", i, yard->started[i]);
    if (item->status == POOL_OK && (yard->finished[i] != 1 || out != value_of(i)))
        conform_fail("item %zu is told as done, ran to its end %u times, and its value is %s", i, yard->finished[i],
                     out == value_of(i) ? "right" : "wrong");
    if (item->status != POOL_OK && item->status != POOL_ELOST)
        conform_fail("item %zu is told as '%s'", i, pool_status_text(item->status));
    if (i == LOST_FOR_SURE && !yard->stop && item->status != POOL_ELOST)
        conform_fail("item %zu killed its worker, and is told as '%s'", i, pool_status_text(item->status));
    yard->values += item->status == POOL_OK;
    yard->lost += item->status == POOL_ELOST;
}

static void map_once(struct pool *pool, struct yard *yard, size_t chunk)
{
    static uint64_t in[ITEMS], out[ITEMS];
    static struct pool_item items[ITEMS];
    const struct pool_task task = {.name = "sign",
                                   .call = sign_call,
                                   .nargs = 1,
                                   .arg_size = {8},
                                   .out_size = 8,
                                   .context = &yard,
                                   .context_size = sizeof yard};
    const struct pool_async async = {.items = items};
    const uint32_t lost = yard->lost;
    struct pool_handle *handle;
    struct pool_fault fault;

    memset(yard->started, 0, sizeof yard->started);
    memset(yard->finished, 0, sizeof yard->finished);
    for (size_t i = 0; i < ITEMS; i++)
        in[i] = i;
    if (pool_map_async(pool, &task, ITEMS, in, out, chunk, &async, &handle))
        conform_fail("a map was refused");
    const enum pool_status status = pool_handle_get(handle, POOL_FOREVER, &fault);
    pool_handle_free(handle);
    if (status != POOL_OK && status != POOL_ELOST)
        conform_fail("a map gave '%s' (%s)", pool_status_text(status), fault.text);
    for (size_t i = 0; i < ITEMS; i++)
        judge_item(yard, i, &items[i], out[i]);
    if (fault.failed != yard->lost - lost)
        conform_fail("%u items were lost, the map tells of %zu", yard->lost - lost, fault.failed);
}

struct storm {
    const struct pool_ops *ops;
    struct yard *yard;
};

static int run_storm(void *arg, int report)
{
    const struct storm *storm = arg;
    const struct pool_config config = {.workers = WORKERS};
    const uint32_t until = storm->yard->kills + KILLS_AT_A_TIME;
    struct pool *pool;
    pthread_t killer;

    verdict_open(report);
    storm->yard->stop = 0;
    if (pool_create_with(storm->ops, &config, &pool) || pthread_create(&killer, NULL, kill_all, storm->yard))
        conform_fail("a pool and a thread cannot be had");
    for (size_t round = 0; __atomic_load_n(&storm->yard->kills, __ATOMIC_RELAXED) < until; round++)
        map_once(pool, storm->yard, round % 3 * 5);
    storm->yard->stop = 1;
    pthread_join(killer, NULL);
    map_once(pool, storm->yard, 1);
    if (pool_close(pool) || pool_join(pool, POOL_FOREVER))
        conform_fail("close or join failed");
    pool_destroy(pool);
    verdict_pass();
    return EXIT_SUCCESS;
}

static void test_every_item_has_one_fate(void **state)
{
    const char *only = getenv("FAULTS_ONLY"); /* one strategy, to look closer at it */

    (void)state;
    for (size_t i = 0; pool_strategies[i]; i++) {
        struct storm storm = {.ops = pool_strategies[i]};
        if (storm.ops->absent || !(storm.ops->capabilities & POOL_CAP_PROCS) ||
            (only && strcmp(only, storm.ops->name) != 0))
            continue;
        storm.yard = mmap(NULL, sizeof *storm.yard, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_ptr_not_equal(storm.yard, MAP_FAILED);
        while (storm.yard->kills < kills_wanted)
            course_isolate(storm.ops->name, run_storm, &storm);
        assert_true(storm.yard->lost <= storm.yard->kills);
        assert_true(storm.yard->lost > 0);
        printf("%-16s %6u kills, %6u items lost, %8u values\n", storm.ops->name, storm.yard->kills, storm.yard->lost,
               storm.yard->values);
        munmap(storm.yard, sizeof *storm.yard);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_item_has_one_fate)};

    if (argc > 1)
        kills_wanted = (uint32_t)strtoul(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
