/*
 * Commands from a seed. What is likely depends on what was made before - a pool that does not exist is created, one
 * that is closed is soon joined - but not on how the pool answers: the same seed gives the same sequence everywhere.
 */
#include "sequence.h"

#include "mix.h"
#include "strategy.h"

#include <string.h>

enum phase { PHASE_NONE, PHASE_RUN, PHASE_ENDING };

struct generator {
    const struct sequence_limits *limits;
    uint64_t seed, drawn;
    enum phase phase[2];
};

static uint64_t draw(struct generator *g, uint64_t below)
{
    return mix_item(g->seed, g->drawn++) % below;
}

static bool one_in(struct generator *g, uint64_t n)
{
    return draw(g, n) == 0;
}

#define PICK(g, ...)                                                                                                   \
    ((const uint64_t[]){__VA_ARGS__}[draw(g, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))])

static size_t draw_workers(struct generator *g)
{
    const struct sequence_limits *l = g->limits;

    if (one_in(g, 40))
        return PICK(g, 0, POOL_WORKERS_MAX + 1, UINT64_MAX, l->workers_max + 1);
    const size_t workers = PICK(g, 1, 2, 2, 3, 4, 5, 7, l->cpus, 0);
    return workers < l->workers_max ? workers : l->workers_max;
}

/* Boundaries and primes. */
static size_t draw_count(struct generator *g)
{
    if (g->limits->costly)
        return PICK(g, 0, 1, 1, 2, 3, 4, 5, 7, 9, 13, 17);
    return one_in(g, 12) ? PICK(g, 257, 509, 1009, 1024) : PICK(g, 0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 97);
}

static uint64_t draw_chunk(struct generator *g, size_t count)
{
    return PICK(g, 0, 0, 1, 2, 3, 7, count, count + 1, count / 2, 1000000000, UINT64_MAX);
}

static void fill_work(struct generator *g, struct sequence_command *c, bool async)
{
    const bool single = c->verb == VERB_APPLY || c->verb == VERB_APPLY_ASYNC;
    const size_t count = draw_count(g);

    c->arg[0] = single ? 0 : count;
    c->arg[1] = single ? 0 : draw_chunk(g, count);
    c->arg[2] = one_in(g, 3) ? draw(g, 5) : 0;
    c->arg[3] = draw(g, 4) | PICK(g, 0, 0, FLAG_SHARED, FLAG_GUARDED);
    if (!async)
        return;
    c->arg[3] |= PICK(g, 0, FLAG_ITEMS) | PICK(g, 0, FLAG_CALLBACK) | PICK(g, 0, 0, 0, 0, FLAG_MISBEHAVE) |
                 PICK(g, 0, 0, 0, FLAG_HELD);
    c->arg[4] = draw(g, 8);
}

static void fill_numbers(struct generator *g, struct sequence_command *c)
{
    uint64_t *arg = c->arg;

    switch (c->verb) {
    case VERB_CREATE:
        arg[0] = draw_workers(g);
        arg[1] = draw(g, 3);
        arg[2] = one_in(g, 8) ? PICK(g, 1, 2, 3, 7) : 0;
        arg[3] = draw(g, 2);
        arg[4] = one_in(g, 5);
        break;
    case VERB_GET:
    case VERB_WAIT: arg[0] = draw(g, 8), arg[1] = draw(g, TIMEOUT_COUNT); break;
    case VERB_CANCEL:
    case VERB_FREE:
    case VERB_OPEN: arg[0] = draw(g, 8); break;
    case VERB_ANY:
    case VERB_ALL:
    case VERB_JOIN: arg[0] = draw(g, TIMEOUT_COUNT); break;
    case VERB_IMAP:
        arg[0] = draw(g, 3), arg[1] = draw(g, 2) | PICK(g, 0, 0, IMAP_SOURCE_FAILS) | PICK(g, 0, IMAP_ITEMS_FAIL);
        arg[2] = PICK(g, 0, 1, 2, 3, 7), arg[3] = draw(g, 4), arg[4] = PICK(g, 0, 1, 2, 7, 13, 31, UINT64_MAX);
        break;
    case VERB_NEXT: arg[0] = draw(g, 3), arg[1] = PICK(g, 1, 1, 2, 5, 17), arg[2] = draw(g, TIMEOUT_COUNT); break;
    case VERB_DROP: arg[0] = draw(g, 3); break;
    case VERB_ALLOC: arg[0] = draw(g, 4), arg[1] = PICK(g, 0, 1, 63, 64, 65, 4096, 100003); break;
    case VERB_RELEASE: arg[0] = draw(g, 4); break;
    case VERB_KILL_BUSY:
        arg[0] = draw(g, 5), arg[1] = draw(g, g->limits->costly ? 5 : 20), arg[2] = draw_chunk(g, arg[1]);
        arg[3] = draw(g, 20);
        break;
    case VERB_KILL_IDLE: arg[0] = draw(g, 8); break;
    case VERB_RACE: arg[0] = 1 + draw(g, 9), arg[1] = draw(g, 2); break;
    case VERB_STOP:
    case VERB_DESTROY:
    case VERB_CHILD: arg[0] = draw(g, 2); break;
    case VERB_WRONG: arg[0] = draw(g, 8); break;
    case VERB_BARREN: arg[0] = 1 + draw(g, 3); break;
    case VERB_LIMIT:
        arg[0] = 1 + draw(g, 3), arg[1] = draw(g, g->limits->costly ? 5 : 20), arg[2] = draw_chunk(g, arg[1]);
        arg[3] = draw(g, 20);
        break;
    default: break;
    }
}

/* A verb is as likely as it is frequent here. */
static const char running[] = "mmmmsssaaMMMMMMSSSSAAAAggggggwwwXXXXffffooyyYiiinnnnnnnnnxxppqqCTb";
static const char ending[] = "JJJJDDDDDDggwXXffonnnxxmMsaiCCTTpqyYb";
static const char deadly[] = "kkkKKKzz";

static char draw_verb(struct generator *g, enum phase phase)
{
    if (one_in(g, 300))
        return VERB_LIMIT;
    if (phase == PHASE_NONE)
        return (char)(one_in(g, 25) ? VERB_BARREN : VERB_CREATE);
    if (one_in(g, 40))
        return phase == PHASE_RUN && one_in(g, 3) ? VERB_RACE : VERB_CHILD;
    if (phase == PHASE_ENDING)
        return ending[draw(g, sizeof ending - 1)];
    if ((g->limits->capabilities & POOL_CAP_PROCS) && one_in(g, 12))
        return deadly[draw(g, sizeof deadly - 1)];
    return running[draw(g, sizeof running - 1)];
}

static enum phase next_phase(enum phase phase, const struct sequence_command *c)
{
    switch (c->verb) {
    case VERB_CREATE: return PHASE_RUN;
    case VERB_STOP: return c->arg[0] ? PHASE_ENDING : phase;
    case VERB_RACE:
    case VERB_CLOSE:
    case VERB_TERMINATE: return PHASE_ENDING;
    case VERB_DESTROY: return PHASE_NONE;
    default: return phase;
    }
}

void sequence_generate(const struct sequence_limits *limits, uint64_t seed, struct sequence_command *commands,
                       size_t count)
{
    struct generator g = {.limits = limits, .seed = seed};

    for (size_t i = 0; i < count; i++) {
        struct sequence_command *c = &commands[i];
        memset(c, 0, sizeof *c);
        c->pool = one_in(&g, 5);
        c->verb = draw_verb(&g, g.phase[c->pool]);
        if (strchr("msaMSA", c->verb))
            fill_work(&g, c, strchr("MSA", c->verb) != NULL);
        else
            fill_numbers(&g, c);
        g.phase[c->pool] = next_phase(g.phase[c->pool], c);
    }
}
