#define _GNU_SOURCE
#include "kin.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { PATH_SIZE = 96, TEXT_SIZE = 4096, DEPTH_MAX = 8 };

/* What is done with every thread; depth 0: it is of this process. */
typedef void visit_thread(void *arg, pid_t process, pid_t thread, int depth);

/* The text of a small file of /proc. False: it cannot be read, mostly because the thread is gone. */
static bool read_text(const char *path, char text[TEXT_SIZE])
{
    FILE *f = fopen(path, "re");

    if (!f)
        return false;
    const size_t n = fread(text, 1, TEXT_SIZE - 1, f);
    text[n] = '\0';
    fclose(f);
    return n > 0;
}

static void visit_process(pid_t process, int depth, visit_thread *visit, void *arg);

/* The children that a thread has begun. */
static void visit_children(pid_t process, pid_t thread, int depth, visit_thread *visit, void *arg)
{
    char path[PATH_SIZE];
    int child;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)process, (int)thread);
    FILE *f = fopen(path, "re");
    while (f && depth < DEPTH_MAX && fscanf(f, "%d", &child) == 1)
        visit_process(child, depth + 1, visit, arg);
    if (f)
        fclose(f);
}

static void visit_process(pid_t process, int depth, visit_thread *visit, void *arg)
{
    char path[PATH_SIZE];
    const struct dirent *entry;

    snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    DIR *tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        const pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
        if (thread <= 0)
            continue;
        visit(arg, process, thread, depth);
        visit_children(process, thread, depth, visit, arg);
    }
    if (tasks)
        closedir(tasks);
}

/* The number behind "name   :" of /proc/.../sched. False: there is none. */
static bool find_number(const char *text, const char *name, double *number)
{
    const char *at = strstr(text, name);

    return at && sscanf(at + strlen(name), " : %lf", number) == 1;
}

/* Fields of /proc/.../stat from the third on; the name before them, in parentheses, may hold anything. */
struct stat_fields {
    long long faults_minor, faults_minor_children, faults_major, faults_major_children;
    long long user, system, user_children, system_children; /* ticks */
    int cpu;
};

static bool read_stat(pid_t process, pid_t thread, struct stat_fields *s)
{
    char path[PATH_SIZE], text[TEXT_SIZE];

    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)process, (int)thread);
    if (!read_text(path, text))
        return false;
    const char *after = strrchr(text, ')');
    return after &&
           sscanf(after + 1,
                  " %*c %*d %*d %*d %*d %*d %*u %lld %lld %lld %lld %lld %lld %lld %lld %*d %*d %*d %*d %*u %*u "
                  "%*d %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*d %d",
                  &s->faults_minor, &s->faults_minor_children, &s->faults_major, &s->faults_major_children, &s->user,
                  &s->system, &s->user_children, &s->system_children, &s->cpu) == 9;
}

/* What a descendant's thread has used; its ended children are told of in each thread alike, so once is enough. */
static void count_descendant(struct sample_counters *c, const char *sched, const struct stat_fields *s, bool leader)
{
    const int64_t tick_ns = 1000000000 / sysconf(_SC_CLK_TCK);
    const double user = (double)s->user, ticks = (double)(s->user + s->system);
    double ms = 0, switches = 0;

    if (!find_number(sched, "se.sum_exec_runtime", &ms) || !find_number(sched, "nr_switches", &switches)) {
        *c = sample_no_counters();
        return;
    }
    const int64_t total_ns = (int64_t)(ms * 1e6), user_ns = ticks > 0 ? (int64_t)(ms * 1e6 * (user / ticks)) : total_ns;
    c->cpu_user_ns += user_ns + (leader ? s->user_children * tick_ns : 0);
    c->cpu_system_ns += total_ns - user_ns + (leader ? s->system_children * tick_ns : 0);
    c->context_switches += (int64_t)switches;
    c->faults_minor += s->faults_minor + (leader ? s->faults_minor_children : 0);
    c->faults_major += s->faults_major + (leader ? s->faults_major_children : 0);
}

static void count_thread(void *arg, pid_t process, pid_t thread, int depth)
{
    struct sample_counters *c = arg;
    struct stat_fields s;
    char path[PATH_SIZE], sched[TEXT_SIZE];
    double migrations = 0;

    if (c->cpu_user_ns == SAMPLE_UNKNOWN)
        return;
    snprintf(path, sizeof path, "/proc/%d/task/%d/sched", (int)process, (int)thread);
    const bool told = read_text(path, sched);
    if ((depth > 0 || !told) && !read_stat(process, thread, &s))
        return; /* it has just ended: it counts among the children that have */
    if (depth > 0)
        count_descendant(c, sched, &s, process == thread);
    if (c->migrations != SAMPLE_UNKNOWN && find_number(sched, "se.nr_migrations", &migrations))
        c->migrations += (int64_t)migrations;
    else
        c->migrations = SAMPLE_UNKNOWN;
}

void kin_count(struct sample_counters *c)
{
    visit_process(getpid(), 0, count_thread, c);
}

static void add_memory(void *arg, pid_t process, pid_t thread, int depth)
{
    struct kin_memory *m = arg;
    int64_t *sum = depth ? &m->descendants : &m->own;
    char path[PATH_SIZE], text[TEXT_SIZE];
    long long kib = 0;

    if (process != thread)
        return;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)process);
    const char *pss = read_text(path, text) ? strstr(text, "\nPss:") : NULL;
    if (pss && sscanf(pss, " Pss: %lld kB", &kib) == 1) {
        *sum += *sum == SAMPLE_UNKNOWN ? 0 : kib * 1024;
        m->count += depth > 0;
    } else if (depth == 0) /* a descendant may have ended just now, this process has not */
        m->own = SAMPLE_UNKNOWN;
}

struct kin_memory kin_memory_now(void)
{
    struct kin_memory m = {0};

    visit_process(getpid(), 0, add_memory, &m);
    return m;
}

static void mark_cpu(void *arg, pid_t process, pid_t thread, int depth)
{
    bool *used = arg;
    struct stat_fields s;

    (void)depth;
    if (read_stat(process, thread, &s) && s.cpu >= 0 && s.cpu < CPU_SETSIZE)
        used[s.cpu] = true;
}

void kin_cpus(char text[SAMPLE_CPUS_SIZE])
{
    bool used[CPU_SETSIZE + 1] = {false};
    size_t length = 0;

    text[0] = '\0';
    visit_process(getpid(), 0, mark_cpu, used);
    for (int first = 0, last; first < CPU_SETSIZE; first = last + 1) {
        for (last = first; used[last]; last++)
            ;
        if (last == first)
            continue;
        length += (size_t)snprintf(text + length, SAMPLE_CPUS_SIZE - length, last - first > 1 ? "%s%d-%d" : "%s%d",
                                   length ? ";" : "", first, last - 1);
        if (length >= SAMPLE_CPUS_SIZE) { /* too scattered to be told in a field */
            text[0] = '\0';
            return;
        }
    }
}
