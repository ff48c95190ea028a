/* M3: the finalizer. */
#include "../kit/act.h"
#include "cases.h"

/* It counts in the ledger: all, and those that run where no initializer has run for that worker. */
static void count_end(void *arg, size_t worker)
{
    struct ledger *ledger = arg;

    if (act_worker() != worker || pool_worker() != worker)
        ledger_add(&ledger->mark[MARK_NOTE]);
    ledger_add(&ledger->mark[MARK_ENDS]);
}

static struct pool *create(const struct subject *s, size_t workers, size_t limit)
{
    ledger_clear(s->ledger, 0);
    return subject_create_with(s, (struct pool_config){.workers = workers,
                                                       .initializer = act_initializer,
                                                       .finalizer = count_end,
                                                       .initarg = s->ledger,
                                                       .max_items_per_worker = limit});
}

/* The pool is gone: all that began have ended, but for `killed`. */
static void check_ends(const struct subject *s, uint32_t killed)
{
    const uint32_t births = ledger_read(&s->ledger->mark[MARK_BIRTHS]), ends = ledger_read(&s->ledger->mark[MARK_ENDS]);

    if (ledger_read(&s->ledger->mark[MARK_NOTE]))
        conform_fail("the finalizer ran %u times in another worker than it was told",
                     ledger_read(&s->ledger->mark[MARK_NOTE]));
    if (ends != births - killed)
        conform_fail("%u workers began, %u of them were killed, and the finalizer ran %u times", births, killed, ends);
}

void M3_once_in_each_worker_that_leaves(struct subject *s)
{
    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = create(s, w, 0);
        for (size_t round = 0; round < 3; round++) {
            play_once(s, pool, 30, round);
            if (!(s->ops->capabilities & POOL_CAP_FRESH) && ledger_read(&s->ledger->mark[MARK_ENDS]))
                conform_fail("the finalizer ran in a worker that stays");
        }
        subject_end(pool);
        check_ends(s, 0);
    }
}

void M3_not_in_workers_that_die(struct subject *s)
{
    const size_t rounds = 4;

    need_processes(s);
    struct pool *pool = create(s, subject_workers(s, 2), 0);
    for (size_t round = 0; round < rounds; round++) {
        struct play *p = play_new(s, 0, 10);
        p->in[round].act = round % 2 ? ACT_QUIT : ACT_KILL;
        play_finish(p, pool, 1);
    }
    subject_end(pool);
    check_ends(s, (uint32_t)rounds);
}

void M3_recycled_workers_leave_in_order(struct subject *s)
{
    if (!(s->ops->capabilities & POOL_CAP_RECYCLE))
        conform_unsupported("a limit of items is refused, as L3 and N2 show");
    struct pool *pool = create(s, subject_workers(s, 2), 5);
    play_once(s, pool, 60, 1);
    subject_end(pool);
    check_ends(s, 0);
    if (ledger_read(&s->ledger->mark[MARK_ENDS]) < 60 / 5)
        conform_fail("60 items ran in workers of at most 5, and the finalizer ran %u times",
                     ledger_read(&s->ledger->mark[MARK_ENDS]));
}

/* The last worker to be born does not begin, nor does the pool: whoever did begin, and was not killed, ends. */
static int refuse_in_the_last(void *arg, size_t worker)
{
    struct ledger *ledger = arg;

    if (worker + 1 == ledger_read(&ledger->mark[MARK_GATE]))
        return 7;
    return act_initializer(arg, worker);
}

void M3_not_without_a_beginning(struct subject *s)
{
    const size_t workers = subject_workers(s, 3);
    const struct pool_config config = {.workers = workers,
                                       .initializer = refuse_in_the_last,
                                       .finalizer = count_end,
                                       .initarg = s->ledger,
                                       .options = s->options};
    struct pool *pool;

    ledger_clear(s->ledger, 0);
    s->ledger->mark[MARK_GATE] = (uint32_t)workers;
    if (!pool_create_with(s->ops, &config, &pool)) {
        struct play *p = play_new(s, 0, 30);
        (void)pool_map(pool, &p->task, p->count, p->in, p->out, 1, NULL);
        play_free(p);
        pool_destroy(pool);
    }
    const uint32_t births = ledger_read(&s->ledger->mark[MARK_BIRTHS]), ends = ledger_read(&s->ledger->mark[MARK_ENDS]);
    if (ends > births)
        conform_fail("%u workers began, and the finalizer ran %u times", births, ends);
}
