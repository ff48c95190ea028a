/* The birth and death of a worker: thread, fork, vfork, exec. */
#define _GNU_SOURCE
#include "measure.h"

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREAD_CALLS 50
#define FORK_CALLS 10
#define FORK_LARGE_BYTES ((size_t)1 << 20) /* a parent above this size forks slowly enough for one call a sample */
#define VFORK_CALLS 20
#define SPAWN_CALLS 2
#define TRIVIAL_PROGRAM "/bin/true"

extern char **environ;

static void *nothing(void *arg)
{
    return arg;
}

static bool thread_step(void *arg)
{
    pthread_t thread;
    const int error = pthread_create(&thread, NULL, nothing, NULL);

    return !error ? pthread_join(thread, NULL) == 0 : measure_failed(arg, "starting a thread", error);
}

bool measure_thread(struct floor_run *run)
{
    return measure_samples(run, thread_step, run, THREAD_CALLS);
}

static bool wait_for(struct floor_run *run, pid_t pid)
{
    int status;

    if (waitpid(pid, &status, 0) != pid)
        return measure_failed(run, "waiting for a process", errno);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    snprintf(run->why, sizeof run->why, "the new process did not end well");
    return false;
}

static bool fork_step(void *arg)
{
    const pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid > 0 ? wait_for(arg, pid) : measure_failed(arg, "forking", errno);
}

bool measure_fork(struct floor_run *run)
{
    const size_t size = run->resident_bytes;

    if (size > 0) {
        char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            return measure_failed(run, "mapping memory", errno);
        memset(memory, 1, size); /* resident from here on; the process's end frees it */
    }
    return measure_samples(run, fork_step, run, size > FORK_LARGE_BYTES ? 1 : FORK_CALLS);
}

static bool vfork_step(void *arg)
{
    const pid_t pid = vfork();

    if (pid == 0)
        _exit(0);
    return pid > 0 ? wait_for(arg, pid) : measure_failed(arg, "vfork", errno);
}

bool measure_vfork(struct floor_run *run)
{
    return measure_samples(run, vfork_step, run, VFORK_CALLS);
}

static bool spawn_step(void *arg)
{
    char *argv[] = {(char *)TRIVIAL_PROGRAM, NULL};
    pid_t pid;
    const int error = posix_spawn(&pid, TRIVIAL_PROGRAM, NULL, NULL, argv, environ);

    return !error ? wait_for(arg, pid) : measure_failed(arg, TRIVIAL_PROGRAM, error);
}

bool measure_spawn(struct floor_run *run)
{
    return measure_samples(run, spawn_step, run, SPAWN_CALLS);
}
