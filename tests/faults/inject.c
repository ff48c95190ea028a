#define _GNU_SOURCE
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static enum inject_call armed = INJECT_COUNT;
static size_t wanted, seen;
static bool lasting, single_bytes;
static pid_t owner;

const char *inject_name(enum inject_call call)
{
    static const char *const names[] = {"fork",  "pthread_create", "pipe2",      "mmap",  "malloc",
                                        "epoll", "eventfd",        "pidfd_open", "fcntl", "any"};

    return names[call];
}

void inject_arm(enum inject_call call, size_t k, bool on)
{
    owner = getpid();
    wanted = k;
    lasting = on;
    __atomic_store_n(&seen, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&armed, call, __ATOMIC_SEQ_CST);
}

bool inject_disarm(void)
{
    __atomic_store_n(&armed, INJECT_COUNT, __ATOMIC_SEQ_CST);
    return __atomic_load_n(&seen, __ATOMIC_SEQ_CST) >= wanted;
}

void inject_single_bytes(void)
{
    single_bytes = true;
}

/* True if this call has to fail. */
static bool strikes(enum inject_call call)
{
    const enum inject_call now = __atomic_load_n(&armed, __ATOMIC_SEQ_CST);

    if ((now != call && now != INJECT_ANY) || getpid() != owner)
        return false;
    const size_t number = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    return lasting ? number >= wanted : number == wanted;
}

static bool fails(enum inject_call call, int error)
{
    if (!strikes(call))
        return false;
    errno = error;
    return true;
}

#define WRAP(type, name, ...)                                                                                          \
    extern type __real_##name(__VA_ARGS__);                                                                            \
    extern type __wrap_##name(__VA_ARGS__);                                                                            \
    type __wrap_##name(__VA_ARGS__)

WRAP(pid_t, fork, void)
{
    return fails(INJECT_FORK, EAGAIN) ? -1 : __real_fork();
}

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg)
{
    return strikes(INJECT_THREAD) ? EAGAIN : __real_pthread_create(thread, attributes, start, arg);
}

WRAP(int, pipe2, int fds[2], int flags)
{
    return fails(INJECT_PIPE, EMFILE) ? -1 : __real_pipe2(fds, flags);
}

WRAP(void *, mmap, void *at, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    return fails(INJECT_MMAP, ENOMEM) ? MAP_FAILED : __real_mmap(at, bytes, protection, flags, fd, offset);
}

WRAP(void *, malloc, size_t bytes)
{
    return fails(INJECT_MALLOC, ENOMEM) ? NULL : __real_malloc(bytes);
}

WRAP(void *, calloc, size_t count, size_t bytes)
{
    return fails(INJECT_MALLOC, ENOMEM) ? NULL : __real_calloc(count, bytes);
}

WRAP(void *, realloc, void *memory, size_t bytes)
{
    return fails(INJECT_MALLOC, ENOMEM) ? NULL : __real_realloc(memory, bytes);
}

WRAP(void *, aligned_alloc, size_t alignment, size_t bytes)
{
    return fails(INJECT_MALLOC, ENOMEM) ? NULL : __real_aligned_alloc(alignment, bytes);
}

WRAP(char *, strdup, const char *text)
{
    return fails(INJECT_MALLOC, ENOMEM) ? NULL : __real_strdup(text);
}

WRAP(int, epoll_create1, int flags)
{
    return fails(INJECT_EPOLL, EMFILE) ? -1 : __real_epoll_create1(flags);
}

WRAP(int, epoll_ctl, int epoll, int operation, int fd, struct epoll_event *event)
{
    if (operation != EPOLL_CTL_DEL && fails(INJECT_EPOLL, ENOMEM))
        return -1;
    return __real_epoll_ctl(epoll, operation, fd, event);
}

WRAP(int, eventfd, unsigned initial, int flags)
{
    return fails(INJECT_EVENTFD, EMFILE) ? -1 : __real_eventfd(initial, flags);
}

extern int __real_fcntl(int fd, int command, ...);
extern int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    const long arg = va_arg(arguments, long);
    va_end(arguments);
    return fails(INJECT_FCNTL, EMFILE) ? -1 : __real_fcntl(fd, command, arg);
}

extern long __real_syscall(long number, ...);
extern long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
    long arg[6];
    va_list arguments;

    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        arg[i] = va_arg(arguments, long);
    va_end(arguments);
    if (number == SYS_pidfd_open && fails(INJECT_PIDFD, EMFILE))
        return -1;
    return __real_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

/* The first byte of the parts. */
static struct iovec first_byte(const struct iovec *parts, int count)
{
    int i = 0;

    while (i < count - 1 && !parts[i].iov_len)
        i++;
    return (struct iovec){.iov_base = parts[i].iov_base, .iov_len = parts[i].iov_len ? 1 : 0};
}

WRAP(ssize_t, readv, int fd, const struct iovec *parts, int count)
{
    const struct iovec one = first_byte(parts, count);

    return single_bytes ? __real_readv(fd, &one, 1) : __real_readv(fd, parts, count);
}

WRAP(ssize_t, writev, int fd, const struct iovec *parts, int count)
{
    const struct iovec one = first_byte(parts, count);

    return single_bytes ? __real_writev(fd, &one, 1) : __real_writev(fd, parts, count);
}
