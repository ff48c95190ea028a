/*
 * ranking.h - places that say no more than the comparisons behind them do: ties stay ties.
 *
 * Errors: none.
 */
#ifndef RANKING_H
#define RANKING_H

#include <stdbool.h>
#include <stddef.h>

#define RANKING_TEXT_SIZE 48

/* best == worst: the place is certain. Being tied is not transitive, so each item has a range of its own. */
struct ranking_place {
    size_t item;
    size_t best;  /* 1 + how many items beat it */
    size_t worst; /* all items less those that it beats */
};

/*
 * Order the items: by best place, then worst place, then number.
 *
 * beats  n * n; beats[i * n + j]: i was found better than j. What was not told apart beats in neither direction.
 * places  n of them, filled.
 */
void ranking_make(const bool *beats, size_t n, struct ranking_place *places);

const char *ranking_text(const struct ranking_place *, char text[RANKING_TEXT_SIZE]); /* "1", or "2-4" for a tie */
#endif
