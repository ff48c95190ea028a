/* Y: the same answer everywhere. Z: workers that really run at once. */
#define _GNU_SOURCE
#include "../kit/meet.h"
#include "../kit/trial.h"
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>

/* The results of a run, told to the harness, which compares them with every other strategy's. */
static void tell_digest(const struct trial *t, size_t number)
{
    char key[64];

    snprintf(key, sizeof key, "seed%llu/%zu", (unsigned long long)t->subject->seed, number);
    verdict_digest(key, proof_digest(t->out.bytes, t->out.size, 0));
}

void Y1_same_answer_for_every_seed(struct subject *s)
{
    static const size_t counts[] = {1, 17, 256};
    struct subject reseeded = *s;

    for (uint64_t seed = 0; seed < 4; seed++) {
        reseeded.seed = s->seed + seed;
        struct pool *pool = subject_create(s, 1 + seed % subject_workers(s, 4));
        for (size_t i = 0; i < COUNT(counts); i++) {
            const struct trial_shape shape = i % 2 ? trial_starred(counts[i]) : trial_plain(counts[i]);
            struct trial t;
            if (!trial_open(&t, &reseeded, pool, &shape))
                continue;
            trial_run(&t, seed);
            tell_digest(&t, counts[i]);
            trial_close(&t);
        }
        subject_end(pool);
    }
}

void Z1_as_many_at_once_as_workers(struct subject *s)
{
    const size_t sizes[] = {1, 2, 3, s->cpus, 4 * s->cpus};

    for (size_t i = 0; i < COUNT(sizes) && sizes[i] <= subject_workers(s, SIZE_MAX); i++) {
        const size_t w = sizes[i];
        struct pool *pool = subject_create(s, w);
        for (size_t round = 0; round < (s->quick ? 2 : 10); round++)
            meet_run(s, pool, w, 1, w, false, NULL);
        meet_run(s, pool, w + 1, 1, w, true, NULL);
        meet_run(s, pool, 3 * w, 1, w, true, NULL);
        subject_end(pool);
    }
}

void Z2_distinct_workers_reach_all_cpus(struct subject *s)
{
    const size_t w = subject_workers(s, s->cpus > 2 ? s->cpus : 3);
    struct pool *pool = subject_create(s, w);
    struct witness *seen = calloc(w, sizeof *seen);
    cpu_set_t all, reached;

    if (!seen || sched_getaffinity(0, sizeof all, &all))
        conform_unsupported("the affinity mask cannot be read");
    CPU_ZERO(&reached);
    meet_run(s, pool, w, 1, w, false, seen);
    for (size_t i = 0; i < w; i++) {
        if (seen[i].pid != s->ledger->item[i].pid || seen[i].tid != s->ledger->item[i].tid)
            conform_fail("item %zu ran on worker %ld, but its result says %ld", i, (long)s->ledger->item[i].tid,
                         (long)seen[i].tid);
        CPU_OR(&reached, &reached, &seen[i].cpus);
    }
    if (ledger_count_workers(s->ledger, w) != w)
        conform_fail("%zu items that run at once had %zu workers", w, ledger_count_workers(s->ledger, w));
    if (!CPU_EQUAL(&reached, &all))
        conform_fail("the workers may use %d CPUs of the creator's %d", CPU_COUNT(&reached), CPU_COUNT(&all));
    free(seen);
    subject_end(pool);
}
