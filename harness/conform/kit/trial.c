#define _GNU_SOURCE
#include "trial.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POISON 0xa5

/* FAIL, with what was run in front. */
__attribute__((format(printf, 3, 4))) static _Noreturn void complain(const struct trial *t, size_t chunk,
                                                                     const char *format, ...)
{
    static const char *const memory[] = {"caller's memory", "guarded memory", "the pool's memory"};
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    conform_fail("%s (%s of %zu items in chunks of %zu on %zu workers; %zu-byte results, %s)", text,
                 t->task.nargs == 1 ? "map" : "starmap", t->shape.count, chunk, pool_workers(t->pool), t->task.out_size,
                 memory[t->shape.memory]);
}

static void point_at_records(const struct trial *t, size_t index, const void *argv[])
{
    for (size_t k = 0; k < t->task.nargs; k++)
        argv[k] = t->column[k].bytes + index * t->task.arg_size[k];
}

/* The loop that the contract is written as. */
static void run_oracle(struct trial *t)
{
    const void *argv[POOL_ARGS_MAX];

    for (size_t i = 0; i < t->shape.count; i++) {
        point_at_records(t, i, argv);
        proof_evaluate(&t->proof, argv, t->expected + i * t->task.out_size);
        t->failures += proof_code(&t->proof, i) != 0;
    }
}

static bool make_arrays(struct trial *t)
{
    const struct trial_shape *shape = &t->shape;

    t->expected = malloc(shape->count * shape->out_size + 1);
    t->out = array_new(shape->memory, t->pool, shape->count * shape->out_size, shape->offset);
    bool made = t->expected && t->out.block;
    for (size_t k = 0; k < shape->nargs; k++) {
        t->column[k] = array_new(shape->memory, t->pool, shape->count * shape->arg_size[k], shape->offset);
        made = made && t->column[k].block;
    }
    if (!made && shape->memory != ARRAY_POOL)
        conform_unsupported("no memory for the arrays of %zu items", shape->count);
    return made;
}

bool trial_open(struct trial *t, const struct subject *s, struct pool *pool, const struct trial_shape *shape)
{
    *t = (struct trial){.subject = s, .pool = pool, .shape = *shape};
    t->proof = (struct proof){.ledger = s->ledger,
                              .seed = s->seed,
                              .nargs = shape->nargs,
                              .out_size = shape->out_size,
                              .fail_first = shape->fail_first,
                              .fail_last = shape->fail_last,
                              .fail_step = shape->fail_step};
    memcpy(t->proof.arg_size, shape->arg_size, sizeof shape->arg_size);
    proof_number_items(&t->proof, shape->count);
    t->task = (struct pool_task){.name = "proof",
                                 .call = proof_call,
                                 .nargs = shape->nargs,
                                 .out_size = shape->out_size,
                                 .context = &t->proof,
                                 .context_size = sizeof t->proof};
    memcpy(t->task.arg_size, shape->arg_size, sizeof shape->arg_size);
    if (!make_arrays(t)) {
        if (s->ops->capabilities & POOL_CAP_SHARED)
            conform_fail("it declares memory that all workers see, but gave none for %zu items", shape->count);
        trial_close(t);
        return false;
    }
    for (size_t k = 0; k < shape->nargs; k++) {
        for (size_t i = 0; i < shape->count; i++)
            proof_fill(&t->proof, k, i, t->column[k].bytes + i * shape->arg_size[k]);
        array_protect(&t->column[k], true);
    }
    run_oracle(t);
    return true;
}

static void judge_fault(const struct trial *t, size_t chunk, enum pool_status status)
{
    const struct pool_fault *f = &t->fault;

    if (status != (t->failures ? POOL_ETASK : POOL_OK))
        complain(t, chunk, "it returned '%s' (%s) with %zu failing items", pool_status_text(status), f->text,
                 t->failures);
    if (f->status != status)
        complain(t, chunk, "it returned '%s' but the fault says '%s'", pool_status_text(status),
                 pool_status_text(f->status));
    if (!t->failures)
        return;
    const size_t lowest = t->proof.fail_first;
    if (f->index != lowest)
        complain(t, chunk, "the lowest failing item is %zu, reported was %zu", lowest, f->index);
    if (f->code != proof_code(&t->proof, lowest))
        complain(t, chunk, "item %zu failed with code %d, reported was %d", lowest, proof_code(&t->proof, lowest),
                 f->code);
    if (f->failed != t->failures)
        complain(t, chunk, "%zu items failed, reported were %zu", t->failures, f->failed);
    if (!f->text[0])
        complain(t, chunk, "the fault has no sentence");
}

static bool is_poison(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != POISON)
            return false;
    return true;
}

static void judge_results(const struct trial *t, size_t chunk)
{
    const size_t size = t->task.out_size;

    if (!memcmp(t->out.bytes, t->expected, t->shape.count * size))
        return;
    for (size_t i = 0; i < t->shape.count; i++) {
        const unsigned char *got = t->out.bytes + i * size;
        if (!memcmp(got, t->expected + i * size, size))
            continue;
        if (is_poison(got, size))
            complain(t, chunk, "the result of item %zu was never written", i);
        for (size_t other = 0; other < t->shape.count; other++)
            if (size >= 8 && !memcmp(got, t->expected + other * size, size))
                complain(t, chunk, "the result of item %zu is that of item %zu", i, other);
        complain(t, chunk, "the result of item %zu differs from the serial loop's", i);
    }
}

static void judge_memory(const struct trial *t, size_t chunk)
{
    const ptrdiff_t at = array_find_damage(&t->out);
    unsigned char record[(size_t)1 << 17];

    if (at != PTRDIFF_MIN)
        complain(t, chunk, "byte %td of the %zu-byte results was written: it lies outside them", at, t->out.size);
    for (size_t k = 0; k < t->task.nargs; k++) {
        const size_t size = t->task.arg_size[k];
        if (array_find_damage(&t->column[k]) != PTRDIFF_MIN)
            complain(t, chunk, "the memory around column %zu was written", k);
        if (size > sizeof record)
            continue;
        for (size_t i = 0; i < t->shape.count; i++) {
            proof_fill(&t->proof, k, i, record);
            if (memcmp(record, t->column[k].bytes + i * size, size))
                complain(t, chunk, "the input of item %zu in column %zu was modified", i, k);
        }
    }
}

static void judge_ledger(const struct trial *t, size_t chunk)
{
    const struct ledger *ledger = t->subject->ledger;
    const size_t numbered = t->proof.index_bytes && t->shape.count <= LEDGER_ITEMS ? t->shape.count : 0;

    for (size_t i = 0; i < numbered; i++) {
        const uint32_t started = ledger_read(&ledger->item[i].started);
        const uint32_t finished = ledger_read(&ledger->item[i].finished);
        if (started != 1)
            complain(t, chunk, "item %zu ran %u times", i, started);
        if (finished != 1)
            complain(t, chunk, "the call returned before item %zu had ended", i);
    }
    if (ledger_read(&ledger->calls) != t->shape.count)
        complain(t, chunk, "the task was called %u times", ledger_read(&ledger->calls));
}

void trial_run(struct trial *t, size_t chunk)
{
    const void *columns[POOL_ARGS_MAX];
    void *out = t->task.out_size ? t->out.bytes : NULL;

    for (size_t k = 0; k < t->task.nargs; k++)
        columns[k] = t->column[k].bytes;
    memset(t->out.bytes, POISON, t->out.size);
    ledger_clear(t->subject->ledger, t->shape.count < LEDGER_ITEMS ? t->shape.count : LEDGER_ITEMS);
    const enum pool_status status =
        t->task.nargs == 1 ? pool_map(t->pool, &t->task, t->shape.count, columns[0], out, chunk, &t->fault)
                           : pool_starmap(t->pool, &t->task, t->shape.count, columns, out, chunk, &t->fault);
    if (status != POOL_ETASK && status != POOL_OK)
        judge_fault(t, chunk, status);
    judge_results(t, chunk);
    judge_ledger(t, chunk);
    judge_fault(t, chunk, status);
    judge_memory(t, chunk);
}

void trial_close(struct trial *t)
{
    for (size_t k = 0; k < t->shape.nargs; k++)
        array_free(&t->column[k]);
    array_free(&t->out);
    free(t->expected);
}

void trial_once(const struct subject *s, struct pool *pool, const struct trial_shape *shape, size_t chunk)
{
    struct trial t;

    if (!trial_open(&t, s, pool, shape))
        return;
    trial_run(&t, chunk);
    trial_close(&t);
}

struct trial_shape trial_plain(size_t count)
{
    return (struct trial_shape){.count = count, .nargs = 1, .arg_size = {8}, .out_size = 16, .fail_last = SIZE_MAX};
}

struct trial_shape trial_starred(size_t count)
{
    return (struct trial_shape){
        .count = count, .nargs = 3, .arg_size = {3, 8, 5}, .out_size = 9, .fail_last = SIZE_MAX};
}
