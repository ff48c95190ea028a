/* Worker processes: born clean, watched through pidfds, reaped by name. */
#define _GNU_SOURCE
#include "procs.h"

#include "../wait/futex.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_SWEPT = 3 };   /* 0, 1 and 2 stay: a worker's assertion or sanitizer must be heard */
enum { EXIT_ORPHAN = 125 }; /* nobody is left to read it */

/* Not in every libc that has pidfds in its kernel. */
static int pidfd_of(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void reset_signals(void)
{
    const struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;

    /* The ones that cannot be set (SIGKILL, SIGSTOP, the C library's own) never differ from their default. */
    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, &plain, NULL);
    sigemptyset(&none);
    (void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

static void close_span(unsigned first, unsigned last)
{
    if (first > last || close_range(first, last, 0) == 0)
        return;
    const long limit = sysconf(_SC_OPEN_MAX);
    for (unsigned fd = first; fd <= last && (limit < 0 ? fd < USHRT_MAX : fd < (unsigned long)limit); fd++)
        (void)close((int)fd); /* most were never open */
}

/* Close everything from `FIRST_SWEPT` up but the kept ones. Allocates nothing. */
static void sweep_descriptors(const int *keep, size_t keep_count)
{
    unsigned first = FIRST_SWEPT;

    for (;;) {
        unsigned next = UINT_MAX;
        for (size_t i = 0; i < keep_count; i++)
            if (keep[i] >= (int)first && (unsigned)keep[i] < next)
                next = (unsigned)keep[i];
        if (next == UINT_MAX)
            break;
        if (next > first)
            close_span(first, next - 1);
        first = next + 1;
    }
    close_span(first, UINT_MAX);
}

/*
 * Until the parent can see us end. Where it has no descriptor left for that, it kills us, and whatever we had begun by
 * then would be begun again by another. A signal needs neither memory nor a descriptor.
 */
static void await_go(void)
{
    sigset_t go;

    sigemptyset(&go);
    sigaddset(&go, SIGCONT);
    while (sigwaitinfo(&go, NULL) < 0 && errno == EINTR)
        continue;
}

/* Signals are blocked until no handler of the host is left. */
void procs_live(pid_t parent, int (*main)(void *arg), void *arg, const int *keep, size_t keep_count)
{
    /* A parent that died before this line sends no signal any more: look for it afterwards. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
        _exit(EXIT_ORPHAN);
    await_go();
    reset_signals();
    sweep_descriptors(keep, keep_count);
    _exit(main(arg));
}

/*
 * Where the host ignores SIGCHLD, or reaps whatever it finds, a short-lived worker may be gone before its pidfd is
 * opened. A readable eventfd stands for it then: ended, nothing known.
 */
static int open_watch(pid_t pid)
{
    const int fd = pidfd_of(pid);

    return fd < 0 && errno == ESRCH ? eventfd(1, EFD_CLOEXEC) : fd;
}

int procs_adopt(struct proc *p, pid_t pid)
{
    *p = (struct proc){.pid = 0, .pidfd = -1};
    const int pidfd = open_watch(pid);
    if (pidfd < 0) {
        const int rc = errno;
        (void)kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        return rc;
    }
    (void)kill(pid, SIGCONT); /* await_go; fails only where it has ended */
    *p = (struct proc){.pid = pid, .pidfd = pidfd};
    return 0;
}

int procs_fork(struct proc *p, int (*main)(void *arg), void *arg, const int *keep, size_t keep_count)
{
    const pid_t parent = getpid();
    sigset_t all, before;

    *p = (struct proc){.pid = 0, .pidfd = -1};
    sigfillset(&all);
    int rc = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (rc)
        return rc;
    const pid_t pid = fork();
    if (pid == 0)
        procs_live(parent, main, arg, keep, keep_count);
    rc = pid < 0 ? errno : 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL); /* cannot fail where it succeeded above */
    if (rc)
        return rc;
    return procs_adopt(p, pid);
}

/* True: it has ended, and *info says how, or is zero where the kernel kept no record. */
static bool collect(int pidfd, siginfo_t *info)
{
    int rc;

    *info = (siginfo_t){0};
    do
        rc = waitid(P_PIDFD, (id_t)pidfd, info, WEXITED | WNOHANG);
    while (rc < 0 && errno == EINTR);
    return rc < 0 || info->si_pid != 0;
}

bool procs_reap(struct proc *p, struct pool_fault *how)
{
    siginfo_t info;

    if (!p->pid || !collect(p->pidfd, &info))
        return false;
    if (how) {
        how->pid = p->pid;
        how->signal = info.si_pid && info.si_code != CLD_EXITED ? info.si_status : 0;
        how->exit_code = info.si_pid && info.si_code == CLD_EXITED ? info.si_status : 0;
    }
    (void)close(p->pidfd);
    *p = (struct proc){.pid = 0, .pidfd = -1};
    return true;
}

void procs_kill(const struct proc *p)
{
    if (p->pid)
        (void)syscall(SYS_pidfd_send_signal, p->pidfd, SIGKILL, NULL, 0); /* fails only where it has ended */
}

/* What poll(2) wants: milliseconds, rounded up. */
static int poll_timeout_ms(int64_t deadline_ns)
{
    if (deadline_ns == INT64_MAX)
        return -1;
    const int64_t left_ns = deadline_ns - futex_now_ns();
    if (left_ns <= 0)
        return 0;
    return left_ns / 1000000 >= INT_MAX ? INT_MAX : (int)(left_ns / 1000000) + 1;
}

bool procs_wait(const struct proc *p, int64_t deadline_ns)
{
    struct pollfd watch = {.fd = p->pidfd, .events = POLLIN};

    while (p->pid) {
        const int timeout_ms = poll_timeout_ms(deadline_ns);
        const int rc = poll(&watch, 1, timeout_ms);
        if (rc > 0)
            return true;
        if (rc == 0 && timeout_ms >= 0 && futex_now_ns() >= deadline_ns)
            return false;
        if (rc < 0 && errno != EINTR && errno != EAGAIN && errno != ENOMEM)
            return false;
    }
    return true;
}
