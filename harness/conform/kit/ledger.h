/*
 * ledger.h - what tasks testify, in memory that threads and forked workers see alike, outside the pool's own channel.
 *
 * Mapped before any pool is created, so that its address is the same in every forked worker; a task finds it through a
 * pointer in its context. All fields are changed with atomic operations.
 *
 * Errors: false where a meeting did not take place in time.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LEDGER_ITEMS ((size_t)1 << 17)
#define LEDGER_MARKS 64

/* What one item did. */
struct ledger_item {
    uint32_t started, finished; /* times */
    uint32_t order;             /* it was the order-th to start, from 0 */
    pid_t pid, tid;
};

/* How many are inside at once. */
struct ledger_crowd {
    uint32_t now, most;
};

struct ledger {
    uint32_t calls; /* of tasks whose records are too small to say which item they are, too */
    uint32_t starts;
    struct ledger_crowd crowd;
    uint32_t mark[LEDGER_MARKS]; /* free for each case; a word to meet at */
    struct ledger_item item[LEDGER_ITEMS];
};

struct ledger *ledger_map(void); /* NULL: no memory */
void ledger_clear(struct ledger *, size_t items);

void ledger_start(struct ledger *, size_t index);
void ledger_finish(struct ledger *, size_t index);
void ledger_enter(struct ledger_crowd *);
void ledger_leave(struct ledger_crowd *);

void ledger_add(uint32_t *word); /* one more, and wake who waits for it */
/* Wait until *word is at least `wanted`. False: not within timeout_ns. */
bool ledger_await(uint32_t *word, uint32_t wanted, int64_t timeout_ns);
static inline uint32_t ledger_read(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* How many different workers, by process and thread, ran items [0, count). */
size_t ledger_count_workers(const struct ledger *, size_t count);
#endif
