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

/* One wait: zero before its first look. */
struct idle {
    unsigned looks;
    bool for_others;  /* whose work needs the CPUs: a worker looks for work of its own, a caller for an end to theirs */
    int64_t sleep_ns; /* when to stop looking */
};

/*
 * One look at a word that did not help. False: it is time to sleep.
 *
 * The time to look, not the number of looks, is what has a meaning on every machine: it covers the pause between two
 * calls of a program that computes a little in between, and costs a pool that is left alone a few milliseconds once.
 * The clock is read seldom, for a look is much cheaper. Giving way backs off from a core that others want, but where
 * the waiter keeps a core busy for itself, two of those that it waits for may go on sharing another one: so whoever
 * waits for others looks no longer than a short call lasts.
 */
static inline bool idle_look_again(enum pool_wait wait, struct idle *idle)
{
    enum { SPIN_CLOCK = 1024, YIELD_RELAXES = 64, YIELD_CLOCK = 16 }; /* looks from one reading to the next */
    static const int64_t SPIN_NS = INT64_C(10000000), YIELD_NS = INT64_C(3000000), CALL_NS = INT64_C(50000);
    const bool spin = wait == POOL_WAIT_SPIN;

    if (wait == POOL_WAIT_SLEEP)
        return false;
    if (spin || idle->looks < YIELD_RELAXES)
        idle_relax();
    else
        sched_yield();
    if (++idle->looks % (spin ? SPIN_CLOCK : YIELD_CLOCK))
        return true;
    const int64_t now_ns = futex_now_ns();
    if (!idle->sleep_ns)
        idle->sleep_ns = now_ns + (spin ? SPIN_NS : idle->for_others ? CALL_NS : YIELD_NS);
    return now_ns < idle->sleep_ns;
}

/*
 * A word that is set once, by anybody, and waited for. The setter pays for a system call only where a waiter says that
 * it sleeps.
 */
enum { IDLE_UNSET, IDLE_SET, IDLE_AWAITED };

/* Acquire: what was written before it was set is seen afterwards. */
static inline bool idle_is_set(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE) == IDLE_SET;
}

/*
 * Set it. The waiter may be gone, and the word with it, at once: only its address is used afterwards, and waking a word
 * that is no longer there is harmless. Whoever sets it again wakes: the first may have died before it did.
 */
static inline void idle_set(uint32_t *word)
{
    if (__atomic_exchange_n(word, IDLE_SET, __ATOMIC_ACQ_REL) != IDLE_UNSET)
        futex_wake(word, INT_MAX);
}

/* Wait until *word is set. False: the deadline (CLOCK_MONOTONIC; INT64_MAX: none) passed first. */
static inline bool idle_until_set(uint32_t *word, enum pool_wait wait, int64_t deadline_ns)
{
    struct idle idle = {.for_others = true};

    while (!idle_is_set(word)) {
        uint32_t unset = IDLE_UNSET;
        if (idle_look_again(wait, &idle))
            continue;
        __atomic_compare_exchange_n(word, &unset, IDLE_AWAITED, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
        if (!futex_wait(word, IDLE_AWAITED, deadline_ns))
            return idle_is_set(word);
    }
    return true;
}
#endif
