#include "blocks.h"

#include <stdlib.h>

struct entry {
    size_t series, chunk, cell;
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->chunk != y->chunk)
        return x->chunk < y->chunk ? -1 : 1;
    return x->cell < y->cell ? -1 : x->cell > y->cell;
}

bool blocks_make(const struct plan *p, struct blocks *b)
{
    struct entry *entries = calloc(p->cell_count + 1, sizeof *entries);

    *b = (struct blocks){.cells = calloc(p->cell_count + 1, sizeof *b->cells),
                         .first = calloc(p->cell_count + 1, sizeof *b->first)};
    const bool ok = entries && b->cells && b->first;
    size_t n = 0;
    for (size_t i = 0; ok && i < p->cell_count; i++)
        if (p->cells[i].rung != RUNG_DROPPED)
            entries[n++] = (struct entry){p->series[i], p->cells[i].chunk, i};
    if (ok)
        qsort(entries, n, sizeof *entries, compare);
    for (size_t i = 0; ok && i < n; i++) {
        if (i == 0 || entries[i - 1].series != entries[i].series || entries[i - 1].chunk != entries[i].chunk)
            b->first[b->count++] = i;
        b->cells[i] = entries[i].cell;
    }
    if (ok)
        b->first[b->count] = n;
    else
        blocks_free(b);
    free(entries);
    return ok;
}

bool blocks_is_base_alone(const struct plan *p, const struct blocks *b, size_t block)
{
    const size_t cell = b->cells[b->first[block]];
    const bool more_before = block > 0 && p->series[b->cells[b->first[block] - 1]] == p->series[cell];
    const bool more_behind = block + 1 < b->count && p->series[b->cells[b->first[block + 1]]] == p->series[cell];

    return b->first[block + 1] == b->first[block] + 1 && plan_base(p, cell) == cell && (more_before || more_behind);
}

void blocks_free(struct blocks *b)
{
    free(b->cells);
    free(b->first);
    *b = (struct blocks){0};
}
