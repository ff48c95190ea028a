/*
 * futex.h - sleeping on a 32-bit word until somebody changes it (futex(2)), with absolute monotonic deadlines.
 *
 * The word may lie in memory shared between processes: no private futexes, so that threads and processes share code.
 *
 * Errors: none; a wait may return early for any reason, so callers loop on their condition.
 */
#ifndef FUTEX_H
#define FUTEX_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Now, in nanoseconds of CLOCK_MONOTONIC. */
static inline int64_t futex_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* The moment timeout_ns from now; INT64_MAX, for ever, stays itself. */
static inline int64_t futex_deadline_ns(int64_t timeout_ns)
{
    const int64_t now = futex_now_ns();

    return timeout_ns > INT64_MAX - now ? INT64_MAX : now + timeout_ns;
}

/* Sleep while *word is `seen`. False: the deadline has passed. INT64_MAX: no deadline. */
static inline bool futex_wait(uint32_t *word, uint32_t seen, int64_t deadline_ns)
{
    const struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000),
                                   .tv_nsec = (long)(deadline_ns % 1000000000)};
    const long rc = syscall(SYS_futex, word, FUTEX_WAIT_BITSET, seen, deadline_ns == INT64_MAX ? NULL : &until, NULL,
                            FUTEX_BITSET_MATCH_ANY);

    return !(rc == -1 && errno == ETIMEDOUT);
}

static inline void futex_wake(uint32_t *word, int sleepers)
{
    syscall(SYS_futex, word, FUTEX_WAKE, sleepers, NULL, NULL, 0);
}
#endif
