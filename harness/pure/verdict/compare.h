/*
 * compare.h - two runs that were saved, cell by cell: an unpaired comparison of the launches' values.
 *
 * Errors: false when memory is short.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "../stats/unpaired.h"
#include "../summary.h"

enum compare_verdict {
    COMPARE_INCONCLUSIVE, /* too few launches for an interval at the corrected confidence */
    COMPARE_SAME,         /* not told apart */
    COMPARE_BETTER,       /* b is */
    COMPARE_WORSE,
};

/* What a gate says: how much worse may b be. */
enum compare_gate {
    COMPARE_PASSES,  /* what is worse by more than the gate is excluded; without a gate: is not found worse */
    COMPARE_FAILS,   /* found worse, and by more than the gate */
    COMPARE_UNKNOWN, /* neither */
};

struct compare_row {
    size_t a, b, quantity; /* the cells */
    size_t na, nb;         /* launches */
    double median_a, median_b;
    struct unpaired test; /* ratio: b by a */
    enum compare_verdict verdict;
    enum compare_gate gate;
};

struct compare {
    struct compare_row *rows; /* what both have, in a's order */
    size_t count;             /* also m, the number of comparisons */
    size_t only_a, only_b;    /* cells and quantities that the other lacks */
    double confidence;        /* of each row: 1 - 0.05/m */
};

/* How a run is seen here. */
struct compare_run {
    const struct plan *plan;
    const struct summary *summary;
    const struct metric *metric; /* which of them to compare; NULL: all */
};

/*
 * Quantities that were measured are compared, not those derived from them: they say the same again.
 *
 * gate  how much worse is allowed: 0.05 for 5 %; NAN: there is no gate.
 * Owns: the caller frees rows.
 */
bool compare_make(const struct compare_run *a, const struct compare_run *b, double gate, struct compare *);

const char *compare_verdict_text(enum compare_verdict); /* "inconclusive", "not told apart", "better", "worse" */
const char *compare_gate_text(enum compare_gate);       /* "passes", "fails", "unknown" */
#endif
