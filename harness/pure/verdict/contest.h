/*
 * contest.h - cells that do the same work, ranked: every two of them compared round by round, ties left ties.
 *
 * Errors: false when memory is short.
 */
#ifndef CONTEST_H
#define CONTEST_H

#include "../stats/paired.h"
#include "../stats/ranking.h"
#include "rounds.h"

#define CONTEST_CELLS_MAX 128

struct contest {
    size_t count;                 /* cells with samples; 0: there is nothing to rank */
    size_t comparisons;           /* m: count * (count - 1) / 2 */
    struct ranking_place *places; /* the winner first; item: a cell */
    struct stats_median *by_best; /* of each place: its value by that of the first, at the corrected confidence */
};

/*
 * cells  n of them, at most CONTEST_CELLS_MAX, that one launch visits side by side.
 * aa  NULL: the session has no A/A pair.
 * Owns: contest_free.
 */
bool contest_make(const struct rounds *, const size_t *cells, size_t n, size_t quantity, const struct stats_median *aa,
                  struct contest *);
void contest_free(struct contest *);
#endif
