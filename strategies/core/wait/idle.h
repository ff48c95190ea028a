/*
 * idle.h - waiting for a word to change, as the wait policy says: look, give way, sleep.
 *
 * Errors: none.
 */
#ifndef IDLE_H
#define IDLE_H

#include "futex.h"
#include "pool.h"

#include <sched.h>

/* Tell the processor that this is a waiting loop. */
static inline void idle_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* One look at a word that did not help; `looks` counts them. False: it is time to sleep. */
static inline bool idle_look_again(enum pool_wait wait, unsigned looks)
{
    enum { SPIN_LOOKS = 200000, YIELD_RELAXES = 64, YIELD_LOOKS = 1000 };

    if (wait == POOL_WAIT_SLEEP)
        return false;
    if (wait == POOL_WAIT_SPIN) {
        idle_relax();
        return looks < SPIN_LOOKS;
    }
    if (looks < YIELD_RELAXES)
        idle_relax();
    else
        sched_yield();
    return looks < YIELD_LOOKS;
}

/*
 * Wait until *word is no longer 0. Acquire: what was written before it was set is seen afterwards.
 * False: the deadline (CLOCK_MONOTONIC; INT64_MAX: none) passed first.
 */
static inline bool idle_until_set(uint32_t *word, enum pool_wait wait, int64_t deadline_ns)
{
    for (unsigned looks = 0; !__atomic_load_n(word, __ATOMIC_ACQUIRE); looks++)
        if (!idle_look_again(wait, looks) && !futex_wait(word, 0, deadline_ns))
            return __atomic_load_n(word, __ATOMIC_ACQUIRE) != 0;
    return true;
}
#endif
