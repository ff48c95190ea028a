/* S4, S5: a host that is killed, and one that has nothing left to give. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../kit/act.h"
#include "../kit/census.h"
#include "cases.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static size_t count_lines(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t lines = 0;
    int c;

    while (file && (c = getc(file)) != EOF)
        lines += c == '\n';
    if (file)
        fclose(file);
    return lines;
}

enum { HOSTS = 2 };

/* What is being looked for. */
struct killed {
    pid_t host[HOSTS];
    time_t since; /* when the case began: numbers of processes come again */
};

/* LLVM's OpenMP names an object after each process that uses it; a host's counts, not what other programs leave. */
static bool is_of_others(int folder, const char *name, const struct killed *k)
{
    struct stat status;
    int pid;

    if (sscanf(name, "__KMP_REGISTERED_LIB_%d_", &pid) != 1)
        return false;
    return (pid != k->host[0] && pid != k->host[1]) || fstatat(folder, name, &status, 0) != 0 ||
           status.st_ctime < k->since;
}

static size_t count_named(const struct killed *k)
{
    const char *const folders[] = {"/dev/shm", "/dev/mqueue"};
    size_t count =
        count_lines("/proc/sysvipc/shm") + count_lines("/proc/sysvipc/sem") + count_lines("/proc/sysvipc/msg");

    for (size_t i = 0; i < COUNT(folders); i++) {
        DIR *folder = opendir(folders[i]);
        for (const struct dirent *entry; folder && (entry = readdir(folder));)
            count += !is_of_others(dirfd(folder), entry->d_name, k);
        if (folder)
            closedir(folder);
    }
    return count;
}

void S4_killed_host_leaves_no_named_object(struct subject *s)
{
    const int64_t until_ns = clock_now_ns() + subject_patience_ns(s, PATIENCE_SETTLE_NS);
    struct killed k = {.since = time(NULL)};
    const size_t before = count_named(&k);

    for (size_t i = 0; i < HOSTS; i++) {
        gate_shut(s);
        fflush(NULL);
        k.host[i] = fork();
        if (k.host[i] == 0) {
            struct play *p = play_new(s, 0, 3);
            p->in[0].act = ACT_WAIT;
            struct pool *pool = subject_create(s, subject_workers(s, 2));
            (void)pool_alloc(pool, 100000);
            play_start(p, pool, 1);
            for (;;)
                pause();
        }
        gate_await(s, 1);
        kill(k.host[i], SIGKILL);
        (void)child_await(s, k.host[i], "a killed host");
        gate_open(s);
    }
    while (count_named(&k) > before && clock_now_ns() < until_ns) /* others on this machine may have had some */
        poll(NULL, 0, 10);
    if (count_named(&k) > before)
        conform_fail("a killed host has left a named object in /dev/shm, /dev/mqueue or System V IPC");
}

/* The lowest number from which on `count` more descriptors can be opened. */
static rlim_t limit_for_descriptors(size_t count)
{
    int number = 0;

    for (;; number++)
        if (fcntl(number, F_GETFD) == -1 && count-- == 0)
            return (rlim_t)number;
}

/* Use a pool under a limit; each step may fail, none may hang. */
static void use_exhausted(const struct subject *s, size_t descriptors, bool processes, bool create_first)
{
    struct rlimit before, now;
    struct pool *pool = create_first ? subject_create(s, subject_workers(s, 2)) : NULL;
    const struct pool_config config = {.workers = subject_workers(s, 2), .options = s->options};

    getrlimit(RLIMIT_NOFILE, &before);
    now = before;
    now.rlim_cur = limit_for_descriptors(descriptors);
    setrlimit(RLIMIT_NOFILE, &now);
    const enum pool_status status = pool ? POOL_OK : pool_create_with(s->ops, &config, &pool);
    if (!status) {
        struct play *p = play_new(s, 0, 12);
        if (processes)
            p->in[2].act = p->in[7].act = ACT_KILL;
        play_start(p, pool, 1);
        const bool over = pool_handle_wait(p->handle, subject_patience_ns(s, PATIENCE_MEET_NS)) == POOL_OK;
        setrlimit(RLIMIT_NOFILE, &before);
        if (!over)
            conform_fail("with %zu descriptors left a call does not end", descriptors);
        play_judge(p, true);
        play_free(p);
        pool_destroy(pool);
    }
    setrlimit(RLIMIT_NOFILE, &before);
    if (status && status != POOL_EOS && status != POOL_ENOMEM && status != POOL_EBROKEN)
        conform_fail("with %zu descriptors left creation gave '%s'", descriptors, pool_status_text(status));
}

void S5_exhaustion_is_an_error(struct subject *s)
{
    const bool processes = workers_are_processes(s);
    const struct census before = census_take();

    for (size_t descriptors = 0; descriptors < (s->quick ? 6 : 16); descriptors++)
        use_exhausted(s, descriptors, processes, false);
    for (size_t descriptors = 0; descriptors < 4; descriptors++)
        use_exhausted(s, descriptors, processes, true);
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    play_once(s, pool, 12, 1);
    subject_end(pool);
    census_compare(s, &before, true, "after pools without descriptors");
}

enum { STEP_BYTES = 1024 };

/* All the memory that malloc has, block by block; each points at the next. */
static void **hoard(void)
{
    void **first = NULL, **block;

    for (size_t bytes = (size_t)1 << 24; bytes >= sizeof block; bytes /= 2)
        while ((block = malloc(bytes))) {
            *block = first;
            first = block;
        }
    return first;
}

static void release(void **first)
{
    while (first) {
        void **block = first;
        first = *block;
        free(block);
    }
}

/* The stack may not grow either, so it grows before. */
static void grow_stack(void)
{
    volatile char room[1 << 18];

    for (size_t i = 0; i < sizeof room; i += STEP_BYTES)
        room[i] = 0;
}

/* What a pool does while there is no memory but `steps` pieces. */
struct hunger {
    struct pool *pool, *second;
    enum pool_status mapped, created;
};

static struct hunger starve(const struct subject *s, struct play *p, size_t steps, const struct pool_async *async)
{
    struct hunger h = {.pool = subject_create(s, subject_workers(s, 2))};
    const struct pool_config config = {.workers = subject_workers(s, 2), .options = s->options};
    struct rlimit before;
    void *piece[8] = {NULL};

    getrlimit(RLIMIT_AS, &before);
    for (size_t i = 0; i < steps; i++)
        piece[i] = malloc(STEP_BYTES);
    grow_stack();
    setrlimit(RLIMIT_AS, &(struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max});
    void **all = hoard();
    for (size_t i = 0; i < steps; i++)
        free(piece[i]);
    h.mapped = pool_map_async(h.pool, &p->task, p->count, p->in, p->out, 1, async, &p->handle);
    if (!h.mapped)
        (void)pool_handle_wait(p->handle, subject_patience_ns(s, PATIENCE_MEET_NS));
    h.created = pool_create_with(s->ops, &config, &h.second);
    setrlimit(RLIMIT_AS, &before);
    release(all);
    return h;
}

void S5_no_memory_is_an_error(struct subject *s)
{
    if (POOLBENCH_SANITIZE[0])
        conform_unsupported("a sanitizer's allocator cannot be left without memory");
    for (size_t steps = 0; steps <= 8; steps++) {
        struct play *p = play_new(s, 0, 12);
        const struct pool_async async = {.items = p->items};
        const struct hunger h = starve(s, p, steps, &async);
        if (h.mapped && h.mapped != POOL_ENOMEM && h.mapped != POOL_EOS && h.mapped != POOL_EBROKEN)
            conform_fail("without memory a map gave '%s'", pool_status_text(h.mapped));
        if (h.created && h.created != POOL_ENOMEM && h.created != POOL_EOS && h.created != POOL_EBROKEN)
            conform_fail("without memory creation gave '%s'", pool_status_text(h.created));
        if (!h.mapped) {
            play_await(p);
            play_judge(p, true);
        }
        pool_destroy(h.second);
        pool_destroy(h.pool);
        play_free(p);
    }
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    play_once(s, pool, 12, 1);
    subject_end(pool);
}
