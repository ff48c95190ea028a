/*
 * unpaired.h - two saved runs against each other, which share no weather: Mann-Whitney and Hodges-Lehmann.
 *
 * Errors: false when memory is short.
 */
#ifndef UNPAIRED_H
#define UNPAIRED_H

#include "../stats.h"

#define UNPAIRED_EXACT_MAX 64 /* values a side up to which the distribution is exact */
#define UNPAIRED_MAX 1024     /* values a side; of more, the first so many count */

struct unpaired {
    double u; /* how many pairs have b > a; a tied pair counts half */
    double p; /* two-sided: how likely a U as far from its mean is, if a and b are alike */
    bool exact;
    struct stats_median ratio; /* b by a: Hodges-Lehmann of the logarithms; n is the smaller side. */
};

/*
 * Shape: na and nb positive values, at least one a side, in any order.
 * confidence  of the ratio's interval; has_interval is false where so few values have none.
 *
 * p is that of the permutation distribution of the midranks, ties and all. The interval counts differences with the
 * distribution without ties, which for tied values covers at least as often as it says (Noether 1967). Beyond
 * UNPAIRED_EXACT_MAX values both come from the normal approximation, corrected for ties and continuity.
 * Source: Hollander & Wolfe, "Nonparametric Statistical Methods", chapter 4; Mann & Whitney 1947.
 */
bool unpaired_compare(const double *a, size_t na, const double *b, size_t nb, double confidence, struct unpaired *);

/*
 * The largest c for which P(U <= c) <= tail when there are no ties: the critical value of printed tables.
 * -1: there is none. -2: out of memory.
 */
long unpaired_critical_u(size_t na, size_t nb, double tail);
#endif
