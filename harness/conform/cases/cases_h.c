/* H: apply. */
#define _GNU_SOURCE
#include "../kit/meet.h"
#include "../kit/proof.h"
#include "cases.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void apply_once(const struct subject *s, struct pool *pool, struct proof *proof, size_t index)
{
    unsigned char record[3][8], out[16], expected[16];
    const void *const argv[] = {record[0], record[1], record[2]};
    const struct pool_task task = {.name = "proof",
                                   .call = proof_call,
                                   .nargs = proof->nargs,
                                   .arg_size = {8, 8, 8},
                                   .out_size = sizeof out,
                                   .context = proof,
                                   .context_size = sizeof *proof};
    struct pool_fault fault;

    for (size_t k = 0; k < proof->nargs; k++)
        proof_fill(proof, k, index, record[k]);
    proof_evaluate(proof, argv, expected);
    memset(out, 0xa5, sizeof out);
    if (pool_apply(pool, &task, argv, out, &fault))
        conform_fail("apply of %zu arguments failed: %s", proof->nargs, fault.text);
    if (memcmp(out, expected, sizeof out))
        conform_fail("the result of apply differs from the serial call's");
    const struct ledger_item *item = &s->ledger->item[index];
    if (ledger_read(&item->started) != 1)
        conform_fail("apply called the task %u times", ledger_read(&item->started));
    if (item->pid == getpid() && item->tid == gettid() && !(s->ops->capabilities & POOL_CAP_INLINE))
        conform_fail("apply ran in the calling thread, which the strategy does not declare");
}

void H1_apply_runs_in_a_worker(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    struct proof proof = {
        .ledger = s->ledger, .seed = s->seed, .arg_size = {8, 8, 8}, .out_size = 16, .index_bytes = 8};

    ledger_clear(s->ledger, 60);
    for (size_t i = 0; i < 60; i++) {
        proof.nargs = 1 + i % 3;
        apply_once(s, pool, &proof, i);
    }
    subject_end(pool);
}

/* One of several threads that call apply. */
struct caller {
    struct pool *pool;
    const struct pool_task *task;
    uint64_t number;
    enum pool_status status;
    struct witness seen;
    struct pool_fault fault;
};

static void *call_apply(void *arg)
{
    struct caller *c = arg;
    const void *const argv[] = {&c->number};

    c->status = pool_apply(c->pool, c->task, argv, &c->seen, &c->fault);
    return NULL;
}

static void call_from_threads(const struct subject *s, struct pool *pool, size_t threads, size_t wanted, bool linger)
{
    const struct meeting meeting = meet_plan(s, wanted, linger);
    const struct pool_task task = meet_task(&meeting);
    struct caller *callers = calloc(threads, sizeof *callers);
    pthread_t *ids = calloc(threads, sizeof *ids);

    if (!callers || !ids)
        conform_unsupported("no memory for %zu callers", threads);
    ledger_clear(s->ledger, threads);
    for (size_t i = 0; i < threads; i++) {
        callers[i] = (struct caller){.pool = pool, .task = &task, .number = i};
        if (pthread_create(&ids[i], NULL, call_apply, &callers[i]))
            conform_unsupported("%zu threads cannot be started", threads);
    }
    for (size_t i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    for (size_t i = 0; i < threads; i++) {
        meet_judge(s, pool, wanted, callers[i].status, callers[i].fault.text);
        if (ledger_read(&s->ledger->item[i].started) != 1)
            conform_fail("the apply of caller %zu ran %u times", i, ledger_read(&s->ledger->item[i].started));
        if (callers[i].seen.tid != s->ledger->item[i].tid)
            conform_fail("caller %zu of %zu got another one's result", i, threads);
    }
    free(callers);
    free(ids);
}

void H2_concurrent_callers_all_progress(struct subject *s)
{
    const size_t rounds = s->quick ? 3 : 20;

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < rounds; i++)
            call_from_threads(s, pool, w, w, false);
        call_from_threads(s, pool, 2 * w + 1, w, true);
        subject_end(pool);
    }
}
