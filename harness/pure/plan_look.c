/* Questions that a finished plan answers, and the words of its policies. */
#include "plan.h"

#include <string.h>

size_t plan_position(const struct plan *p, size_t launch, size_t place)
{
    const size_t *row = p->order + launch * p->cell_count;
    size_t before = 0;

    while (before < place && p->cells[row[place - before - 1]].group == p->cells[row[place]].group)
        before++;
    return before;
}

size_t plan_groups(const struct plan *p)
{
    size_t most = 0;

    for (size_t i = 0; i < p->cell_count; i++)
        most = p->cells[i].group > most ? p->cells[i].group : most;
    return most + 1;
}

size_t plan_visits(const struct plan *p, size_t launch)
{
    const size_t *row = p->order + launch * p->cell_count;
    size_t n = 0;

    while (n < p->cell_count && row[n] != SIZE_MAX)
        n++;
    return n;
}

size_t plan_base(const struct plan *p, size_t cell)
{
    return p->bases[p->series[cell]];
}

static const char *const bind_texts[] = {[BIND_NONE] = "none", [BIND_COMPACT] = "compact", [BIND_SPREAD] = "spread"};
static const char *const wait_texts[] = {
    [POOL_WAIT_YIELD] = "yield", [POOL_WAIT_SPIN] = "spin", [POOL_WAIT_SLEEP] = "sleep"};

const char *plan_bind_text(enum bind_policy bind)
{
    return bind_texts[bind];
}

const char *plan_wait_text(enum pool_wait wait)
{
    return wait_texts[wait];
}

/* The number of a word; 3: none. */
static unsigned find_word(const char *const words[3], const char *text)
{
    unsigned i = 0;

    while (i < 3 && strcmp(words[i], text) != 0)
        i++;
    return i;
}

bool plan_parse_bind(const char *text, enum bind_policy *bind)
{
    const unsigned i = find_word(bind_texts, text);

    if (i < 3)
        *bind = (enum bind_policy)i;
    return i < 3;
}

bool plan_parse_wait(const char *text, enum pool_wait *wait)
{
    const unsigned i = find_word(wait_texts, text);

    if (i < 3)
        *wait = (enum pool_wait)i;
    return i < 3;
}
