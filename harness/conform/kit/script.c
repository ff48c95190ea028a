#define _GNU_SOURCE
#include "script.h"

#include "mix.h"

#include <string.h>

static int script_call(const void *const argv[], void *out, const void *context)
{
    struct script script;
    struct script_line line;

    memcpy(&script, context, sizeof script);
    memcpy(&line, argv[0], sizeof line);
    struct ledger *ledger = script.ledger;
    const uint64_t result = script_result(&script, line.number);
    memcpy(out, &result, sizeof result);
    ledger_start(ledger, (size_t)line.number);
    ledger_add(&ledger->mark[SCRIPT_STARTED]);
    const bool open = !line.gate || ledger_await(&ledger->mark[line.gate], 1, script.timeout_ns);
    ledger_finish(ledger, (size_t)line.number);
    ledger_add(&ledger->mark[SCRIPT_FINISHED]);
    return open ? line.code : SCRIPT_SHUT;
}

struct script script_new(const struct subject *s, uint64_t seed, size_t items)
{
    ledger_clear(s->ledger, items < LEDGER_ITEMS ? items : LEDGER_ITEMS);
    return (struct script){
        .ledger = s->ledger, .seed = s->seed + seed, .timeout_ns = subject_patience_ns(s, PATIENCE_MEET_NS)};
}

struct pool_task script_task(const struct script *script)
{
    return (struct pool_task){.name = "script",
                              .call = script_call,
                              .nargs = 1,
                              .arg_size = {sizeof(struct script_line)},
                              .out_size = sizeof(uint64_t),
                              .context = script,
                              .context_size = sizeof *script};
}

uint64_t script_result(const struct script *script, uint64_t number)
{
    return mix_item(script->seed, number);
}

void script_open(const struct script *script, uint32_t gate)
{
    ledger_add(&script->ledger->mark[gate]);
}

void script_await(const struct script *script, unsigned mark, size_t items, const char *what)
{
    uint32_t *word = &script->ledger->mark[mark];

    if (!ledger_await(word, (uint32_t)items, script->timeout_ns))
        conform_fail("%s: only %u of %zu items have %s", what, ledger_read(word), items,
                     mark == SCRIPT_STARTED ? "started" : "ended");
}

void script_submit(struct pool *pool, const struct script *script, struct script_job *job,
                   const struct pool_async *async)
{
    const struct pool_task task = script_task(script);
    const void *const argv[] = {&job->line};
    const enum pool_status status = pool_apply_async(pool, &task, argv, &job->out, async, &job->handle);

    if (status)
        conform_fail("apply_async was refused: %s", pool_status_text(status));
}

void script_judge_job(const struct script *script, const struct script_job *job, enum pool_status status,
                      const struct pool_fault *fault)
{
    const int code = job->line.code;

    if (status != (code ? POOL_ETASK : POOL_OK) || fault->status != status || fault->code != code)
        conform_fail("item %zu returned %d, its handle says '%s' with code %d (%s)", (size_t)job->line.number, code,
                     pool_status_text(status), fault->code, fault->text);
    if (job->out != script_result(script, job->line.number))
        conform_fail("the result of asynchronous item %zu is not its own", (size_t)job->line.number);
}

void script_finish(const struct script *script, struct script_job *job)
{
    struct pool_fault fault;
    const enum pool_status status = pool_handle_get(job->handle, POOL_FOREVER, &fault);

    script_judge_job(script, job, status, &fault);
    pool_handle_free(job->handle);
    job->handle = NULL;
}

struct script_source script_source_of(uint64_t count)
{
    return (struct script_source){.end = count, .broken_at = UINT64_MAX};
}

int script_code(const struct script_source *source, uint64_t index)
{
    return source->fail_step && (index + 1) % source->fail_step == 0 ? 1 + (int)(index % 1000) : 0;
}

int script_draw(void *arg, size_t index, void *const record[])
{
    struct script_source *source = arg;
    const struct script_line line = {
        .number = index, .gate = index < source->gated_below, .code = script_code(source, index)};

    if (__atomic_add_fetch(&source->inside, 1, __ATOMIC_ACQ_REL) != 1)
        source->crowded = true;
    source->asked_after_end |= source->ended;
    source->out_of_order |= index != source->drawn;
    source->calls++;
    source->ended |= index == source->end || index == source->broken_at;
    if (!source->ended) {
        memcpy(record[0], &line, sizeof line);
        source->drawn++;
    }
    __atomic_sub_fetch(&source->inside, 1, __ATOMIC_ACQ_REL);
    if (index == source->broken_at)
        return SCRIPT_SOURCE_CODE;
    return source->ended ? 0 : 1;
}

void script_judge_source(const struct script_source *source)
{
    if (source->crowded)
        conform_fail("the source was called by two threads at once");
    if (source->asked_after_end)
        conform_fail("the source was called again after its end or its failure");
    if (source->out_of_order)
        conform_fail("the source was asked for items out of order");
}

struct pool_iter *script_imap(struct pool *pool, const struct script *script, struct script_source *source,
                              const struct pool_imap_config *config)
{
    const struct pool_task task = script_task(script);
    struct pool_iter *iter;
    const enum pool_status status = pool_imap(pool, &task, script_draw, source, config, &iter);

    if (status)
        conform_fail("imap was refused: %s", pool_status_text(status));
    return iter;
}

size_t script_take(const struct script *script, const struct script_source *source, struct pool_iter *iter,
                   size_t index)
{
    struct pool_fault fault;
    uint64_t out = 0;
    size_t got;
    const enum pool_status status = pool_iter_next(iter, &out, &got, POOL_FOREVER, &fault);

    if (status == POOL_END || got == POOL_NO_ITEM)
        conform_fail("a result is missing: next returned '%s' (%s)", pool_status_text(status), fault.text);
    if (index != SIZE_MAX && got != index)
        conform_fail("next gave item %zu where item %zu was due", got, index);
    const int code = script_code(source, got);
    if (status != (code ? POOL_ETASK : POOL_OK) || fault.status != status)
        conform_fail("item %zu, which returned %d, gave '%s' (%s)", got, code, pool_status_text(status), fault.text);
    if (code && (fault.index != got || fault.code != code || !fault.text[0]))
        conform_fail("item %zu returned %d, reported was item %zu with code %d", got, code, fault.index, fault.code);
    if (out != script_result(script, got))
        conform_fail("the result of item %zu is not its own", got);
    return got;
}

void script_expect_end(struct pool_iter *iter)
{
    for (int i = 0; i < 3; i++) {
        const enum pool_status status = pool_iter_next(iter, NULL, NULL, POOL_FOREVER, NULL);
        if (status != POOL_END)
            conform_fail("after its last item, next returned '%s'", pool_status_text(status));
    }
}
