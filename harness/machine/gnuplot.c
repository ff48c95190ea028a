#define _GNU_SOURCE
#include "gnuplot.h"

#include "clock.h"
#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_NS (60 * INT64_C(1000000000)) /* a picture takes a tenth of a second */
#define SAID_SIZE 4096

extern char **environ;

/* A running gnuplot. */
struct drawing {
    pid_t pid;
    int pidfd;
    int said_fd;          /* its stderr */
    char said[SAID_SIZE]; /* what it said there, cut, NUL-terminated */
    size_t said_size;
};

static bool refuse_os(char why[WHY_SIZE], const char *what, int error)
{
    (void)snprintf(why, WHY_SIZE, "%s: %s", what, strerror(error));
    return false;
}

static int actions_fill(posix_spawn_file_actions_t *actions, const char *folder, int said_fd)
{
    int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_adddup2(actions, said_fd, STDERR_FILENO);
    if (!error)
        error = posix_spawn_file_actions_addchdir_np(actions, folder);
    return error;
}

/* A group of its own, and no signal that this process holds back or ignores. */
static int attributes_fill(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    int error;

    if (sigemptyset(&none) || sigfillset(&all))
        return errno;
    error = posix_spawnattr_setsigmask(attributes, &none);
    if (!error)
        error = posix_spawnattr_setsigdefault(attributes, &all);
    if (!error)
        error = posix_spawnattr_setpgroup(attributes, 0);
    if (!error)
        error = posix_spawnattr_setflags(attributes,
                                         POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    return error;
}

static int spawn(struct drawing *d, const char *folder, const char *script, const char *format, int said_fd)
{
    char set_format[32];
    char *argv[] = {"gnuplot", "--default-settings", "-e", set_format, (char *)script, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error;

    (void)snprintf(set_format, sizeof(set_format), "FORMAT='%.8s'", format);
    error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error)
        goto err0;
    error = actions_fill(&actions, folder, said_fd);
    if (!error)
        error = attributes_fill(&attributes);
    if (!error)
        error = posix_spawnp(&d->pid, argv[0], &actions, &attributes, argv, environ);
    (void)posix_spawnattr_destroy(&attributes);

err0:
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Kill what still runs of it, and take its exit status. */
static int drawing_end(struct drawing *d)
{
    int status = 0;

    (void)kill(-d->pid, SIGKILL);
    while (waitpid(d->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    (void)close(d->said_fd);
    return status;
}

static bool drawing_start(struct drawing *d, const char *folder, const char *script, const char *format,
                          char why[WHY_SIZE])
{
    int ends[2], error;

    if (pipe2(ends, O_CLOEXEC))
        return refuse_os(why, "no pipe for gnuplot", errno);
    error = spawn(d, folder, script, format, ends[1]);
    (void)close(ends[1]);
    if (error) {
        (void)close(ends[0]);
        if (error == ENOENT || error == EACCES) {
            (void)snprintf(why, WHY_SIZE, "gnuplot is not installed: sudo apt-get install gnuplot-nox");
            return false;
        }
        return refuse_os(why, "cannot start gnuplot", error);
    }
    d->said_fd = ends[0];
    d->said_size = 0;
    d->pidfd = pidfd_open(d->pid, 0);
    if (d->pidfd >= 0)
        return true;
    refuse_os(why, "cannot watch gnuplot", errno);
    drawing_end(d);
    return false;
}

/* Take what it has said; what does not fit is dropped. False: it will say no more. */
static bool drawing_listen(struct drawing *d)
{
    char rest[512];
    size_t room = SAID_SIZE - 1 - d->said_size;
    char *to = room ? d->said + d->said_size : rest;
    ssize_t got = read(d->said_fd, to, room ? room : sizeof(rest));

    if (got < 0)
        return errno == EINTR;
    if (room)
        d->said_size += (size_t)got;
    return got > 0;
}

/* Wait for its end, listening all the while. False: the deadline has passed, or the user interrupted. */
static bool drawing_watch(struct drawing *d)
{
    struct pollfd look[] = {{.fd = d->pidfd, .events = POLLIN}, {.fd = d->said_fd, .events = POLLIN}};
    int64_t deadline = clock_now_ns() + DEADLINE_NS;

    while (!(look[0].revents & POLLIN)) {
        int64_t left_ms = (deadline - clock_now_ns()) / 1000000;
        if (left_ms <= 0 || isolate_interrupted())
            return false;
        if (poll(look, 2, (int)left_ms) < 0 && errno != EINTR)
            return false;
        if (look[1].revents && !drawing_listen(d))
            look[1].fd = -1;
    }
    while (look[1].fd >= 0 && poll(&look[1], 1, 0) > 0 && drawing_listen(d))
        continue;
    return true;
}

/* The line in which gnuplot says what is wrong, or else its last. */
static const char *said_worst(char *said)
{
    const char *worst = "it said nothing";

    for (char *rest, *line = strtok_r(said, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        line += strspn(line, " \t^");
        if (*line)
            worst = line;
        if (strstr(line, "line ") && strchr(line, ':'))
            break;
    }
    return worst;
}

static bool drawing_judge(struct drawing *d, int status, const char *script, char why[WHY_SIZE])
{
    d->said[d->said_size] = '\0';
    char *cut = d->said_size == SAID_SIZE - 1 ? strrchr(d->said, '\n') : NULL;
    if (cut)
        *cut = '\0';
    if (WIFSIGNALED(status))
        (void)snprintf(why, WHY_SIZE, "gnuplot was killed by signal %d at %.60s", WTERMSIG(status), script);
    else if (WEXITSTATUS(status) == 127 && d->said_size == 0)
        (void)snprintf(why, WHY_SIZE, "gnuplot could not be started");
    else if (WEXITSTATUS(status) != 0)
        (void)snprintf(why, WHY_SIZE, "gnuplot failed at %.60s: %.120s", script, said_worst(d->said));
    else
        return true;
    return false;
}

bool gnuplot_run(const char *folder, const char *script, const char *format, char why[WHY_SIZE])
{
    struct drawing d;

    if (!drawing_start(&d, folder, script, format, why))
        return false;
    bool ended = drawing_watch(&d);
    int status = drawing_end(&d);
    (void)close(d.pidfd);
    if (ended)
        return drawing_judge(&d, status, script, why);
    (void)snprintf(why, WHY_SIZE, isolate_interrupted() ? "interrupted at %.60s" : "gnuplot took too long for %.60s",
                   script);
    return false;
}
