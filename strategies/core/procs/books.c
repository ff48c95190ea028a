/* What a worker process has done. */
#define _GNU_SOURCE
#include "books.h"

#include "../../front/fault.h"
#include "../wait/futex.h"

#define HALT (UINT64_C(1) << 63) /* in `begun`: begin no other item */

void books_reset(struct books *b)
{
    __atomic_store_n(&b->born, BOOKS_UNBORN, __ATOMIC_RELAXED);
    __atomic_store_n(&b->begun, 0, __ATOMIC_SEQ_CST);
    b->item_since_ns = 0;
    b->fault = (struct pool_fault){0};
}

void books_set_birth(struct books *b, enum books_birth birth)
{
    __atomic_store_n(&b->born, (uint32_t)birth, __ATOMIC_RELEASE);
    futex_wake(&b->born, INT_MAX);
}

enum books_birth books_await_birth(struct books *b)
{
    uint32_t birth;

    while ((birth = __atomic_load_n(&b->born, __ATOMIC_ACQUIRE)) == BOOKS_UNBORN)
        (void)futex_wait(&b->born, BOOKS_UNBORN, INT64_MAX);
    return (enum books_birth)birth;
}

void books_begin_item(struct books *b, bool timed)
{
    uint64_t begun = __atomic_load_n(&b->begun, __ATOMIC_RELAXED);

    /* The only other writers set HALT, and a kill follows. */
    if ((begun & HALT) ||
        !__atomic_compare_exchange_n(&b->begun, &begun, begun + 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        for (;;)
            (void)pause();
    if (timed)
        __atomic_store_n(&b->item_since_ns, futex_now_ns(), __ATOMIC_RELEASE);
}

void books_end_item(struct books *b, bool timed)
{
    if (timed)
        __atomic_store_n(&b->item_since_ns, 0, __ATOMIC_RELEASE);
}

void books_halt(struct books *b)
{
    (void)__atomic_fetch_or(&b->begun, HALT, __ATOMIC_SEQ_CST);
}

bool books_is_running(const struct books *b)
{
    return __atomic_load_n(&b->item_since_ns, __ATOMIC_ACQUIRE) != 0;
}

uint64_t books_begun(const struct books *b)
{
    return __atomic_load_n(&b->begun, __ATOMIC_ACQUIRE) & ~HALT;
}

bool books_overdue(struct books *b, int64_t limit_ns, int64_t now_ns, int64_t *due_ns)
{
    uint64_t begun = books_begun(b);
    /* Read after `begun`: it is that item's, or that of a later one, and then the exchange below fails. */
    const int64_t since_ns = __atomic_load_n(&b->item_since_ns, __ATOMIC_ACQUIRE);

    *due_ns = (since_ns ? since_ns : now_ns) + limit_ns;
    if (now_ns < *due_ns)
        return false;
    if (__atomic_compare_exchange_n(&b->begun, &begun, begun | HALT, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return true;
    *due_ns = now_ns + limit_ns;
    return false;
}

bool books_hopeless(const struct books *b, const struct pool_fault *how, unsigned barren, struct pool_fault *cause)
{
    if (b->fault.status)
        *cause = b->fault;
    else if (barren >= BOOKS_BARREN_MAX)
        fault_set(cause, POOL_EBROKEN, 0, "a worker died %u times in a row before it could run an item, last by %s %d",
                  barren, how->signal ? "signal" : "exit code", how->signal ? how->signal : how->exit_code);
    else
        return false;
    cause->pid = how->pid;
    cause->signal = how->signal;
    cause->exit_code = how->exit_code;
    return true;
}
