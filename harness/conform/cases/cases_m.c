/* M1, M2: the initializer. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "../kit/census.h"
#include "cases.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct pool_config with_initializer(const struct subject *s, size_t workers)
{
    return (struct pool_config){.workers = workers, .initializer = act_initializer, .initarg = s->ledger};
}

/* How often each worker's initializer has run: once where workers stay, as they did here. */
static void check_births(const struct subject *s, size_t workers, size_t replaced)
{
    const uint32_t births = ledger_read(&s->ledger->mark[MARK_BIRTHS]);
    uint32_t counted = 0;

    for (size_t k = 0; k < workers; k++)
        counted += ledger_read(&s->ledger->mark[MARK_WORKER + k]);
    if (counted != births)
        conform_fail("the initializer ran for workers %zu and on, of %zu", workers, workers);
    if (s->ops->capabilities & POOL_CAP_FRESH)
        return;
    if (births != workers + replaced)
        conform_fail("the initializer ran %u times in %zu workers and %zu replacements", births, workers, replaced);
}

void M1_once_in_each_worker(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool_config config = with_initializer(s, w);
        ledger_clear(s->ledger, 0);
        struct pool *pool = subject_create_with(s, config);
        config.initarg = NULL; /* what was given at creation counts */
        config.initializer = NULL;
        for (size_t round = 0; round < 5; round++) {
            struct play *p = play_new(s, 0, 30);
            p->context.initialised = true;
            p->in[round].act = ACT_FAIL;
            play_finish(p, pool, round);
        }
        check_births(s, w, 0);
        subject_end(pool);
    }
}

void M1_replacements_are_initialised(struct subject *s)
{
    const size_t workers = subject_workers(s, 2), rounds = 5;

    need_processes(s);
    struct pool *pool = subject_create_with(s, with_initializer(s, workers));
    for (size_t round = 0; round < rounds; round++) {
        struct play *p = play_new(s, 0, 30);
        p->context.initialised = true;
        p->in[round].act = ACT_KILL;
        play_finish(p, pool, 1);
    }
    if (!(s->ops->capabilities & POOL_CAP_FRESH) &&
        !ledger_await(&s->ledger->mark[MARK_BIRTHS], (uint32_t)(workers + rounds),
                      subject_patience_ns(s, PATIENCE_SETTLE_NS)))
        conform_fail("%zu workers died, the initializer ran in %u of their replacements", rounds,
                     ledger_read(&s->ledger->mark[MARK_BIRTHS]) - (uint32_t)workers);
    subject_end(pool);
    check_births(s, workers, rounds);
}

static int refuse_to_begin(void *arg, size_t worker)
{
    (void)arg;
    (void)worker;
    return 7;
}

static int die_instead(void *arg, size_t worker)
{
    (void)arg;
    (void)worker;
    _exit(9);
}

/* Creation fails, or else every call does, with the initializer's code. */
static void expect_broken(const struct subject *s, int (*initializer)(void *, size_t), int code)
{
    struct pool_fault fault = {0};
    const struct pool_config config = {.workers = subject_workers(s, 2),
                                       .initializer = initializer,
                                       .initarg = s->ledger,
                                       .options = s->options,
                                       .fault = &fault};
    const struct census before = census_take();
    struct pool *pool;
    enum pool_status status = pool_create_with(s->ops, &config, &pool);

    for (size_t call = 0; !status && call < 3; call++) {
        struct play *p = play_new(s, 0, 5);
        if (call) {
            status = pool_map(pool, &p->task, 5, p->in, p->out, 1, &fault);
        } else if (!pool_map_async(pool, &p->task, 5, p->in, p->out, 1, NULL, &p->handle)) {
            status = play_await(p);
            fault = p->fault;
        }
        play_free(p);
        if (status != POOL_EBROKEN)
            conform_fail("call %zu of a pool whose initializer fails gave '%s'", call, pool_status_text(status));
        status = call < 2 ? POOL_OK : status;
    }
    if (status != POOL_EBROKEN || !fault.text[0] || fault.code != code)
        conform_fail("an initializer failed with code %d; reported was '%s' with code %d: %s", code,
                     pool_status_text(status), fault.code, fault.text);
    for (size_t i = 0; i < 5; i++)
        if (ledger_read(&s->ledger->item[i].started))
            conform_fail("item %zu ran in a worker whose initializer has failed", i);
    if (pool)
        subject_end(pool);
    census_compare(s, &before, true, "after a failed initializer");
}

void M2_failing_initializer_breaks_the_pool(struct subject *s)
{
    expect_broken(s, refuse_to_begin, 7);
}

void M2_crashing_initializer_breaks_the_pool(struct subject *s)
{
    need_processes(s);
    s->ledger->item[0] = (struct ledger_item){0};
    expect_broken(s, die_instead, 0);
}
