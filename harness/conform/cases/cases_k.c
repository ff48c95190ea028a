/* K1-K7: workers that die while they run an item, or between two. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "../kit/meet.h"
#include "../kit/proof.h"
#include "cases.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct death {
    enum act act;
    int signal, exit_code;
};

static void die_once(const struct subject *s, struct pool *pool, const struct death *death, size_t victim, size_t chunk)
{
    struct play *p = play_new(s, 0, 8);

    p->in[victim].act = death->act;
    play_start(p, pool, chunk);
    play_await(p);
    play_judge(p, false);
    if (p->fault.pid != s->ledger->item[victim].pid)
        conform_fail("process %ld died, blamed was %ld", (long)s->ledger->item[victim].pid, (long)p->fault.pid);
    if (p->fault.signal != death->signal || p->fault.exit_code != death->exit_code)
        conform_fail("a worker that ended with signal %d and exit code %d was reported with %d and %d", death->signal,
                     death->exit_code, p->fault.signal, p->fault.exit_code);
    play_free(p);
}

void K1_every_way_to_die_is_reported(struct subject *s)
{
    static const struct death deaths[] = {{ACT_KILL, SIGKILL, 0}, {ACT_SEGV, SIGSEGV, 0}, {ACT_ABORT, SIGABRT, 0},
                                          {ACT_TERM, SIGTERM, 0}, {ACT_QUIT, 0, 4},       {ACT_EXEC, 0, 127},
                                          {ACT_EXIT_GOOD, 0, 0},  {ACT_EXIT_BAD, 0, 3}};
    /* Where a sanitizer has something to do at exit, the exit code is its own. */
    const size_t count = COUNT(deaths) - (POOLBENCH_SANITIZE[0] ? 2 : 0);

    need_processes(s);
    for (size_t w = 1; w <= subject_workers(s, 3); w += 2) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < count; i++) {
            die_once(s, pool, &deaths[i], 3, 1);
            die_once(s, pool, &deaths[i], i, 4);
        }
        subject_end(pool);
    }
}

void K2_others_are_not_affected(struct subject *s)
{
    enum { CALLS = 3, ITEMS = 12 };

    need_processes(s);
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    for (size_t round = 0; round < (s->quick ? 4 : 20); round++) {
        struct play *plays[CALLS];
        for (size_t k = 0; k < CALLS; k++)
            plays[k] = play_new(s, k * ITEMS, ITEMS);
        plays[round % CALLS]->in[round % ITEMS].act = ACT_KILL;
        for (size_t k = 0; k < CALLS; k++)
            play_start(plays[k], pool, round % 4);
        for (size_t k = 0; k < CALLS; k++) {
            play_await(plays[k]);
            play_judge(plays[k], false);
            play_free(plays[k]);
        }
    }
    subject_end(pool);
}

void K3_replacement_is_a_full_worker(struct subject *s)
{
    const size_t workers = subject_workers(s, 2);

    need_processes(s);
    struct pool *pool = subject_create_with(
        s, (struct pool_config){.workers = workers, .initializer = act_initializer, .initarg = s->ledger});
    for (size_t round = 0; round < (s->quick ? 5 : 20); round++) {
        struct play *p = play_new(s, 0, 6);
        p->in[round % 6].act = ACT_KILL;
        p->context.initialised = true;
        play_finish(p, pool, 1);
        meet_run(s, pool, workers, 1, workers, false, NULL);
    }
    subject_end(pool);
}

void K4_idle_worker_death_is_invisible(struct subject *s)
{
    enum { WORKERS = 3 };
    const size_t workers = subject_workers(s, WORKERS);
    size_t killed = 0;

    need_processes(s);
    struct pool *pool = subject_create(s, workers);
    for (size_t round = 0; round < (s->quick ? 2 : 5); round++) {
        struct witness seen[WORKERS];
        meet_run(s, pool, workers, 1, workers, false, seen);
        for (size_t k = 0; k < workers; k++) {
            killed += worker_kill(seen[k].pid);
            play_once(s, pool, 20, 1);
            play_once(s, pool, 20, 0);
        }
    }
    subject_end(pool);
    if (!killed)
        conform_unsupported("an idle pool has no workers: those that ran the items were gone");
}

/* Kill whichever workers have begun or ended an item, while they read the arguments or write the results. */
static void harass(const struct subject *s, struct pool_handle *handle, size_t count, size_t kills)
{
    size_t next = 0;

    while (!pool_handle_ready(handle)) {
        while (next < count && ledger_read(&s->ledger->item[next].finished))
            next++;
        if (kills && next && next < count && worker_kill(s->ledger->item[next - 1].pid))
            kills--;
        (void)pool_handle_wait(handle, 1000000);
    }
}

static void check_large(const struct proof *proof, const struct pool_item *items, const unsigned char *in,
                        const unsigned char *out, size_t count)
{
    const size_t size = proof->out_size;
    unsigned char *expected = malloc(size);

    for (size_t i = 0; expected && i < count; i++) {
        const void *const argv[] = {in + i * size};
        proof_evaluate(proof, argv, expected);
        if (ledger_read(&proof->ledger->item[i].started) > 1)
            conform_fail("item %zu ran twice", i);
        if (items[i].status != POOL_OK && items[i].status != POOL_ELOST)
            conform_fail("item %zu ended with '%s'", i, pool_status_text(items[i].status));
        if (items[i].status == POOL_OK && memcmp(expected, out + i * size, size))
            conform_fail("after a worker's death the result of item %zu is wrong", i);
    }
    free(expected);
}

void K5_death_amid_a_transfer(struct subject *s)
{
    enum { ITEMS = 8 };
    const size_t size = (size_t)1 << 20;
    struct proof proof = {.ledger = s->ledger, .seed = s->seed, .nargs = 1, .arg_size = {size}, .out_size = size};
    const struct pool_task task = {.name = "proof",
                                   .call = proof_call,
                                   .nargs = 1,
                                   .arg_size = {size},
                                   .out_size = size,
                                   .context = &proof,
                                   .context_size = sizeof proof};
    unsigned char *in = malloc(ITEMS * size), *out = calloc(ITEMS, size);

    need_processes(s);
    if (!in || !out)
        conform_unsupported("no memory for results of %zu bytes", size);
    proof_number_items(&proof, ITEMS);
    for (size_t i = 0; i < ITEMS; i++)
        proof_fill(&proof, 0, i, in + i * size);
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    for (size_t round = 0; round < (s->quick ? 2 : 10); round++) {
        struct pool_item items[ITEMS];
        const struct pool_async async = {.items = items};
        struct pool_handle *handle;
        ledger_clear(s->ledger, ITEMS);
        if (pool_map_async(pool, &task, ITEMS, in, out, 1 + round % 3, &async, &handle))
            conform_fail("an asynchronous map was refused");
        harass(s, handle, ITEMS, 3);
        check_large(&proof, items, in, out, ITEMS);
        pool_handle_free(handle);
    }
    play_once(s, pool, 20, 1);
    subject_end(pool);
    free(in);
    free(out);
}

void K6_no_lock_dies_with_a_worker(struct subject *s)
{
    const size_t count = subject_is_costly(s) ? 100 : 3000, kills = s->quick ? 4 : 20;

    need_processes(s);
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    for (size_t round = 0; round < 3; round++) {
        struct play *p = play_new(s, 0, count);
        play_start(p, pool, 1 + round);
        pid_t pids[16];
        for (size_t k = 0; k < kills && !pool_handle_ready(p->handle); k++) {
            const size_t children = workers_list(pids, COUNT(pids));
            if (children)
                (void)kill(pids[k % children], SIGKILL);
        }
        play_await(p);
        play_judge(p, true);
        play_free(p);
        play_once(s, pool, 50, 1);
    }
    subject_end(pool);
}

void K7_lost_item_is_never_run_again(struct subject *s)
{
    static const size_t chunks[] = {1, 2, 3, 5, 12, 0};

    need_processes(s);
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < COUNT(chunks); i++)
            for (size_t victim = 0; victim < 12; victim += s->quick ? 5 : 2) {
                struct play *p = play_new(s, 0, 12);
                p->in[victim].act = ACT_KILL;
                p->in[(victim + 5) % 12].act = ACT_QUIT;
                play_finish(p, pool, chunks[i]);
            }
        subject_end(pool);
    }
}
