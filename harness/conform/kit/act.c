#define _GNU_SOURCE
#include "act.h"

#include "mix.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Whose initializer has run here: one per thread, and so per process. */
static _Thread_local struct {
    pid_t pid;
    size_t number;
} worker = {.number = SIZE_MAX};

int act_initializer(void *arg, size_t number)
{
    struct ledger *ledger = arg;

    worker.pid = getpid();
    worker.number = number;
    ledger_add(&ledger->mark[MARK_BIRTHS]);
    if (MARK_WORKER + number < LEDGER_MARKS)
        ledger_add(&ledger->mark[MARK_WORKER + number]);
    return 0;
}

size_t act_worker(void)
{
    return worker.pid == getpid() ? worker.number : SIZE_MAX;
}

static uint64_t value_of(uint32_t index)
{
    return mix_item(UINT64_C(0xac7), index);
}

static void die(enum act act)
{
    const struct rlimit none = {0};
    char *const nothing[] = {NULL};

    setrlimit(RLIMIT_CORE, &none);
    switch (act) {
    case ACT_SEGV: raise(SIGSEGV); break;
    case ACT_ABORT: raise(SIGABRT); break;
    case ACT_TERM: raise(SIGTERM); break;
    case ACT_QUIT: _exit(4);
    case ACT_EXEC: execve("/nowhere/to/be/found", nothing, nothing); _exit(127);
    case ACT_EXIT_GOOD: exit(0);
    case ACT_EXIT_BAD: exit(3);
    default: break;
    }
    raise(SIGKILL);
}

static int wait_at_gate(const struct act_context *c)
{
    ledger_add(&c->ledger->mark[MARK_INSIDE]);
    return ledger_await(&c->ledger->mark[MARK_GATE], 1, c->timeout_ns) ? 0 : ACT_LATE;
}

static int perform(const struct act_context *c, const struct act_item *item)
{
    switch ((enum act)item->act) {
    case ACT_RETURN: return 0;
    case ACT_FAIL: return 1 + (int)item->index;
    case ACT_DOZE:
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN);
        return wait_at_gate(c);
    case ACT_WAIT: return wait_at_gate(c);
    case ACT_STOP:
        ledger_add(&c->ledger->mark[MARK_INSIDE]);
        raise(SIGSTOP);
        return 0;
    default: die((enum act)item->act); return 0;
    }
}

static int act_call(const void *const argv[], void *out, const void *context)
{
    struct act_context c;
    struct act_item item;

    memcpy(&c, context, sizeof c);
    memcpy(&item, argv[0], sizeof item);
    ledger_start(c.ledger, item.index);
    int code = c.initialised && act_worker() == SIZE_MAX ? ACT_LATE : perform(&c, &item);
    const uint64_t value = value_of(item.index);
    memcpy(out, &value, sizeof value);
    ledger_finish(c.ledger, item.index);
    return code;
}

struct play *play_new(const struct subject *s, size_t first, size_t count)
{
    struct play *p = calloc(1, sizeof *p);

    if (!p || !(p->in = calloc(count, sizeof *p->in)) || !(p->out = calloc(count, sizeof *p->out)) ||
        !(p->items = calloc(count, sizeof *p->items)))
        conform_unsupported("no memory for %zu items", count);
    p->subject = s;
    p->count = count;
    p->context = (struct act_context){.ledger = s->ledger, .timeout_ns = subject_patience_ns(s, PATIENCE_MEET_NS)};
    p->task = (struct pool_task){.name = "act",
                                 .call = act_call,
                                 .nargs = 1,
                                 .arg_size = {sizeof *p->in},
                                 .out_size = sizeof *p->out,
                                 .context = &p->context,
                                 .context_size = sizeof p->context};
    for (size_t i = 0; i < count; i++) {
        p->in[i].index = (uint32_t)(first + i);
        s->ledger->item[first + i] = (struct ledger_item){0};
    }
    return p;
}

void play_free(struct play *p)
{
    pool_handle_free(p->handle);
    free(p->items);
    free(p->out);
    free(p->in);
    free(p);
}

void play_start(struct play *p, struct pool *pool, size_t chunk)
{
    const struct pool_async async = {.items = p->items};
    const enum pool_status status = pool_map_async(pool, &p->task, p->count, p->in, p->out, chunk, &async, &p->handle);

    if (status)
        conform_fail("an asynchronous map of %zu items was refused: %s", p->count, pool_status_text(status));
}

enum pool_status play_await(struct play *p)
{
    if (pool_handle_wait(p->handle, subject_patience_ns(p->subject, PATIENCE_SETTLE_NS)))
        conform_fail("a call of %zu items, all of which can end, is not over", p->count);
    return pool_handle_get(p->handle, 0, &p->fault);
}

static enum pool_status status_demanded(const struct act_item *item)
{
    return ACT_IS_DEADLY(item->act) ? POOL_ELOST : item->act == ACT_FAIL ? POOL_ETASK : POOL_OK;
}

static void judge_item(const struct play *p, size_t i, bool loose)
{
    const struct ledger_item *seen = &p->subject->ledger->item[p->in[i].index];
    const enum pool_status status = p->items[i].status, wanted = status_demanded(&p->in[i]);
    const uint32_t runs = ledger_read(&seen->started);

    if (runs > 1)
        conform_fail("item %zu ran %u times", i, runs);
    if (loose && (status == POOL_ELOST || status == POOL_ECANCELED || status == POOL_EBROKEN))
        return;
    if (status != wanted)
        conform_fail("item %zu of %zu should have been '%s', and was '%s' with code %d", i, p->count,
                     pool_status_text(wanted), pool_status_text(status), p->items[i].code);
    if (runs != 1)
        conform_fail("item %zu ran %u times", i, runs);
    if (status == POOL_ETASK && p->items[i].code != 1 + (int)p->in[i].index)
        conform_fail("item %zu failed with another item's code %d", i, p->items[i].code);
    if (status == POOL_OK && p->out[i] != value_of(p->in[i].index))
        conform_fail("the result of item %zu is not its own", i);
}

void play_judge(const struct play *p, bool loose)
{
    size_t lowest = POOL_NO_ITEM, failed = 0;

    for (size_t i = 0; i < p->count; i++) {
        judge_item(p, i, loose);
        if (p->items[i].status && lowest == POOL_NO_ITEM)
            lowest = i;
        failed += p->items[i].status != POOL_OK;
    }
    if (loose)
        return;
    if (p->fault.index != lowest || p->fault.failed != failed ||
        p->fault.status != (failed ? p->items[lowest].status : POOL_OK))
        conform_fail("%zu items failed, the first was item %zd; reported were %zu, item %zd, '%s'", failed,
                     (ssize_t)lowest, p->fault.failed, (ssize_t)p->fault.index, p->fault.text);
}

void play_finish(struct play *p, struct pool *pool, size_t chunk)
{
    play_start(p, pool, chunk);
    play_await(p);
    play_judge(p, false);
    play_free(p);
}

void play_once(const struct subject *s, struct pool *pool, size_t count, size_t chunk)
{
    play_finish(play_new(s, 0, count), pool, chunk);
}

void play_expect_end(const struct play *p)
{
    const int64_t patience_ns = subject_patience_ns(p->subject, PATIENCE_SETTLE_NS);

    if (pool_handle_wait(p->handle, patience_ns))
        conform_fail("a call of %zu items is still pending after its pool was terminated", p->count);
    const enum pool_status status = pool_handle_successful(p->handle);
    if (status != POOL_ECANCELED && status != POOL_OK)
        conform_fail("a call of a terminated pool ended with '%s'", pool_status_text(status));
    for (size_t i = 0; i < p->count; i++)
        if (status == POOL_OK && ledger_read(&p->subject->ledger->item[p->in[i].index].finished) != 1)
            conform_fail("a call of a terminated pool succeeded, but its item %zu has not run", i);
}

void gate_open(const struct subject *s)
{
    ledger_add(&s->ledger->mark[MARK_GATE]);
}

void gate_shut(const struct subject *s)
{
    __atomic_store_n(&s->ledger->mark[MARK_GATE], 0, __ATOMIC_RELEASE);
    __atomic_store_n(&s->ledger->mark[MARK_INSIDE], 0, __ATOMIC_RELEASE);
}

void gate_await(const struct subject *s, size_t items)
{
    if (!ledger_await(&s->ledger->mark[MARK_INSIDE], (uint32_t)items, subject_patience_ns(s, PATIENCE_MEET_NS)))
        conform_fail("only %u of %zu items that wait have started", ledger_read(&s->ledger->mark[MARK_INSIDE]), items);
}
