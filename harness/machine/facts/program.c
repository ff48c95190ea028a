/* posix_spawn, a pipe and a deadline. */
#define _GNU_SOURCE
#include "program.h"

#include "../clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int start(const char *const argv[], int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);

    if (error)
        return error;
    error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, out, 1);
    if (!error)
        error = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (!error)
        error = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Read until the other side closes. What does not fit is read and dropped, so that the program can end. */
static bool drain(int in, int64_t deadline_ns, char *text, size_t size)
{
    char rest[4096];
    size_t used = 0;

    for (;;) {
        const int64_t left_ns = deadline_ns - clock_now_ns();
        struct pollfd ready = {.fd = in, .events = POLLIN};
        text[used] = '\0';
        if (left_ns <= 0)
            return false;
        const int polled = poll(&ready, 1, (int)(left_ns / 1000000 + 1));
        if (polled == 0 || (polled < 0 && errno == EINTR))
            continue;
        const bool full = used + 1 >= size;
        const ssize_t got = read(in, full ? rest : text + used, full ? sizeof rest : size - 1 - used);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0 && !full)
            used += (size_t)got;
    }
}

/* A program that has closed its output may still run: it is killed before it is waited for, unless it ended in time. */
static bool finish(pid_t pid, bool drained, const char *name, char why[WHY_SIZE])
{
    int status;

    if (!drained)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) {
            snprintf(why, WHY_SIZE, "%s: waiting for it failed: %s", name, strerror(errno));
            return false;
        }
    if (!drained)
        snprintf(why, WHY_SIZE, "%s took too long and was stopped", name);
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        snprintf(why, WHY_SIZE, "%s failed", name);
    else
        return true;
    return false;
}

bool program_output(const char *const argv[], int64_t timeout_ns, char *text, size_t size, char why[WHY_SIZE])
{
    const int64_t deadline_ns = clock_now_ns() + timeout_ns;
    int ends[2];
    pid_t pid;

    text[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) != 0) {
        snprintf(why, WHY_SIZE, "%s: no pipe: %s", argv[0], strerror(errno));
        return false;
    }
    const int error = start(argv, ends[1], &pid);
    close(ends[1]);
    if (error) {
        close(ends[0]);
        snprintf(why, WHY_SIZE, "%s: %s", argv[0], strerror(error));
        return false;
    }
    const bool drained = drain(ends[0], deadline_ns, text, size);
    close(ends[0]);
    return finish(pid, drained, argv[0], why);
}
