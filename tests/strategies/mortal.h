/*
 * mortal.h - the strategies whose workers are processes, and memory in which their tasks testify.
 *
 * Errors: assertions of the test.
 */
#ifndef MORTAL_H
#define MORTAL_H

#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

static inline const struct pool_ops *mortal_next(size_t *i)
{
    const char *only = getenv("MORTAL_ONLY"); /* one strategy, to look closer at it */

    for (; pool_strategies[*i]; (*i)++)
        if (!pool_strategies[*i]->absent && (pool_strategies[*i]->capabilities & POOL_CAP_PROCS) &&
            (!only || strcmp(only, pool_strategies[*i]->name) == 0))
            return pool_strategies[(*i)++];
    return NULL;
}

#define MORTAL_EACH(ops)                                                                                               \
    size_t mortal_i_ = 0;                                                                                              \
    for (const struct pool_ops *ops; (ops = mortal_next(&mortal_i_)) != NULL;)

enum { LEDGER_ITEMS = 4096 };

/* Items of a large map, where each costs a fork: with a sanitizer's shadow memory that is milliseconds. */
#ifdef __has_feature
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define MORTAL_SLOW_FORKS
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MORTAL_SLOW_FORKS
#endif
#ifdef MORTAL_SLOW_FORKS
enum { MORTAL_FORKS = 100 };
#else
enum { MORTAL_FORKS = 1000 };
#endif

/* What tasks write down where a pool has no hand in it. */
struct ledger {
    unsigned runs[LEDGER_ITEMS]; /* how often each item was begun */
    pid_t pid[LEDGER_ITEMS];     /* who ran it last */
    size_t born;                 /* initializers run */
    size_t inside;               /* tasks that wait for the gate */
    unsigned gate;               /* 1: open */
};

static inline struct ledger *ledger_new(void)
{
    struct ledger *l = mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(l, MAP_FAILED);
    return l;
}

static inline void ledger_note(struct ledger *l, size_t item)
{
    l->pid[item] = getpid();
    __atomic_add_fetch(&l->runs[item], 1, __ATOMIC_RELAXED);
}

/* Stay until the test opens the gate. */
static inline void ledger_gate(struct ledger *l)
{
    __atomic_add_fetch(&l->inside, 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&l->gate, __ATOMIC_ACQUIRE))
        (void)usleep(100);
}

static inline void ledger_await(const struct ledger *l, size_t inside)
{
    while (__atomic_load_n(&l->inside, __ATOMIC_ACQUIRE) < inside)
        (void)usleep(100);
}

/*
 * Kill a worker and wait until it is dead: kill(2) returns before, and who runs on another CPU at that moment may still
 * take an item. Needs no descriptor. One that has died since it was looked up stays dead.
 */
static inline void mortal_kill(pid_t pid)
{
    siginfo_t info;

    if (kill(pid, SIGKILL))
        assert_int_equal(errno, ESRCH);
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0) {
        if (errno == ECHILD) /* the pool has collected it */
            return;
        assert_int_equal(errno, EINTR);
    }
}

/* Kill each worker that ran one of the first items, once: its number may be another's afterwards. */
static inline void ledger_kill(const struct ledger *l, size_t items)
{
    for (size_t i = 0; i < items; i++) {
        size_t same = 0;
        while (l->pid[same] != l->pid[i])
            same++;
        if (same == i && l->pid[i] > 0)
            mortal_kill(l->pid[i]);
    }
}

/* Entries of a folder of /proc. */
static inline int mortal_count(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    assert_int_equal(closedir(dir), 0);
    return count;
}

/* The processes that threads of this one have forked. Returns their number. */
static inline size_t mortal_children(pid_t pids[], size_t max)
{
    char path[64];
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *entry;

    assert_non_null(tasks);
    while ((entry = readdir(tasks)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "/proc/self/task/%.16s/children", entry->d_name);
        FILE *file = fopen(path, "re");
        int pid;
        while (file && count < max && fscanf(file, "%d", &pid) == 1)
            pids[count++] = pid;
        if (file)
            assert_int_equal(fclose(file), 0);
    }
    assert_int_equal(closedir(tasks), 0);
    return count;
}

/* No child, not even a zombie. */
static inline void mortal_no_children(const char *who)
{
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        fail_msg("%s has left a child", who);
}
#endif
