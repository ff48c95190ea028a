/* The pipes of one worker: made, and closed. */
#define _GNU_SOURCE
#include "pipe_link.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { STDIO_FDS = 3 };

/* Above 0, 1 and 2, which every worker keeps: a sibling that kept this pipe would keep it from ending. */
static int lift(int *fd)
{
    if (*fd >= STDIO_FDS)
        return 0;
    const int high = fcntl(*fd, F_DUPFD_CLOEXEC, STDIO_FDS);
    if (high < 0)
        return errno;
    (void)close(*fd);
    *fd = high;
    return 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* One pipe whose end `ours` does not block. On failure what is open is left to the caller. */
static int open_pipe(int *reader, int *writer, const int *ours)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC))
        return errno;
    *reader = fds[0];
    *writer = fds[1];
    int rc = lift(reader);
    if (!rc)
        rc = lift(writer);
    if (!rc && fcntl(*ours, F_SETFL, O_NONBLOCK))
        rc = errno;
    return rc;
}

void pipe_link_init(struct pipe_link *l, const struct pipe_worker *end)
{
    *l = (struct pipe_link){.end = *end, .tasks = -1, .results = -1, .held_max = PIPE_HELD_MIN};
    l->end.tasks = l->end.results = -1;
}

int pipe_link_open(struct pipe_link *l)
{
    pipe_link_init(l, &l->end);
    memset(l->end.page, 0, offsetof(struct pipe_page, ring));
    int rc = open_pipe(&l->end.tasks, &l->tasks, &l->tasks);
    if (!rc)
        rc = open_pipe(&l->results, &l->end.results, &l->results);
    if (rc)
        pipe_link_close(l);
    return rc;
}

void pipe_link_forked(struct pipe_link *l)
{
    close_fd(&l->end.tasks);
    close_fd(&l->end.results);
}

void pipe_link_close(struct pipe_link *l)
{
    pipe_link_forked(l);
    close_fd(&l->tasks);
    close_fd(&l->results);
    pipe_link_init(l, &l->end);
}

void pipe_link_dismiss(struct pipe_link *l)
{
    static const struct pipe_frame leave = {.count = 0};

    /* Where the pipe is full or broken, its end says the same. */
    while (write(l->tasks, &leave, sizeof leave) < 0 && errno == EINTR)
        continue;
    close_fd(&l->tasks);
}
