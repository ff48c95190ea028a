/*
 * cpython_pool, cpython_threads, cpython_executor - CPython's own pools over the same C tasks: multiprocessing.Pool,
 * multiprocessing.pool.ThreadPool and concurrent.futures.ProcessPoolExecutor.
 *
 * A pool is a forked child in which libpython runs cpython_driver.py, where the tasks and all that they point to lie at
 * the same addresses as here; the interpreter of a program of its own could not load tasks that lie in an executable.
 * Each call takes a channel: a socket, and memory for what goes in and comes out. From there on everything is
 * CPython's: records and results are bytes objects, pickled and sent as Pool.map does.
 */
#define _GNU_SOURCE
#include "strategy.h"

#ifdef PEER_CPYTHON
#include "../core/chunks.h"
#include "../core/wait/futex.h"
#include "../core/worker.h"
#include "../front/fault.h"
#include "cpython_channel.h"
#include "cpython_driver.h"
#include "library.h"

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { MINOR_FIRST = 9, MINOR_LAST = 30 }; /* versions that are looked for: what the driver needs came with 3.9 */

/* One pool. */
struct cpython {
    const struct pool_setup *setup;
    void *library;
    char file[64];                      /* its name */
    int (*main)(int argc, char **argv); /* Py_BytesMain */
    pid_t pid;
    int control, pidfd; /* -1: none */
    pthread_mutex_t lock;
    struct cpython_channel *channels; /* that no call uses */
};

/* In a worker of CPython's. */
static int cpython_begin(const struct pool_setup *setup, size_t worker)
{
    struct pool_fault fault;

    return worker_begin(setup, worker, &fault) != POOL_OK;
}

/* In the forked child: be `python3 -I -c DRIVER ...`. Does not return. */
static void cpython_be(const struct cpython *c, const char *kind, int control)
{
    char numbers[5][24], python[] = "python3", isolated[] = "-I", command[] = "-c";
    char *argv[] = {python,       isolated,   command,    (char *)cpython_driver,
                    (char *)kind, numbers[0], numbers[1], numbers[2],
                    numbers[3],   numbers[4], NULL};
    const uint64_t values[] = {c->setup->workers, (uint64_t)control, (uint64_t)(uintptr_t)cpython_begin,
                               (uint64_t)(uintptr_t)c->setup, c->setup->config->max_items_per_worker};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        snprintf(numbers[i], sizeof numbers[i], "%llu", (unsigned long long)values[i]);
    dlopen(c->file, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL); /* Python's own modules find the interpreter so */
    _exit(c->main((int)(sizeof argv / sizeof *argv) - 1, argv));
}

/* The newest interpreter that is here as a library. */
static enum pool_status cpython_find(struct cpython *c, struct pool_fault *fault)
{
    const struct library_symbol symbols[] = {{"Py_BytesMain", &c->main}, {NULL, NULL}};

    for (int minor = MINOR_LAST; minor >= MINOR_FIRST; minor--) {
        snprintf(c->file, sizeof c->file, "libpython3.%d.so.1.0", minor);
        const enum pool_status status = library_open(c->file, symbols, &c->library, fault);
        if (status != POOL_EABSENT)
            return status;
    }
    return fault_set(fault, POOL_EABSENT, 0,
                     "there is no libpython3 of 3.%d or later as a shared library (Debian package libpython3-dev)",
                     MINOR_FIRST);
}

/* Until the driver says that its pool is there. */
static enum pool_status cpython_start(struct cpython *c, const char *kind, struct pool_fault *fault)
{
    int ends[2];
    char ready;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return fault_set(fault, POOL_EOS, errno, "no socket for CPython");
    c->control = ends[0];
    c->pid = fork();
    if (!c->pid) {
        close(ends[0]);
        cpython_be(c, kind, ends[1]);
    }
    const int rc = errno;
    close(ends[1]);
    if (c->pid < 0)
        return fault_set(fault, POOL_EOS, rc, "no process for CPython");
    c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
    if (c->pidfd < 0)
        return fault_set(fault, POOL_EOS, errno, "CPython's process cannot be watched");
    if (channel_read(c->control, &ready))
        return POOL_OK;
    return fault_set(fault, POOL_EOS, 0, "CPython ended before its pool was there");
}

/* The child, where there is one, has ended or has been killed. */
static void cpython_destroy(void *self)
{
    struct cpython *c = self;

    while (c->channels) {
        struct cpython_channel *channel = c->channels;
        c->channels = channel->next;
        channel_close(channel);
    }
    if (c->pid > 0)
        waitpid(c->pid, NULL, 0);
    if (c->pidfd >= 0)
        close(c->pidfd);
    if (c->control >= 0)
        close(c->control);
    pthread_mutex_destroy(&c->lock);
    library_close(c->library);
    free(c);
}

static enum pool_status cpython_create(const char *kind, const struct pool_setup *setup, void **self,
                                       struct pool_fault *fault)
{
    struct cpython *c = calloc(1, sizeof *c);

    if (!c)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool of CPython's");
    *c = (struct cpython){.setup = setup, .pid = -1, .control = -1, .pidfd = -1};
    pthread_mutex_init(&c->lock, NULL);
    enum pool_status status = cpython_find(c, fault);
    if (!status)
        status = cpython_start(c, kind, fault);
    if (!status) {
        *self = c;
        return POOL_OK;
    }
    if (c->pid > 0)
        kill(c->pid, SIGKILL);
    cpython_destroy(c);
    return status;
}

static enum pool_status cpython_create_pool(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return cpython_create("pool", setup, self, fault);
}

static enum pool_status cpython_create_threads(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return cpython_create("threads", setup, self, fault);
}

static enum pool_status cpython_create_executor(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return cpython_create("executor", setup, self, fault);
}

static struct cpython_channel *take_channel(struct cpython *c, struct pool_fault *fault)
{
    pthread_mutex_lock(&c->lock);
    struct cpython_channel *channel = c->channels;
    if (channel)
        c->channels = channel->next;
    else
        channel = channel_open(c->control, fault);
    pthread_mutex_unlock(&c->lock);
    return channel;
}

static void give_channel(struct cpython *c, struct cpython_channel *channel)
{
    pthread_mutex_lock(&c->lock);
    channel->next = c->channels;
    c->channels = channel;
    pthread_mutex_unlock(&c->lock);
}

static enum pool_status cpython_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct cpython *c = self;
    struct cpython_channel *channel = take_channel(c, fault);

    if (!channel)
        return fault->status;
    const enum pool_status status = channel_call(channel, batch, fault);
    give_channel(c, channel);
    if (status != POOL_EBROKEN)
        return status;
    if (pool_batch_canceled(batch))
        return POOL_OK;
    c->setup->host->broken(c->setup->pool, fault);
    return status;
}

static void cpython_terminate(void *self)
{
    const struct cpython *c = self;

    send(c->control, "t", 1, MSG_NOSIGNAL);
}

static enum pool_status cpython_stop(void *self, int64_t deadline_ns)
{
    const struct cpython *c = self;
    struct pollfd ended = {.fd = c->pidfd, .events = POLLIN};

    send(c->control, "q", 1, MSG_NOSIGNAL); /* once it has ended, nobody minds another */
    for (;;) {
        const int64_t left_ms = deadline_ns == INT64_MAX ? -1 : (deadline_ns - futex_now_ns()) / 1000000;
        const int rc = poll(&ended, 1, left_ms < -1 ? 0 : left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (rc > 0)
            return POOL_OK;
        if (rc == 0 && deadline_ns <= futex_now_ns())
            return POOL_ETIMEOUT;
    }
}

static size_t cpython_chunk_one(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

#define CPYTHON_HOOKS                                                                                                  \
    .workers_max = POOL_WORKERS_MAX, .wait_rule = "sleeps at once", .waits = POOL_WAIT_BIT(POOL_WAIT_SLEEP),           \
    .run = cpython_run, .terminate = cpython_terminate, .stop = cpython_stop, .destroy = cpython_destroy
#else
#define CPYTHON_ABSENT .absent = "it was built without optional libraries (configure with POOLBENCH_OPTIONAL=ON)"
#endif

const struct pool_ops strategy_cpython_pool = {
    .abi = POOL_ABI,
    .name = "cpython_pool",
    .summary = "CPython's multiprocessing.Pool, calling the same C tasks through ctypes",
#ifdef PEER_CPYTHON
    .capabilities = POOL_CAP_PROCS | POOL_CAP_RECYCLE | POOL_CAP_OVERLAP,
    .chunk_rule = "items / (4 x workers), rounded up",
    .chunk = chunks_four_each,
    .create = cpython_create_pool,
    CPYTHON_HOOKS,
#else
    CPYTHON_ABSENT,
#endif
};

const struct pool_ops strategy_cpython_threads = {
    .abi = POOL_ABI,
    .name = "cpython_threads",
    .summary = "CPython's multiprocessing.pool.ThreadPool, calling the same C tasks through ctypes",
#ifdef PEER_CPYTHON
    .capabilities = POOL_CAP_PROCS | POOL_CAP_OVERLAP, /* all in one process, which is not the host's */
    .chunk_rule = "items / (4 x workers), rounded up",
    .chunk = chunks_four_each,
    .create = cpython_create_threads,
    CPYTHON_HOOKS,
#else
    CPYTHON_ABSENT,
#endif
};

const struct pool_ops strategy_cpython_executor = {
    .abi = POOL_ABI,
    .name = "cpython_executor",
    .summary = "CPython's ProcessPoolExecutor, calling the same C tasks through ctypes",
#ifdef PEER_CPYTHON
    .capabilities = POOL_CAP_PROCS | POOL_CAP_OVERLAP,
    .chunk_rule = "1",
    .chunk = cpython_chunk_one,
    .create = cpython_create_executor,
    CPYTHON_HOOKS,
#else
    CPYTHON_ABSENT,
#endif
};
