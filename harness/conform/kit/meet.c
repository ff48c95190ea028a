#define _GNU_SOURCE
#include "meet.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINGER_NS INT64_C(20000000) /* time for a wrong pool to be caught; a right one never needs it */

enum { MARK_ARRIVED, MARK_MISSED };

static int meet_call(const void *const argv[], void *out, const void *context)
{
    struct meeting m;
    uint64_t index;

    memcpy(&m, context, sizeof m);
    memcpy(&index, argv[0], sizeof index);
    struct ledger *ledger = m.ledger;
    struct witness w = {.pid = getpid(), .tid = gettid()};
    CPU_ZERO(&w.cpus);
    sched_getaffinity(0, sizeof w.cpus, &w.cpus);
    memcpy(out, &w, sizeof w);
    ledger_start(ledger, (size_t)index);
    ledger_enter(&ledger->crowd);
    ledger_add(&ledger->mark[MARK_ARRIVED]);
    /* Once one item has waited in vain, the others need not. */
    const int64_t timeout_ns = ledger_read(&ledger->mark[MARK_MISSED]) ? 0 : m.timeout_ns;
    const bool met = ledger_await(&ledger->mark[MARK_ARRIVED], m.wanted, timeout_ns);
    if (!met)
        ledger_add(&ledger->mark[MARK_MISSED]);
    else if (m.linger_ns)
        ledger_await(&ledger->mark[MARK_ARRIVED], m.wanted + 1, m.linger_ns);
    ledger_leave(&ledger->crowd);
    ledger_finish(ledger, (size_t)index);
    return met ? 0 : 1;
}

struct meeting meet_plan(const struct subject *s, size_t wanted, bool linger)
{
    return (struct meeting){.ledger = s->ledger,
                            .wanted = (uint32_t)wanted,
                            .timeout_ns = subject_patience_ns(s, PATIENCE_MEET_NS),
                            .linger_ns = linger ? LINGER_NS : 0};
}

struct pool_task meet_task(const struct meeting *meeting)
{
    return (struct pool_task){.name = "meet",
                              .call = meet_call,
                              .nargs = 1,
                              .arg_size = {sizeof(uint64_t)},
                              .out_size = sizeof(struct witness),
                              .context = meeting,
                              .context_size = sizeof *meeting};
}

void meet_judge(const struct subject *s, const struct pool *pool, size_t wanted, enum pool_status status,
                const char *sentence)
{
    const uint32_t most = ledger_read(&s->ledger->crowd.most);

    if (most > pool_workers(pool))
        conform_fail("%u items ran at once on %zu workers", most, pool_workers(pool));
    if (status == POOL_ETASK)
        conform_fail("only %u of %zu items that wait for each other ran at once on %zu workers", most, wanted,
                     pool_workers(pool));
    if (status)
        conform_fail("a map of items that wait for each other returned '%s': %s", pool_status_text(status), sentence);
}

void meet_run(const struct subject *s, struct pool *pool, size_t count, size_t chunk, size_t wanted, bool linger,
              struct witness *witnesses)
{
    const struct meeting meeting = meet_plan(s, wanted, linger);
    const struct pool_task task = meet_task(&meeting);
    uint64_t *numbers = calloc(count, sizeof *numbers);
    struct witness *seen = witnesses ? witnesses : calloc(count, sizeof *seen);
    struct pool_fault fault;

    if (!numbers || !seen)
        conform_unsupported("no memory for %zu items", count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = i;
    ledger_clear(s->ledger, count);
    const enum pool_status status = pool_map(pool, &task, count, numbers, seen, chunk, &fault);
    meet_judge(s, pool, wanted, status, fault.text);
    for (size_t i = 0; i < count; i++)
        if (ledger_read(&s->ledger->item[i].started) != 1)
            conform_fail("item %zu of %zu ran %u times", i, count, ledger_read(&s->ledger->item[i].started));
    if (!witnesses)
        free(seen);
    free(numbers);
}
