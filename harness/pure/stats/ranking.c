#include "ranking.h"

#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const struct ranking_place *x = a, *y = b;

    if (x->best != y->best)
        return x->best < y->best ? -1 : 1;
    if (x->worst != y->worst)
        return x->worst < y->worst ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

void ranking_make(const bool *beats, size_t n, struct ranking_place *places)
{
    for (size_t i = 0; i < n; i++) {
        places[i] = (struct ranking_place){i, 1, n};
        for (size_t j = 0; j < n; j++) {
            places[i].best += beats[j * n + i];
            places[i].worst -= beats[i * n + j];
        }
    }
    qsort(places, n, sizeof *places, compare);
}

const char *ranking_text(const struct ranking_place *p, char text[RANKING_TEXT_SIZE])
{
    if (p->best == p->worst)
        snprintf(text, RANKING_TEXT_SIZE, "%zu", p->best);
    else
        snprintf(text, RANKING_TEXT_SIZE, "%zu-%zu", p->best, p->worst);
    return text;
}
