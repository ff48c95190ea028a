/* J10: fail-fast. */
#include "../kit/act.h"
#include "cases.h"

static struct pool *create_fast(const struct subject *s, size_t workers)
{
    return subject_create_with(s, (struct pool_config){.workers = workers, .fail_fast = true});
}

static uint32_t count_started(const struct subject *s, size_t count)
{
    uint32_t started = 0;

    for (size_t i = 0; i < count; i++)
        started += ledger_read(&s->ledger->item[i].started);
    return started;
}

/* All items fail. A chunk that waits at its worker may begin before anybody else knows of the failure. */
static void fail_all(const struct subject *s, struct pool *pool, size_t chunk)
{
    const size_t count = 100, workers = pool_workers(pool);
    struct play *p = play_new(s, 0, count);

    for (size_t i = 0; i < count; i++)
        p->in[i].act = ACT_FAIL;
    const enum pool_status status = pool_map(pool, &p->task, count, p->in, p->out, chunk, &p->fault);
    if (status != POOL_ETASK)
        conform_fail("all items fail, and a fail-fast map gave '%s'", pool_status_text(status));
    const uint32_t started = count_started(s, count);
    if (started > 2 * workers * chunk)
        conform_fail("all of %zu items fail, and %u of them ran on %zu workers in chunks of %zu", count, started,
                     workers, chunk);
    if (p->fault.index == POOL_NO_ITEM || p->fault.code != 1 + (int)p->fault.index || p->fault.failed > started)
        conform_fail("a fail-fast map blames item %zu with code %d, and says that %zu failed", p->fault.index,
                     p->fault.code, p->fault.failed);
    play_free(p);
}

void J10_fail_fast_on_request(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = create_fast(s, w);
        fail_all(s, pool, 1);
        fail_all(s, pool, 3);
        play_once(s, pool, 50, 0); /* a call without failures runs whole */
        subject_end(pool);
    }
}

/* One item fails: each other one ran, and is delivered, or did not, and says so. */
static void fail_one(const struct subject *s, struct pool *pool, size_t bad, size_t chunk)
{
    const size_t count = 60;
    struct play *p = play_new(s, 0, count);

    p->in[bad].act = ACT_FAIL;
    play_start(p, pool, chunk);
    const enum pool_status status = play_await(p);
    if (status != POOL_ETASK || p->fault.index != bad || p->fault.failed != 1)
        conform_fail("item %zu fails; a fail-fast map gave '%s' and blames item %zu of %zu", bad,
                     pool_status_text(status), p->fault.index, p->fault.failed);
    for (size_t i = 0; i < count; i++) {
        const bool ran = ledger_read(&s->ledger->item[i].started);
        const enum pool_status wanted = i == bad ? POOL_ETASK : ran ? POOL_OK : POOL_ECANCELED;
        if (p->items[i].status != wanted)
            conform_fail("item %zu ran %u times, and is told as '%s'", i, ran, pool_status_text(p->items[i].status));
    }
    play_free(p);
}

void J10_what_ran_is_delivered(struct subject *s)
{
    static const size_t bad[] = {0, 1, 30, 59};
    struct pool *pool = create_fast(s, subject_workers(s, 3));

    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        fail_one(s, pool, bad[k], 1);
        fail_one(s, pool, bad[k], 7);
        fail_one(s, pool, bad[k], 0);
    }
    subject_end(pool);
}
