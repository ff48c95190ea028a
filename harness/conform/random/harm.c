/* Workers that are killed or stopped, threads that wait while the pool ends, forked children, wrong arguments. */
#define _GNU_SOURCE
#include "../kit/act.h"
#include "player.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_NS INT64_C(300000000) /* far more than the other items need on a busy machine */

static bool is_running(const struct player_pool *owner)
{
    return owner->pool && owner->life == LIFE_RUN;
}

static struct ledger_item *seen(const struct player_call *call, size_t item)
{
    return &call->context.proof.ledger->item[call->context.base + item];
}

/* A call one of whose items waits at a gate. NULL: it does not fit. */
static struct player_call *start_with_victim(struct player *p, struct player_pool *owner, size_t count, size_t chunk,
                                             size_t victim, enum player_death death)
{
    const struct sequence_command plan = {.arg = {[1] = chunk, [3] = FLAG_ITEMS}};
    struct player_call *call = call_open(p, owner, &plan, count);

    if (!call)
        return NULL;
    wait_open_gates(p, owner);
    call_hold(p, call, victim);
    call->context.death = death == DEATH_KILLED ? DEATH_NONE : death;
    if (call->context.gate == PLAYER_NO_GATE) {
        call_close(call);
        return NULL;
    }
    const enum pool_status status = call_start(call, false);
    if (status)
        conform_fail("an asynchronous call of %zu items returned '%s'", count, pool_status_text(status));
    if (!ledger_await(&p->yard->inside[call->context.gate], 1, subject_patience_ns(p->subject, PATIENCE_MEET_NS)))
        conform_fail("item %zu of %zu did not start", victim, count);
    return call;
}

static void judge_and_close(struct player_call *call)
{
    const enum pool_status status = pool_handle_wait(call->handle, POOL_FOREVER);

    if (status)
        conform_fail("waiting for a handle without a limit returned '%s'", pool_status_text(status));
    wait_judge(call);
    call_close(call);
}

static void judge_death(const struct player_call *call, enum player_death death, pid_t pid)
{
    static const struct {
        int signal, exit_code;
    } ends[] = {[DEATH_KILLED] = {SIGKILL, 0},
                [DEATH_EXIT_0] = {0, 0},
                [DEATH_EXIT_3] = {0, 3},
                [DEATH_ABORT] = {SIGABRT, 0},
                [DEATH_TERM] = {SIGTERM, 0}};
    struct pool_fault fault;

    pool_handle_get(call->handle, POOL_FOREVER, &fault);
    if (fault.status != POOL_ELOST)
        return; /* judged with everything else */
    if (fault.pid != pid || fault.signal != ends[death].signal || fault.exit_code != ends[death].exit_code)
        conform_fail("worker %d, which died of signal %d with exit code %d, is said to be %d, signal %d, exit code %d",
                     pid, ends[death].signal, ends[death].exit_code, fault.pid, fault.signal, fault.exit_code);
}

/* Death during an item: that item is lost, and nothing else. */
static bool kill_busy(struct player *p, struct player_pool *owner, const struct sequence_command *c)
{
    const size_t count = c->arg[1] % 64 + 1, victim = c->arg[3] % count;
    const enum player_death death = (enum player_death)(c->arg[0] % DEATH_COUNT);
    struct player_call *call = owner->fail_fast ? NULL : start_with_victim(p, owner, count, c->arg[2], victim, death);

    if (!call)
        return false;
    const pid_t pid = seen(call, victim)->pid;
    call->lost = victim;
    call->natural = (struct model_outcome){.status = POOL_ELOST, .index = victim, .failed = 1};
    if (death == DEATH_KILLED)
        kill(pid, SIGKILL);
    else
        task_open_gate(p, call->context.gate);
    judge_death(call, death, pid);
    judge_and_close(call);
    return true;
}

static bool is_quiet(const struct player *p, const struct player_pool *owner)
{
    bool quiet = !owner->unsettled;

    for (size_t i = 0; i < PLAYER_ITERS; i++)
        quiet &= !p->iter[i].iter || p->iter[i].owner != owner;
    for (const struct player_call *call = p->given_away; call; call = call->next)
        quiet &= call->owner != owner;
    return quiet;
}

/* Death of a worker that has nothing to do: nobody notices. */
static bool kill_idle(struct player *p, struct player_pool *owner, const struct sequence_command *c)
{
    const struct sequence_command plan = {.arg = {[1] = 1}};
    const size_t count = 2 * owner->workers;
    struct pool_fault fault;

    if (life_can(p, POOL_CAP_FRESH) || !is_quiet(p, owner))
        return false;
    for (size_t i = 0; i < PLAYER_CALLS; i++)
        if (p->call[i] && p->call[i]->owner == owner)
            wait_settle(p, i);
    struct player_call *call = call_open(p, owner, &plan, count);
    if (!call)
        return false;
    const enum pool_status status = call_run(call, false, &fault);
    call_judge(call, status, &fault);
    const pid_t pid = seen(call, c->arg[0] % count)->pid;
    call_close(call);
    (void)worker_kill(pid);
    return true;
}

/* A worker that is stopped only delays its item, and does not hold up the end of its pool. */
static bool stop_worker(struct player *p, struct player_pool *owner, const struct sequence_command *c)
{
    const bool ends = c->arg[0] && life_can(p, POOL_CAP_KILL);
    struct player_call *call = start_with_victim(p, owner, 1, 1, 0, DEATH_KILLED);

    if (!call)
        return false;
    const pid_t pid = seen(call, 0)->pid;
    worker_stop(p->subject, pid);
    task_open_gate(p, call->context.gate);
    if (pool_handle_wait(call->handle, wait_timeout_ns(TIMEOUT_SHORT)) != POOL_ETIMEOUT)
        conform_fail("an item ended though its worker is stopped");
    if (ends) {
        life_terminate(p, owner);
        call->cancel = CANCEL_SURELY;
    } else {
        kill(pid, SIGCONT);
    }
    judge_and_close(call);
    return true;
}

struct race {
    struct player_call *call;
    enum pool_status status;
    struct pool_fault fault;
};

static void *run_race(void *arg)
{
    struct race *race = arg;

    race->status = call_run(race->call, false, &race->fault);
    return NULL;
}

/* A thread waits in map while this one ends the pool. */
static bool end_under_map(struct player *p, struct player_pool *owner, const struct sequence_command *c)
{
    const struct sequence_command plan = {.arg = {[1] = 1}};
    const size_t wanted = c->arg[0] ? c->arg[0] : 1;
    struct race race = {.call = call_open(p, owner, &plan, wanted < owner->workers ? wanted : owner->workers)};
    const struct player_context *context = race.call ? &race.call->context : NULL;
    const bool kills = life_can(p, POOL_CAP_KILL);
    pthread_t thread;

    if (!context)
        return false;
    wait_open_gates(p, owner);
    call_hold(p, race.call, SIZE_MAX);
    if (context->gate == PLAYER_NO_GATE || pthread_create(&thread, NULL, run_race, &race)) {
        call_close(race.call);
        return false;
    }
    if (!ledger_await(&p->yard->inside[context->gate], 1, subject_patience_ns(p->subject, PATIENCE_MEET_NS)))
        conform_fail("no item of a map in a thread has started");
    if (c->arg[1]) {
        life_terminate(p, owner);
        race.call->cancel = kills ? CANCEL_SURELY : CANCEL_MAYBE;
    } else {
        life_close(owner);
    }
    if (!c->arg[1] || !kills)
        task_open_gate(p, context->gate);
    pthread_join(thread, NULL);
    call_judge(race.call, race.status, &race.fault);
    call_close(race.call);
    return true;
}

/* A pool of its own, one of whose items does not end in its time, or which is refused where nothing can stop an item.
 */
static bool exceed_limit(struct player *p, const struct sequence_command *c)
{
    struct player_pool owner = {.life = LIFE_RUN};
    const struct pool_config config = {.workers = subject_workers(p->subject, c->arg[0] ? c->arg[0] % 64 : 1),
                                       .item_timeout_ns = LIMIT_NS,
                                       .options = p->subject->options};
    const size_t count = c->arg[1] % 64 + 1, victim = c->arg[3] % count;
    const enum pool_status expected = model_create(p->subject->ops, &config);
    const enum pool_status status = pool_create_with(p->subject->ops, &config, &owner.pool);

    if (status != expected)
        conform_fail("create with a limit of time returned '%s' instead of '%s'", pool_status_text(status),
                     pool_status_text(expected));
    if (status)
        return true;
    struct player_call *call = start_with_victim(p, &owner, count, c->arg[2], victim, DEATH_NONE);
    if (call) {
        call->lost = victim;
        call->natural = (struct model_outcome){.status = POOL_ETIMEOUT, .index = victim, .failed = 1};
        judge_and_close(call);
    }
    pool_destroy(owner.pool);
    return call;
}

bool player_do_harm(struct player *p, const struct sequence_command *c)
{
    struct player_pool *owner = &p->pool[c->pool];

    if (c->verb == VERB_LIMIT)
        return exceed_limit(p, c);
    if (!is_running(owner))
        return false;
    if (c->verb == VERB_RACE)
        return end_under_map(p, owner, c);
    if (!life_can(p, POOL_CAP_PROCS))
        return false;
    if (c->verb == VERB_KILL_BUSY)
        return kill_busy(p, owner, c);
    return c->verb == VERB_KILL_IDLE ? kill_idle(p, owner, c) : stop_worker(p, owner, c);
}
