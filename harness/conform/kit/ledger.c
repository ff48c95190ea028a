#define _GNU_SOURCE
#include "ledger.h"

#include "../../machine/clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct ledger *ledger_map(void)
{
    void *memory = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void ledger_clear(struct ledger *ledger, size_t items)
{
    memset(ledger, 0, offsetof(struct ledger, item) + items * sizeof ledger->item[0]);
}

void ledger_start(struct ledger *ledger, size_t index)
{
    __atomic_fetch_add(&ledger->calls, 1, __ATOMIC_RELAXED);
    if (index >= LEDGER_ITEMS)
        return;
    struct ledger_item *item = &ledger->item[index];
    __atomic_store_n(&item->order, __atomic_fetch_add(&ledger->starts, 1, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
    __atomic_store_n(&item->pid, getpid(), __ATOMIC_RELAXED);
    __atomic_store_n(&item->tid, gettid(), __ATOMIC_RELAXED);
    __atomic_fetch_add(&item->started, 1, __ATOMIC_RELEASE);
}

void ledger_finish(struct ledger *ledger, size_t index)
{
    if (index < LEDGER_ITEMS)
        __atomic_fetch_add(&ledger->item[index].finished, 1, __ATOMIC_RELEASE);
}

void ledger_enter(struct ledger_crowd *crowd)
{
    const uint32_t now = __atomic_add_fetch(&crowd->now, 1, __ATOMIC_ACQ_REL);
    uint32_t most = __atomic_load_n(&crowd->most, __ATOMIC_RELAXED);

    while (now > most &&
           !__atomic_compare_exchange_n(&crowd->most, &most, now, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        continue;
}

void ledger_leave(struct ledger_crowd *crowd)
{
    __atomic_sub_fetch(&crowd->now, 1, __ATOMIC_ACQ_REL);
}

void ledger_add(uint32_t *word)
{
    __atomic_add_fetch(word, 1, __ATOMIC_ACQ_REL);
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

bool ledger_await(uint32_t *word, uint32_t wanted, int64_t timeout_ns)
{
    const int64_t deadline_ns = clock_now_ns() + timeout_ns;
    const struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000),
                                   .tv_nsec = (long)(deadline_ns % 1000000000)};

    for (;;) {
        const uint32_t seen = ledger_read(word);
        if (seen >= wanted)
            return true;
        if (clock_now_ns() >= deadline_ns)
            return false;
        syscall(SYS_futex, word, FUTEX_WAIT_BITSET, seen, &until, NULL, FUTEX_BITSET_MATCH_ANY);
    }
}

size_t ledger_count_workers(const struct ledger *ledger, size_t count)
{
    size_t different = 0;

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < i && ledger->item[k].tid != ledger->item[i].tid)
            k++;
        different += k == i;
    }
    return different;
}
