/* Iterators: what they draw, what they yield, and how they end. */
#include "player.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_MAX 512
#define BYTES_MAX 8192
#define SOURCE_CODE (-5)

/* The source testifies: it is called item by item, and never again after its end. */
static int draw_item(void *arg, size_t index, void *const record[])
{
    struct player_iter *it = arg;

    if (it->ended)
        conform_fail("the source was called again after it had ended");
    if (index != it->drawn)
        conform_fail("the source was asked for item %zu after %zu items", index, it->drawn);
    if (index == it->fails_at || index >= it->length) {
        it->ended = true;
        return index == it->fails_at ? SOURCE_CODE : 0;
    }
    for (size_t k = 0; k < it->task.nargs; k++)
        proof_fill(&it->context->proof, k, index, record[k]);
    it->drawn++;
    return 1;
}

void lazy_drop(struct player_iter *it)
{
    it->owner->unsettled |= it->drawn > it->yielded;
    pool_iter_free(it->iter);
    free(it->taken);
    free(it->out);
    *it = (struct player_iter){0};
}

static void open_iter(struct player *p, struct player_iter *it, const struct sequence_command *c)
{
    struct player_pool *owner = &p->pool[c->pool];
    const struct pool_imap_config config = {
        .unordered = c->arg[1] & IMAP_UNORDERED, .buffer = c->arg[3] % 64, .chunk = c->arg[2] % 64};

    *it = (struct player_iter){.owner = owner, .unordered = config.unordered};
    it->length = c->arg[4] < LENGTH_MAX ? c->arg[4] : LENGTH_MAX;
    it->fails_at = c->arg[1] & IMAP_SOURCE_FAILS ? it->length / 2 : SIZE_MAX;
    it->window = (owner->workers + config.buffer) * (config.chunk ? config.chunk : 1);
    it->context = calloc(1, sizeof *it->context);
    it->taken = calloc(LENGTH_MAX, 1);
    it->out = malloc(BYTES_MAX);
    if (!it->context || !it->taken || !it->out)
        conform_fail("no memory for an iterator");
    task_prepare(p, it->context, &it->task, c->arg[2], LENGTH_MAX);
    model_choose_failures(&it->context->proof, c->arg[1] & IMAP_ITEMS_FAIL && !owner->fail_fast ? 4 : 0, LENGTH_MAX);
    it->context->base = task_take_ledger(p, it->length);
    it->context->next = p->contexts;
    p->contexts = it->context;
    if (it->context->base == SIZE_MAX) {
        lazy_drop(it);
        return;
    }
    const enum pool_status status = pool_imap(owner->pool, &it->task, draw_item, it, &config, &it->iter);
    if (status != model_submit(owner->life))
        conform_fail("imap returned '%s' instead of '%s'", pool_status_text(status),
                     pool_status_text(model_submit(owner->life)));
    if (it->drawn || it->ended)
        conform_fail("imap has drawn before the first next");
    if (status)
        lazy_drop(it);
}

/* An item was yielded. */
static void judge_item(struct player_iter *it, size_t index, enum pool_status status, const struct pool_fault *fault)
{
    const int code = proof_code(&it->context->proof, index);
    const enum pool_status natural = code ? POOL_ETASK : POOL_OK;

    if (index >= it->drawn)
        conform_fail("next gave item %zu, but %zu were drawn", index, it->drawn);
    if (it->taken[index]++)
        conform_fail("next gave item %zu twice", index);
    if (!it->unordered && index != it->yielded)
        conform_fail("next gave item %zu instead of %zu", index, it->yielded);
    it->yielded++;
    if (status == POOL_ECANCELED && it->owner->terminated)
        return;
    if (status != natural || (code && (fault->code != code || fault->index != index)))
        conform_fail("next gave '%s' (%s) for item %zu instead of '%s'", pool_status_text(status), fault->text, index,
                     pool_status_text(natural));
    if (!task_result_agrees(it->context, index, it->out))
        conform_fail("the result of item %zu of an iterator differs from the serial loop's", index);
    if (ledger_read(&it->context->proof.ledger->item[it->context->base + index].finished) != 1)
        conform_fail("item %zu of an iterator has a result, but did not run once", index);
}

/* Nothing more can be drawn, for the pool takes no more. */
static void judge_refusal(struct player_iter *it, enum pool_status status)
{
    const bool right =
        it->owner->terminated ? status == POOL_ECANCELED || status == POOL_ECLOSED : status == POOL_ECLOSED;

    if (!right || it->owner->life == LIFE_RUN || it->refusal_told)
        conform_fail("next gave '%s' %s", pool_status_text(status), it->refusal_told ? "again" : "out of turn");
    if (it->yielded != it->drawn)
        conform_fail("next gave '%s' after %zu of %zu items that were drawn", pool_status_text(status), it->yielded,
                     it->drawn);
    it->refusal_told = it->ended = true;
}

static void judge_failure(struct player_iter *it, const struct pool_fault *fault)
{
    if (it->failure_told || fault->code != SOURCE_CODE)
        conform_fail("next gave the source's failure %s", it->failure_told ? "twice" : "with another code");
    if (!it->unordered && it->yielded != it->drawn)
        conform_fail("next gave the source's failure after %zu of %zu items", it->yielded, it->drawn);
    it->failure_told = true;
}

static void judge_end(const struct player_iter *it)
{
    const bool told = it->fails_at != it->drawn || !it->ended || it->failure_told || it->refusal_told;

    if (it->yielded != it->drawn || !it->ended || !told)
        conform_fail("the iterator ended after %zu of %zu items; its source has %sended", it->yielded, it->drawn,
                     it->ended ? "" : "not ");
}

/* One next. False: time to stop. */
static bool next_one(struct player_iter *it, int64_t timeout_ns)
{
    struct pool_fault fault;
    size_t index;
    const enum pool_status status = pool_iter_next(it->iter, it->out, &index, timeout_ns, &fault);

    if (it->drawn > it->yielded + it->window)
        conform_fail("%zu items were drawn when %zu were taken; %zu may be", it->drawn, it->yielded, it->window);
    if (status == POOL_ETIMEOUT && timeout_ns == POOL_FOREVER)
        conform_fail("next without a limit timed out");
    if (status == POOL_ETIMEOUT)
        return false;
    if (status == POOL_END) {
        judge_end(it);
        return false;
    }
    if (status == POOL_ETASK && fault.code < 0)
        judge_failure(it, &fault);
    else if (index < it->drawn)
        judge_item(it, index, status, &fault);
    else
        judge_refusal(it, status);
    return true;
}

bool player_do_lazy(struct player *p, const struct sequence_command *c)
{
    struct player_iter *it = &p->iter[c->arg[0] % PLAYER_ITERS];

    if (c->verb == VERB_IMAP) {
        if (it->iter || !p->pool[c->pool].pool)
            return false;
        open_iter(p, it, c);
        return true;
    }
    if (!it->iter)
        return false;
    if (c->verb == VERB_DROP) {
        lazy_drop(it);
        return true;
    }
    if (!it->owner->terminated || !life_can(p, POOL_CAP_KILL))
        wait_make_way(p, it->owner);
    for (uint64_t i = 0; i < c->arg[1] && i < LENGTH_MAX; i++)
        if (!next_one(it, wait_timeout_ns(c->arg[2])))
            break;
    return true;
}
