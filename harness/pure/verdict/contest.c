#include "contest.h"

#include <stdlib.h>

/* What all comparisons of one contest share. */
struct arena {
    const struct rounds *rounds;
    size_t quantity;
    size_t comparisons;
    bool more_is_better;
    const struct stats_median *aa;
    double *a, *b, *scratch; /* as many as any cell has samples */
};

static size_t most_samples(const struct rounds *r, const size_t *cells, size_t n, size_t quantity)
{
    const struct sample *const *list;
    size_t most = 0;

    for (size_t i = 0; i < n; i++)
        if (rounds_of(r, cells[i], quantity, &list) > most)
            most = rounds_of(r, cells[i], quantity, &list);
    return most;
}

static struct stats_median ratio_of(const struct arena *arena, size_t x, size_t y)
{
    const size_t n = rounds_pair(arena->rounds, x, y, arena->quantity, arena->a, arena->b);

    return paired_ratio(arena->a, arena->b, n, arena->comparisons, arena->scratch);
}

static void fight(const struct arena *arena, const size_t *cells, size_t n, bool *beats)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const struct stats_median ratio = ratio_of(arena, cells[i], cells[j]);
            const enum paired_verdict v = paired_judge(&ratio, arena->aa);
            beats[i * n + j] = v == (arena->more_is_better ? PAIRED_GREATER : PAIRED_LESS);
            beats[j * n + i] = v == (arena->more_is_better ? PAIRED_LESS : PAIRED_GREATER);
        }
}

static bool fill(const struct arena *arena, const size_t *cells, struct contest *c)
{
    bool *beats = calloc(c->count * c->count + 1, sizeof *beats);

    c->places = calloc(c->count + 1, sizeof *c->places);
    c->by_best = calloc(c->count + 1, sizeof *c->by_best);
    const bool ok = beats && c->places && c->by_best;
    if (ok) {
        fight(arena, cells, c->count, beats);
        ranking_make(beats, c->count, c->places);
        for (size_t i = 0; i < c->count; i++)
            c->places[i].item = cells[c->places[i].item];
        for (size_t i = 0; i < c->count; i++)
            c->by_best[i] = ratio_of(arena, c->places[i].item, c->places[0].item);
    }
    free(beats);
    return ok;
}

bool contest_make(const struct rounds *r, const size_t *cells, size_t n, size_t quantity, const struct stats_median *aa,
                  struct contest *c)
{
    size_t with[CONTEST_CELLS_MAX];
    const struct sample *const *list;

    *c = (struct contest){0};
    for (size_t i = 0; i < n; i++)
        if (rounds_of(r, cells[i], quantity, &list) > 0)
            with[c->count++] = cells[i];
    if (c->count == 0)
        return true;
    c->comparisons = c->count * (c->count - 1) / 2;
    const size_t most = most_samples(r, with, c->count, quantity);
    double *room = calloc(3 * most, sizeof *room);
    const struct arena arena = {.rounds = r,
                                .quantity = quantity,
                                .comparisons = c->comparisons,
                                .more_is_better =
                                    plan_metric_of(r->launches->plan, with[0])->quantities[quantity].more_is_better,
                                .aa = aa,
                                .a = room,
                                .b = room + most,
                                .scratch = room + 2 * most};
    const bool ok = room && fill(&arena, with, c);
    free(room);
    if (!ok)
        contest_free(c);
    return ok;
}

void contest_free(struct contest *c)
{
    free(c->places);
    free(c->by_best);
    *c = (struct contest){0};
}
