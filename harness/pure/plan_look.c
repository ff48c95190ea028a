/* Questions that a finished plan answers, and the words of its policies. */
#include "plan.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

size_t plan_position(const struct plan *p, size_t launch, size_t cell)
{
    const size_t *row = p->order + launch * p->cell_count;
    size_t place = 0;

    for (size_t i = 0; i < p->cell_count && row[i] != cell; i++)
        place += p->cells[row[i]].group == p->cells[cell].group;
    return place;
}

static bool same_work(const struct plan_cell *a, const struct plan_cell *b)
{
    return a->workload == b->workload && a->work_ns == b->work_ns && a->in_bytes == b->in_bytes &&
           a->out_bytes == b->out_bytes;
}

static bool is_serial(const struct plan *p, size_t cell)
{
    return same_text(p->strategies[p->cells[cell].strategy].name, "serial");
}

size_t plan_base(const struct plan *p, size_t cell)
{
    for (size_t i = 0; i < p->cell_count; i++)
        if (is_serial(p, i) && same_work(&p->cells[i], &p->cells[cell]))
            return i;
    return SIZE_MAX;
}

bool plan_same_block(const struct plan *p, size_t a, size_t b)
{
    return same_work(&p->cells[a], &p->cells[b]) &&
           (p->cells[a].chunk == p->cells[b].chunk || is_serial(p, a) || is_serial(p, b));
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
