/*
 * series.h - values in the order they were taken: what does not fit, what follows what, and whether halves agree.
 *
 * Errors: none.
 */
#ifndef SERIES_H
#define SERIES_H

#include "../stats.h"

#define SERIES_OUTLIER_MADS 14.8 /* ten standard deviations of a normal distribution */

enum series_halves {
    SERIES_TOO_FEW, /* a half has no interval */
    SERIES_AGREE,   /* each half's median lies in the other half's interval */
    SERIES_DISAGREE,
};

/*
 * The values farther than SERIES_OUTLIER_MADS median absolute deviations from the median. They are listed, not dropped.
 *
 * scratch  n values.
 * places  n places, filled with the numbers of the outliers. Returns how many.
 */
size_t series_outliers(const double *values, size_t n, double *scratch, size_t *places);

double series_lag1(const double *values, size_t n);                   /* NAN: fewer than 3 values, or all equal */
double series_drift(const double *values, size_t n, double *scratch); /* Spearman's rank correlation with the order;
                                                                         scratch 3 n. NAN as above */

/* The first half against the second; the middle one of an odd number is in the second. scratch  n values. */
enum series_halves series_halves(const double *values, size_t n, double *scratch);
#endif
