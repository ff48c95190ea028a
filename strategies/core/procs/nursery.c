/* A helper process that forks workers for the host. */
#define _GNU_SOURCE
#include "nursery.h"

#include "burden.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Both ends are one program at one address, so functions and shared memory need no translation. */
struct order {
    int (*main)(void *arg);
    void *arg;
};

/* The helper's own. */
struct helper {
    pid_t host;
    int socket;
    const void *precious;
    pid_t *newborn;
    int *tid; /* where the C library keeps this thread's number */
    struct robust_list_head *robust;
    size_t robust_bytes;
};

/* True: a whole message came. */
static bool receive(int socket, void *message, size_t bytes)
{
    ssize_t got;

    do
        got = recv(socket, message, bytes, 0);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)bytes;
}

static bool deliver(int socket, const void *message, size_t bytes)
{
    ssize_t sent;

    do
        sent = send(socket, message, bytes, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)bytes;
}

/*
 * Wait for the helper's answer, an errno; EPIPE: it has died. Its end of the socket does not tell, for a worker that is
 * being born has that too.
 */
static int await_answer(const struct nursery *n)
{
    struct pollfd watch[] = {{.fd = n->socket, .events = POLLIN}, {.fd = n->helper.pidfd, .events = POLLIN}};
    int os_errno, rc;

    do
        rc = poll(watch, 2, -1);
    while (rc < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOMEM));
    return (watch[0].revents & POLLIN) && receive(n->socket, &os_errno, sizeof os_errno) ? os_errno : EPIPE;
}

/*
 * A child of the host's, which no C library's fork can make. What that would do for the child in a process of one
 * thread is done here: tell it its thread's number, and the kernel where its robust locks are. The kernel notes the
 * child where the host sees it before anything else happens, so that it is not forgotten if the helper dies now.
 */
static pid_t fork_sibling(const struct helper *h)
{
    const struct clone_args args = {
        .flags = CLONE_PARENT | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
        .parent_tid = (uintptr_t)h->newborn,
        .child_tid = (uintptr_t)h->tid,
    };
    const pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);

    if (pid == 0)
        (void)syscall(SYS_set_robust_list, h->robust, h->robust_bytes); /* fails only for another size */
    return pid;
}

/* What fork_sibling needs. 0, or an errno. */
static int find_thread(struct helper *h)
{
    if (prctl(PR_GET_TID_ADDRESS, &h->tid) || syscall(SYS_get_robust_list, 0, &h->robust, &h->robust_bytes))
        return errno;
    return 0;
}

/* In the helper, until the host closes its end. The first answer, unasked, is that it is ready, or why not. */
static int helper_main(void *arg)
{
    struct helper *h = arg;
    struct order order;
    sigset_t all;

    sigfillset(&all); /* what is meant for the host's group is not meant for the helper */
    (void)pthread_sigmask(SIG_SETMASK, &all, NULL);
    burden_drop(h->precious);
    int os_errno = find_thread(h);
    while (deliver(h->socket, &os_errno, sizeof os_errno) && receive(h->socket, &order, sizeof order)) {
        const pid_t pid = fork_sibling(h);
        if (pid == 0)
            procs_live(h->host, order.main, order.arg, NULL, 0);
        os_errno = pid < 0 ? errno : 0;
    }
    return 0;
}

int nursery_open(struct nursery *n, const void *precious)
{
    int ends[2];

    *n = (struct nursery){.socket = -1, .precious = precious};
    void *page = mmap(NULL, sizeof *n->newborn, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return errno;
    n->newborn = page;
    int rc = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) ? errno : 0;
    if (rc)
        goto err0;
    struct helper helper = {.host = getpid(), .socket = ends[1], .precious = precious, .newborn = n->newborn};
    rc = procs_fork(&n->helper, helper_main, &helper, &ends[1], 1);
    (void)close(ends[1]);
    n->socket = ends[0];
    if (!rc)
        rc = await_answer(n);
    if (!rc)
        return 0;
err0:
    nursery_close(n);
    return rc;
}

/* The worker's pid in *pid. EPIPE: there is neither a helper nor a worker. */
static int ask(const struct nursery *n, const struct order *order, pid_t *pid)
{
    if (!n->helper.pid)
        return EPIPE;
    __atomic_store_n(n->newborn, 0, __ATOMIC_RELAXED);
    int rc = deliver(n->socket, order, sizeof *order) ? await_answer(n) : EPIPE;
    *pid = __atomic_load_n(n->newborn, __ATOMIC_RELAXED);
    return *pid ? 0 : rc;
}

int nursery_fork(struct nursery *n, struct proc *p, int (*main)(void *arg), void *arg)
{
    const struct order order = {.main = main, .arg = arg};
    pid_t pid;
    int rc = ask(n, &order, &pid);

    if (rc == EPIPE) {
        nursery_close(n);
        rc = nursery_open(n, n->precious);
        if (!rc)
            rc = ask(n, &order, &pid);
    }
    if (rc == EPIPE) /* whoever kills helpers as fast as they are born is not to stop the work */
        return procs_fork(p, main, arg, NULL, 0);
    return rc ? rc : procs_adopt(p, pid);
}

void nursery_close(struct nursery *n)
{
    if (!n->newborn)
        return;
    if (n->socket >= 0)
        (void)close(n->socket);
    procs_kill(&n->helper);
    (void)procs_wait(&n->helper, INT64_MAX); /* without a deadline it does not fail */
    (void)procs_reap(&n->helper, NULL);
    (void)munmap(n->newborn, sizeof *n->newborn); /* cannot fail on a whole mapping */
    n->newborn = NULL;
}
