/* The order of a plan's launches: random between groups, rotating inside them. */
#include "plan_parts.h"

#include "random.h"

#include <stdlib.h>

/* The cells of one group, in this launch's order, to `row`; returns how many. */
static size_t order_group(const struct plan *p, size_t launch, size_t group, size_t groups, size_t *members,
                          size_t *row)
{
    size_t n = 0;

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].group == group)
            members[n++] = i;
    if (!random_shuffle(members, n, p->seed, 2 * (launch / n * groups + group) + 1))
        return 0;
    for (size_t i = 0; i < n; i++)
        row[i] = members[(i + launch) % n];
    return n;
}

static bool order_launch(struct plan *p, size_t launch, size_t groups, size_t *scratch)
{
    size_t *row = p->order + launch * p->cell_count, *members = scratch + groups;
    size_t filled = 0;

    for (size_t g = 0; g < groups; g++)
        scratch[g] = g;
    if (!random_shuffle(scratch, groups, p->seed, 2 * launch))
        return false;
    for (size_t g = 0; g < groups; g++) {
        const size_t n = order_group(p, launch, scratch[g], groups, members, row + filled);
        if (n == 0)
            return false;
        filled += n;
    }
    return true;
}

bool plan_make_order(struct plan *p, size_t groups)
{
    size_t *scratch = calloc(groups + p->cell_count + 1, sizeof *scratch);
    bool ok = scratch != NULL;

    p->order = calloc(p->launches * p->cell_count + 1, sizeof *p->order);
    for (size_t l = 0; ok && p->order && l < p->launches; l++)
        ok = order_launch(p, l, groups, scratch);
    free(scratch);
    return ok && p->order;
}
