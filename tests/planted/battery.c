/* The examination: many sizes, chunks, shapes and errors beside the plain loop, and a look at the process. */
#define _GNU_SOURCE
#include "battery.h"
#include "probe.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct probe plain = {.nargs = 1, .arg_size = {8}, .out_size = 8};

static bool sizes_and_chunks(struct pool *pool, size_t workers)
{
    const size_t counts[] = {1, workers - 1, workers, workers + 1, 13, 16, 101};
    bool good = true;

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const size_t n = counts[i], chunks[] = {0, 1, 2, n - 1, n, SIZE_MAX};
        for (size_t k = 0; n && k < sizeof chunks / sizeof chunks[0]; k++)
            good = good && probe_agrees(pool, plain, n, chunks[k]);
    }
    for (size_t i = 0; i < 100; i++)
        good = good && probe_agrees(pool, plain, 3, 0);
    return good && probe_agrees(pool, plain, 70000, 0) && probe_agrees(pool, plain, 70000, 0);
}

static bool shapes(struct pool *pool)
{
    static const struct probe shape[] = {
        {.nargs = 1, .arg_size = {3}, .out_size = 1},       {.nargs = 1, .arg_size = {8}, .out_size = 3},
        {.nargs = 1, .arg_size = {8}, .out_size = 0},       {.nargs = 1, .arg_size = {70000}, .out_size = 8},
        {.nargs = 1, .arg_size = {8}, .out_size = 70000},   {.nargs = 2, .arg_size = {8, 8}, .out_size = 8},
        {.nargs = 3, .arg_size = {8, 3, 5}, .out_size = 8}, {.nargs = 1, .arg_size = {8}, .out_size = 8, .salt = 255},
    };
    bool good = true;

    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++)
        good = good && probe_agrees(pool, shape[i], 13, 0) && probe_agrees(pool, shape[i], 13, 5);
    return good;
}

static bool errors(struct pool *pool)
{
    const size_t each[] = {1, 3, 13, 13, 13}, at[] = {0, 1, 0, 12, 5};
    bool good = true;

    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        struct probe failing = {.nargs = 1, .arg_size = {8}, .fail_each = each[i], .fail_at = at[i]};
        failing.out_size = i < 2 ? 70000 : 600;
        good = good && probe_agrees(pool, failing, 13, 5) && probe_agrees(pool, plain, 13, 5) &&
               probe_agrees(pool, failing, 13, 0);
    }
    return good;
}

/* As many items as workers meet, once with a chunk given; then a single item runs, and not here. */
static bool meetings(struct pool *pool, size_t workers)
{
    uint32_t meeting[3] = {0};
    struct probe probe = plain;
    bool good = true;

    probe.caller = gettid();
    for (size_t i = 0; i < 3; i++) {
        const size_t guests = i == 2 ? 1 : workers;
        probe.meeting = &meeting[i];
        probe.guests = guests;
        good = good && probe_agrees(pool, probe, guests, i == 1);
    }
    return good;
}

static bool quiet_afterwards(struct pool *pool)
{
    struct probe probe = plain;

    probe.linger_ms = 100;
    return probe_agrees(pool, probe, 13, 0);
}

/* Two threads with an item each, that meet. */
struct guest {
    struct pool *pool;
    const struct probe *probe;
    bool good;
};

static void *apply_guest(void *arg)
{
    struct guest *guest = arg;
    const struct probe *p = guest->probe;
    const struct pool_task task = {
        .call = probe_call, .nargs = 1, .arg_size = {8}, .out_size = 8, .context = p, .context_size = sizeof *p};
    const uint64_t argument = 0;
    const void *const argv[] = {&argument};
    uint64_t out;

    guest->good = pool_apply(guest->pool, &task, argv, &out, NULL) == POOL_OK;
    return NULL;
}

static bool two_applies(struct pool *pool)
{
    uint32_t meeting = 0;
    struct probe probe = plain;
    struct guest one = {.pool = pool, .probe = &probe}, two = one;
    pthread_t thread;

    probe.meeting = &meeting;
    probe.guests = 2;
    if (pthread_create(&thread, NULL, apply_guest, &one))
        return false;
    apply_guest(&two);
    pthread_join(thread, NULL);
    return one.good && two.good;
}

static int echo_call(const void *const argv[], void *out, const void *context)
{
    (void)context;
    memcpy(out, argv[0], sizeof(uint64_t));
    return 0;
}

static const struct pool_task echo = {.name = "echo", .call = echo_call, .nargs = 1, .arg_size = {8}, .out_size = 8};

/* Maps whose items are like those of no other thread. */
struct mapper {
    struct pool *pool;
    uint64_t first;
    bool good;
};

static void *map_again_and_again(void *arg)
{
    enum { ROUNDS = 300, ITEMS = 32 };
    struct mapper *m = arg;
    uint64_t in[ITEMS], out[ITEMS];

    for (size_t i = 0; i < ITEMS; i++)
        in[i] = m->first + i;
    for (size_t round = 0; round < ROUNDS; round++) {
        memset(out, 0, sizeof out);
        m->good = m->good && pool_map(m->pool, &echo, ITEMS, in, out, 1, NULL) == POOL_OK;
        m->good = m->good && memcmp(in, out, sizeof in) == 0;
    }
    return NULL;
}

static bool two_maps(struct pool *pool)
{
    struct mapper one = {.pool = pool, .first = 1000, .good = true}, two = one;
    pthread_t thread;

    two.first = 2000;
    if (pthread_create(&thread, NULL, map_again_and_again, &one))
        return false;
    map_again_and_again(&two);
    pthread_join(thread, NULL);
    return one.good && two.good;
}

/* More batches than sixteen bits can number. */
static bool many_batches(const struct pool_ops *ops)
{
    const struct pool_config config = {.workers = 2};
    struct pool *pool;
    bool good = true;

    if (pool_create_with(ops, &config, &pool))
        return false;
    for (uint64_t i = 0, out = 1; i < 70000; i++) {
        const void *const argv[] = {&i};
        good = good && pool_apply(pool, &echo, argv, &out, NULL) == POOL_OK && out == i;
    }
    pool_destroy(pool);
    return good;
}

static size_t count_entries(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t entries = 0;

    while (dir && readdir(dir))
        entries++;
    if (dir)
        closedir(dir);
    return entries;
}

/* Does every thread of this process have the creator's affinity? */
static bool affinity_inherited(void)
{
    DIR *dir = opendir("/proc/self/task");
    cpu_set_t mine, theirs;
    bool good = dir && sched_getaffinity(0, sizeof mine, &mine) == 0;

    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        const pid_t tid = (pid_t)atoi(entry->d_name);
        if (tid && sched_getaffinity(tid, sizeof theirs, &theirs) == 0)
            good = good && CPU_EQUAL(&mine, &theirs);
    }
    if (dir)
        closedir(dir);
    return good;
}

static bool rule_is_sound(struct pool *pool)
{
    bool good = true;

    for (size_t n = 1; n < 1000; n++)
        good = good && pool_auto_chunk(pool, n) <= n && pool_auto_chunk(pool, n) == pool_auto_chunk(pool, n);
    return good;
}

static bool work_is_right(struct pool *pool, size_t workers)
{
    return quiet_afterwards(pool) && sizes_and_chunks(pool, workers) && shapes(pool) && meetings(pool, workers) &&
           (workers < 2 || (two_applies(pool) && two_maps(pool))) && errors(pool);
}

static bool pool_is_sound(const struct pool_ops *ops, size_t workers, bool used)
{
    const struct pool_config config = {.workers = workers};
    const size_t descriptors = count_entries("/proc/self/fd"), threads = count_entries("/proc/self/task");
    struct pool *pool;

    if (pool_create_with(ops, &config, &pool))
        return false;
    bool good = count_entries("/proc/self/task") == threads + workers && affinity_inherited() && rule_is_sound(pool);
    good = good && (!used || work_is_right(pool, workers));
    pool_close(pool);
    pool_join(pool, POOL_FOREVER);
    pool_destroy(pool);
    return good && waitpid(-1, NULL, WNOHANG) < 0 && count_entries("/proc/self/fd") == descriptors &&
           count_entries("/proc/self/task") == threads;
}

/* Creation that fails for want of address space leaves no thread behind. */
static bool failed_start_is_clean(const struct pool_ops *ops)
{
    const struct pool_config config = {.workers = 64};
    const struct rlimit little = {.rlim_cur = (rlim_t)1 << 28, .rlim_max = RLIM_INFINITY};
    const size_t threads = count_entries("/proc/self/task");
    struct rlimit before;
    struct pool *pool;

    if (getrlimit(RLIMIT_AS, &before) || setrlimit(RLIMIT_AS, &little))
        return false;
    const enum pool_status status = pool_create_with(ops, &config, &pool);
    setrlimit(RLIMIT_AS, &before);
    return (status == POOL_EOS || status == POOL_ENOMEM) && count_entries("/proc/self/task") == threads;
}

bool battery_passes(const struct pool_ops *ops)
{
    const size_t workers[] = {1, 2, 3, 5};
    bool good = failed_start_is_clean(ops) && pool_is_sound(ops, 2, false);

    for (size_t i = 0; i < sizeof workers / sizeof workers[0]; i++)
        good = good && pool_is_sound(ops, workers[i], true);
    return good && many_batches(ops);
}
