/*
 * inject.h - system and library calls of the strategies that fail on request. The linker puts these in between
 * (--wrap), so that only code linked into this program is concerned, not the libraries that it uses.
 *
 * Errors: none.
 */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>
#include <stddef.h>

enum inject_call {
    INJECT_FORK,
    INJECT_THREAD,
    INJECT_PIPE,
    INJECT_MMAP,
    INJECT_MALLOC, /* malloc, calloc, realloc, aligned_alloc, strdup: one after another */
    INJECT_EPOLL,  /* epoll_create1 and epoll_ctl */
    INJECT_EVENTFD,
    INJECT_PIDFD,
    INJECT_FCNTL,
    INJECT_ANY,
    INJECT_COUNT,
};

const char *inject_name(enum inject_call);

/* The k-th call of that kind in this process fails, k >= 1; with `on`, all after it too. Children are spared. */
void inject_arm(enum inject_call, size_t k, bool on);

/* Nothing fails any more. True if something has. */
bool inject_disarm(void);

/* readv and writev move one byte at a time, in children too. */
void inject_single_bytes(void);
#endif
