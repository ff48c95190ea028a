#include "rounds.h"

#include <stdlib.h>

static int compare_rounds(const struct sample *x, const struct sample *y)
{
    if (x->launch != y->launch)
        return x->launch < y->launch ? -1 : 1;
    return x->round < y->round ? -1 : x->round > y->round;
}

static int compare(const void *a, const void *b)
{
    const struct sample *x = *(const struct sample *const *)a, *y = *(const struct sample *const *)b;

    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    if (x->quantity != y->quantity)
        return x->quantity < y->quantity ? -1 : 1;
    return compare_rounds(x, y);
}

static size_t slot_of(const struct launches *l, const struct sample *s)
{
    return l->first[s->cell] + s->quantity;
}

bool rounds_open(struct rounds *r, const struct launches *l, const struct sample *samples, size_t count)
{
    size_t kept = 0;

    *r = (struct rounds){
        .launches = l, .sorted = calloc(count + 1, sizeof *r->sorted), .first = calloc(l->slots + 1, sizeof *r->first)};
    if (!r->sorted || !r->first) {
        rounds_free(r);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (samples[i].phase == SAMPLE_MEASURE && samples[i].verified)
            r->sorted[kept++] = &samples[i];
    qsort(r->sorted, kept, sizeof *r->sorted, compare);
    for (size_t i = 0; i < kept; i++)
        r->first[slot_of(l, r->sorted[i]) + 1]++;
    for (size_t i = 0; i < l->slots; i++)
        r->first[i + 1] += r->first[i];
    return true;
}

void rounds_free(struct rounds *r)
{
    free(r->sorted);
    free(r->first);
    *r = (struct rounds){0};
}

size_t rounds_of(const struct rounds *r, size_t cell, size_t quantity, const struct sample *const **list)
{
    const size_t slot = r->launches->first[cell] + quantity;

    *list = r->sorted + r->first[slot];
    return r->first[slot + 1] - r->first[slot];
}

size_t rounds_pair(const struct rounds *r, size_t cell_a, size_t cell_b, size_t quantity, double *a, double *b)
{
    const struct sample *const *x, *const *y;
    const size_t nx = rounds_of(r, cell_a, quantity, &x), ny = rounds_of(r, cell_b, quantity, &y);
    size_t n = 0;

    for (size_t i = 0, j = 0; i < nx && j < ny;) {
        const int order = compare_rounds(x[i], y[j]);
        if (order == 0) {
            a[n] = x[i]->value;
            b[n++] = y[j]->value;
        }
        i += order <= 0;
        j += order >= 0;
    }
    return n;
}
