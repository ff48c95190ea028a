/* The processes and threads of a case: workers seen from outside, children and threads of its own. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "act.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The letter of /proc for what a process does, '\0': there is none. */
static char state_of(pid_t pid, int *parent)
{
    char path[64], text[512], state = '\0';

    *parent = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return state;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *after = strrchr(text, ')');
    return after && sscanf(after + 1, " %c %d", &state, parent) == 2 ? state : '\0';
}

static pid_t parent_of(pid_t pid)
{
    int parent;

    (void)state_of(pid, &parent);
    return parent;
}

size_t workers_list(pid_t pids[], size_t room)
{
    const struct dirent *entry;
    size_t count = 0;
    DIR *proc = opendir("/proc");

    while (proc && (entry = readdir(proc)))
        if (isdigit((unsigned char)entry->d_name[0])) {
            const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
            if (parent_of(pid) == getpid() && count < room)
                pids[count++] = pid;
        }
    if (proc)
        closedir(proc);
    return count;
}

int process_watch(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* True: it has ended. */
static bool await_end(int watch, int64_t patience_ns)
{
    struct pollfd poll_for = {.fd = watch, .events = POLLIN};
    const int64_t until_ns = clock_now_ns() + patience_ns;

    for (;;) {
        const int64_t left_ns = until_ns - clock_now_ns();
        if (poll(&poll_for, 1, left_ns > 0 ? (int)(left_ns / 1000000) + 1 : 0) > 0)
            return true;
        if (left_ns <= 0)
            return false;
    }
}

void process_expect_end(const struct subject *s, int watch, const char *who)
{
    if (watch >= 0 && !await_end(watch, subject_patience_ns(s, PATIENCE_SETTLE_NS)))
        conform_fail("%s still runs", who);
    if (watch >= 0)
        close(watch);
}

bool worker_kill(pid_t pid)
{
    const int watch = process_watch(pid);

    if (watch < 0)
        return false;
    const bool ours = parent_of(pid) == getpid() && syscall(SYS_pidfd_send_signal, watch, SIGKILL, NULL, 0) == 0;
    if (ours)
        (void)await_end(watch, PATIENCE_CASE_NS);
    close(watch);
    return ours;
}

void worker_stop(const struct subject *s, pid_t pid)
{
    const int64_t until_ns = clock_now_ns() + subject_patience_ns(s, PATIENCE_MEET_NS);
    int parent;

    if (kill(pid, SIGSTOP))
        conform_fail("the worker of a running item is gone");
    while (state_of(pid, &parent) != 'T') {
        if (clock_now_ns() >= until_ns)
            conform_fail("a worker that has an item does not stop");
        poll(NULL, 0, 1);
    }
}

int child_await(const struct subject *s, pid_t pid, const char *who)
{
    const int watch = process_watch(pid);
    int status = 0;

    if (watch < 0 || !await_end(watch, subject_patience_ns(s, PATIENCE_MEET_NS))) {
        kill(pid, SIGKILL);
        conform_fail("%s does not end", who);
    }
    close(watch);
    if (waitpid(pid, &status, 0) != pid)
        conform_fail("%s cannot be waited for: %s", who, strerror(errno));
    return status;
}

void thread_await(const struct subject *s, unsigned long thread, const char *what)
{
    const int64_t until_ns = clock_now_ns() + subject_patience_ns(s, PATIENCE_SETTLE_NS);

    while (pthread_tryjoin_np((pthread_t)thread, NULL)) {
        if (clock_now_ns() >= until_ns)
            conform_fail("%s does not return", what);
        poll(NULL, 0, 1);
    }
}

bool workers_are_processes(const struct subject *s)
{
    const bool declared = s->ops->capabilities & POOL_CAP_PROCS;
    struct pool *pool = subject_create(s, 1);

    play_once(s, pool, 1, 1);
    subject_end(pool);
    const bool seen = s->ledger->item[0].pid != getpid();
    if (declared && !seen)
        conform_fail("it declares that workers are processes, but runs items in the creator's");
    return seen;
}

void need_processes(const struct subject *s)
{
    if (!workers_are_processes(s))
        conform_unsupported("an item ran in the process that created the pool, which would die with it");
}
