/* The order of a plan's launches: random between groups, rotating inside them. */
#include "plan_parts.h"

#include "random.h"

#include <stdlib.h>
#include <string.h>

/* The cells by group; those of group g start at first[g] and end at first[g + 1]. */
struct groups {
    size_t count;
    size_t *first, *members;
    size_t *shuffled; /* scratch: group numbers */
    size_t *turned;   /* scratch: the cells of a group */
};

static void sort_by_group(const struct plan *p, const struct groups *g)
{
    for (size_t i = 0; i < p->cell_count; i++)
        g->first[p->cells[i].group + 1]++;
    for (size_t i = 0; i < g->count; i++)
        g->first[i + 1] += g->first[i];
    for (size_t i = p->cell_count; i-- > 0;)
        g->members[--g->first[p->cells[i].group + 1]] = i;
    for (size_t i = 0; i < g->count; i++)
        g->first[i] = g->first[i + 1];
    g->first[g->count] = p->cell_count;
}

/* The cells of one group, in this launch's order, to `row`; returns how many, 0 without memory. */
static size_t order_group(const struct plan *p, size_t launch, size_t group, const struct groups *g, size_t *row)
{
    const size_t n = g->first[group + 1] - g->first[group];

    memcpy(g->turned, g->members + g->first[group], n * sizeof *g->turned);
    if (!random_shuffle(g->turned, n, p->seed, 2 * (launch / n * g->count + group) + 1))
        return 0;
    for (size_t i = 0; i < n; i++)
        row[i] = g->turned[(i + launch) % n];
    return n;
}

static bool order_launch(struct plan *p, size_t launch, const struct groups *g)
{
    size_t *row = p->order + launch * p->cell_count;
    size_t filled = 0;

    for (size_t i = 0; i < g->count; i++)
        g->shuffled[i] = i;
    if (!random_shuffle(g->shuffled, g->count, p->seed, 2 * launch))
        return false;
    for (size_t i = 0; i < g->count; i++) {
        const size_t n = order_group(p, launch, g->shuffled[i], g, row + filled);
        if (n == 0)
            return false;
        filled += n;
    }
    return true;
}

/* The rows of launches first..end - 1, which p->order has room for. */
static bool order_launches(struct plan *p, size_t groups, size_t first, size_t end)
{
    size_t *room = calloc(2 * groups + 1 + 2 * p->cell_count, sizeof *room);
    const struct groups g = {groups, room, room + groups + 1, room + groups + 1 + p->cell_count,
                             room + 2 * groups + 1 + p->cell_count};
    bool ok = room != NULL;

    if (ok)
        sort_by_group(p, &g);
    for (size_t l = first; ok && l < end; l++)
        ok = order_launch(p, l, &g);
    free(room);
    return ok;
}

bool plan_make_order(struct plan *p, size_t groups)
{
    p->order = calloc(p->launches * p->cell_count + 1, sizeof *p->order);
    return p->order && order_launches(p, groups, 0, p->launches);
}

/* Close a row up over the cells that are not wanted. */
static void thin_row(size_t *row, size_t count, const bool *wanted)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (wanted[row[i]])
            row[n++] = row[i];
    while (n < count)
        row[n++] = SIZE_MAX;
}

bool plan_extend(struct plan *p, size_t launches, const bool *wanted)
{
    const size_t end = p->launches + launches;
    size_t *order = realloc(p->order, (end * p->cell_count + 1) * sizeof *order);

    if (!order)
        return false;
    p->order = order;
    if (!order_launches(p, plan_groups(p), p->launches, end))
        return false;
    for (; p->launches < end; p->launches++)
        thin_row(p->order + p->launches * p->cell_count, p->cell_count, wanted);
    return true;
}
