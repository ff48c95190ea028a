/*
 * A child in a session of its own, watched through a pidfd, with two pipes: its output, and what it reports. Both are
 * read as they fill, so the child never waits for us; output beyond the limit is read and dropped.
 */
#define _GNU_SOURCE
#include "isolate.h"

#include "clock.h"
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)64 * 1024)
#define GRACE_NS INT64_C(250000000) /* for workers whose death signal is on its way */

/* Written by the handler, so that a poll wakes however the signal races with it; -1: not caught. */
static int interrupt_fd = -1;
static volatile sig_atomic_t interrupted;

struct watch {
    pid_t pid;
    int pidfd, output, report;
    int64_t deadline_ns;
    void (*sink)(void *sink_arg, const char *bytes, size_t count);
    void *sink_arg;
    struct isolate_result *result;
    size_t output_size;
};

static void on_interrupt(int number)
{
    const uint64_t one = 1;
    const int saved = errno;

    (void)number;
    interrupted = 1;
    if (write(interrupt_fd, &one, sizeof one) == -1)
        interrupted = 1; /* the counter is full, so it is readable already */
    errno = saved;
}

void isolate_catch_interrupts(void)
{
    /* The second one ends the program as it would have without us. */
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};

    if (interrupt_fd == -1)
        interrupt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (interrupt_fd == -1)
        return;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool isolate_interrupted(void)
{
    return interrupted;
}

void isolate_forget_interrupt(void)
{
    uint64_t pending;

    interrupted = 0;
    if (interrupt_fd != -1 && read(interrupt_fd, &pending, sizeof pending) == -1)
        interrupted = 0; /* there was none */
    isolate_catch_interrupts();
}

/* In the child: nothing of the parent's is left but the two pipes and standard error's place. */
static void child_prepare(int output, pid_t parent)
{
    static const int ours[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGCHLD};
    const struct rlimit no_core = {0, 0};
    sigset_t none;

    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    setrlimit(RLIMIT_CORE, &no_core);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        signal(ours[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing == -1 || dup2(nothing, STDIN_FILENO) == -1 || dup2(output, STDOUT_FILENO) == -1 ||
        dup2(output, STDERR_FILENO) == -1)
        _exit(EXIT_FAILURE);
    close(nothing);
    close(output);
    if (interrupt_fd != -1)
        close(interrupt_fd);
    interrupt_fd = -1;
    interrupted = 0;
}

/* Two pipes: [0] read by the parent without waiting, [1] written by the child. */
static bool open_pipes(int output[2], int report[2], char why[WHY_SIZE])
{
    if (pipe2(output, O_CLOEXEC)) {
        snprintf(why, WHY_SIZE, "cannot open a pipe: %s", strerror(errno));
        return false;
    }
    if (pipe2(report, O_CLOEXEC)) {
        snprintf(why, WHY_SIZE, "cannot open a pipe: %s", strerror(errno));
        close(output[0]);
        close(output[1]);
        return false;
    }
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    fcntl(report[0], F_SETFL, O_NONBLOCK);
    return true;
}

static bool start(struct watch *w, int (*body)(void *, int), void *arg, char why[WHY_SIZE])
{
    const pid_t parent = getpid();
    int output[2], report[2];

    if (!open_pipes(output, report, why))
        return false;
    fflush(NULL);
    w->pid = fork();
    if (w->pid == 0) {
        close(output[0]);
        close(report[0]);
        child_prepare(output[1], parent);
        const int code = body(arg, report[1]);
        fflush(NULL);
        _exit(code);
    }
    const int failed = w->pid == -1 ? errno : 0;
    close(output[1]);
    close(report[1]);
    w->output = output[0];
    w->report = report[0];
    w->pidfd = failed ? -1 : (int)syscall(SYS_pidfd_open, w->pid, 0);
    if (w->pidfd != -1)
        return true;
    snprintf(why, WHY_SIZE, "cannot start a process: %s", strerror(failed ? failed : errno));
    if (!failed) {
        kill(w->pid, SIGKILL);
        waitpid(w->pid, NULL, 0);
    }
    close(w->output);
    close(w->report);
    return false;
}

static void keep_output(struct watch *w, const char *bytes, size_t count)
{
    const size_t room = OUTPUT_MAX - w->output_size;

    count = count < room ? count : room;
    if (w->result->output)
        memcpy(w->result->output + w->output_size, bytes, count);
    w->output_size += count;
}

/* Take what a pipe holds now. False: its writers are gone. */
static bool drain(struct watch *w, int fd)
{
    char bytes[16384];

    for (int i = 0; i < 64; i++) { /* bounded: an endless writer must not keep us from the deadline */
        const ssize_t got = read(fd, bytes, sizeof bytes);
        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == -1 && errno == EAGAIN;
        if (fd == w->output)
            keep_output(w, bytes, (size_t)got);
        else if (w->sink)
            w->sink(w->sink_arg, bytes, (size_t)got);
    }
    return true;
}

static int milliseconds_until(int64_t deadline_ns)
{
    const int64_t left = deadline_ns - clock_now_ns();

    if (left <= 0)
        return 0;
    return left / 1000000 >= 3600000 ? 3600000 : (int)(left / 1000000) + 1;
}

/* Until the child has ended, its time is over or we are asked to end. */
static enum isolate_end watch_child(struct watch *w)
{
    struct pollfd fds[] = {{.fd = w->pidfd, .events = POLLIN},
                           {.fd = w->output, .events = POLLIN},
                           {.fd = w->report, .events = POLLIN},
                           {.fd = interrupt_fd, .events = POLLIN}};

    for (;;) {
        const int wait_ms = milliseconds_until(w->deadline_ns);
        const int ready = poll(fds, sizeof fds / sizeof *fds, wait_ms);
        for (int i = 1; ready > 0 && i <= 2; i++)
            if (fds[i].fd != -1 && fds[i].revents && !drain(w, fds[i].fd))
                fds[i].fd = -1;
        if (ready > 0 && fds[0].revents)
            return ISOLATE_EXITED;
        if (interrupted)
            return ISOLATE_INTERRUPTED;
        if (wait_ms == 0)
            return ISOLATE_HUNG;
    }
}

/* Collect the child, which has ended, and what it left. */
static void collect(struct watch *w, const struct sweep_bystanders *known)
{
    struct isolate_result *r = w->result;
    int status = 0;

    if (r->end == ISOLATE_HUNG)
        r->stacks = sweep_describe(w->pid, known);
    if (r->end != ISOLATE_EXITED)
        kill(-w->pid, SIGKILL);
    if (r->end != ISOLATE_EXITED)
        kill(w->pid, SIGKILL);
    while (waitpid(w->pid, &status, 0) == -1 && errno == EINTR)
        continue;
    if (r->end == ISOLATE_EXITED && WIFSIGNALED(status))
        r->end = ISOLATE_SIGNALED;
    r->code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    const size_t killed = sweep_kill(w->pid, known, r->end == ISOLATE_EXITED ? GRACE_NS : 0);
    r->survivors = r->end == ISOLATE_EXITED ? killed : 0;
    drain(w, w->output);
    drain(w, w->report);
}

bool isolate_run(int (*body)(void *arg, int report), void *arg, int64_t timeout_ns,
                 void (*sink)(void *sink_arg, const char *bytes, size_t count), void *sink_arg,
                 struct isolate_result *result, char why[WHY_SIZE])
{
    struct watch w = {.sink = sink, .sink_arg = sink_arg, .result = result};
    struct sweep_bystanders known;

    *result = (struct isolate_result){.output = malloc(OUTPUT_MAX + 1)};
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!result->output || !sweep_note_bystanders(&known)) {
        snprintf(why, WHY_SIZE, "no memory for a child's output");
        goto err1;
    }
    if (!start(&w, body, arg, why))
        goto err2;
    const int64_t now = clock_now_ns();
    w.deadline_ns = timeout_ns > INT64_MAX - now ? INT64_MAX : now + timeout_ns;
    result->end = watch_child(&w);
    collect(&w, &known);
    result->output[w.output_size] = '\0';
    close(w.pidfd);
    close(w.output);
    close(w.report);
    sweep_forget_bystanders(&known);
    return true;
err2:
    sweep_forget_bystanders(&known);
err1:
    isolate_result_free(result);
    return false;
}

void isolate_result_free(struct isolate_result *result)
{
    free(result->output);
    free(result->stacks);
    *result = (struct isolate_result){0};
}
