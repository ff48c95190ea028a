/* The task of random calls: proof.h's, at a gate. */
#define _GNU_SOURCE
#include "player.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GATE_NS INT64_C(3600000000000) /* longer than any deadline of the process */
#define BYTES_MAX 8192

static void die(enum player_death death)
{
    static const int signals[] = {[DEATH_ABORT] = SIGABRT, [DEATH_TERM] = SIGTERM};

    if (death == DEATH_EXIT_0 || death == DEATH_EXIT_3)
        _exit(death == DEATH_EXIT_0 ? 0 : 3);
    signal(signals[death], SIG_DFL);
    raise(signals[death]);
}

static int task_call(const void *const argv[], void *out, const void *context)
{
    struct player_context c;

    memcpy(&c, context, sizeof c);
    const size_t index = proof_index(&c.proof, argv);
    ledger_start(c.proof.ledger, c.base + index);
    if (c.gate != PLAYER_NO_GATE && (c.victim == SIZE_MAX || c.victim == index)) {
        ledger_add(&c.yard->inside[c.gate]);
        ledger_await(&c.yard->open[c.gate], 1, GATE_NS);
        if (c.death != DEATH_NONE)
            die(c.death);
    }
    proof_evaluate(&c.proof, argv, out);
    ledger_finish(c.proof.ledger, c.base + index);
    return proof_code(&c.proof, index);
}

void task_prepare(struct player *p, struct player_context *c, struct pool_task *task, uint64_t flags, size_t count)
{
    static const struct {
        size_t nargs, arg_size[PLAYER_COLUMNS], out_size;
    } shapes[] = {{1, {8}, 8}, {2, {16, 16}, 24}, {3, {8, 0, 61}, 5}, {1, {4099}, 4097}};
    const size_t shape = flags & FLAG_SHAPE;

    *c = (struct player_context){.yard = p->yard, .gate = PLAYER_NO_GATE, .victim = SIZE_MAX, .death = DEATH_NONE};
    c->proof = (struct proof){.ledger = p->subject->ledger,
                              .seed = p->subject->seed + ++p->calls_made,
                              .nargs = shapes[shape].nargs,
                              .out_size = shapes[shape].out_size};
    memcpy(c->proof.arg_size, shapes[shape].arg_size, sizeof shapes[shape].arg_size);
    proof_number_items(&c->proof, count ? count : 1);
    *task = (struct pool_task){.name = "random",
                               .call = task_call,
                               .nargs = c->proof.nargs,
                               .out_size = c->proof.out_size,
                               .context = c,
                               .context_size = sizeof *c};
    memcpy(task->arg_size, c->proof.arg_size, sizeof task->arg_size);
}

size_t task_take_gate(struct player *p)
{
    return p->gates_used < PLAYER_GATES ? p->gates_used++ : PLAYER_NO_GATE;
}

size_t task_take_ledger(struct player *p, size_t items)
{
    if (items > LEDGER_ITEMS - p->ledger_used)
        return SIZE_MAX;
    p->ledger_used += items;
    return p->ledger_used - items;
}

void task_open_gate(struct player *p, size_t gate)
{
    if (gate != PLAYER_NO_GATE && !ledger_read(&p->yard->open[gate]))
        ledger_add(&p->yard->open[gate]);
}

bool task_result_agrees(const struct player_context *c, size_t index, const unsigned char *out)
{
    unsigned char record[PLAYER_COLUMNS][BYTES_MAX], expected[BYTES_MAX];
    const void *argv[PLAYER_COLUMNS];

    for (size_t k = 0; k < c->proof.nargs; k++) {
        proof_fill(&c->proof, k, index, record[k]);
        argv[k] = record[k];
    }
    proof_evaluate(&c->proof, argv, expected);
    return memcmp(out, expected, c->proof.out_size) == 0;
}
