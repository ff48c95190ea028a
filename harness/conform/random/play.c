/* A sequence, command by command. */
#include "player.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static bool play_one(struct player *p, const struct sequence_command *c)
{
    if (strchr("msaMSA", c->verb))
        return player_do_work(p, c);
    if (strchr("gwXfoyY", c->verb))
        return player_do_wait(p, c);
    if (strchr("inx", c->verb))
        return player_do_lazy(p, c);
    if (strchr("kKzrL", c->verb))
        return player_do_harm(p, c);
    return strchr("Fb", c->verb) ? player_do_misuse(p, c) : player_do_life(p, c);
}

/* No item of any call has run again since it was judged. */
static void judge_ledger(const struct player *p)
{
    for (size_t i = 0; i < p->ledger_used; i++)
        if (ledger_read(&p->subject->ledger->item[i].started) > 1)
            conform_fail("an item ran %u times by the end of the sequence", p->subject->ledger->item[i].started);
}

static void end_all(struct player *p)
{
    for (size_t i = 0; i < PLAYER_POOLS; i++)
        if (p->pool[i].pool)
            life_destroy(p, &p->pool[i], true);
    judge_ledger(p);
    while (p->contexts) {
        struct player_context *context = p->contexts;
        p->contexts = context->next;
        free(context);
    }
}

void player_play(struct subject *subject, const struct sequence_command *commands, size_t count,
                 struct player_tape *tape)
{
    struct player p = {.subject = subject};

    p.yard = mmap(NULL, sizeof *p.yard, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p.yard == MAP_FAILED)
        conform_fail("no memory for the gates");
    for (size_t i = 0; i < count; i++) {
        __atomic_store_n(&tape->position, (uint32_t)i, __ATOMIC_RELAXED);
        if (play_one(&p, &commands[i]))
            __atomic_add_fetch(&tape->played, 1, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&tape->position, (uint32_t)count, __ATOMIC_RELAXED);
    end_all(&p);
    munmap(p.yard, sizeof *p.yard);
}
