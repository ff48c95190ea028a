/*
 * scaling.h - models of throughput against workers: the Universal Scalability Law, and the Karp-Flatt fraction.
 *
 *   X(n) = rate n / (1 + contention (n-1) + coherence n (n-1))
 *
 * Errors: false where a call says so.
 * Source: Gunther, "Guerrilla Capacity Planning" (2007); Karp & Flatt, CACM 33(5), 1990.
 */
#ifndef SCALING_H
#define SCALING_H

#include <stdbool.h>
#include <stddef.h>

#define SCALING_POINTS_MIN 3 /* different worker counts; the law has three parameters */

struct scaling_point {
    double workers;
    double rate; /* per second, or any unit */
};

struct scaling {
    double rate;       /* of one worker, by the model */
    double contention; /* sigma, at least 0 */
    double coherence;  /* kappa, at least 0 */
    double misfit;     /* root mean square of the relative errors of the points' n / X(n) */
};

/*
 * Least squares on n / X(n), which is linear in the parameters, with equal weight to equal relative errors. A
 * parameter that would be negative is held at 0.
 *
 * Shape: points of one regime of the machine: say up to the cores of one L3 cache, and none oversubscribed.
 * Errors: fewer than SCALING_POINTS_MIN different worker counts, values that are not positive; memory is short.
 */
bool scaling_fit(const struct scaling_point *, size_t n, struct scaling *);

double scaling_predict(const struct scaling *, double workers);

/* The worker count of the greatest throughput; INFINITY: it grows for ever. */
double scaling_peak(const struct scaling *);

/* The serial fraction that explains the speed-up of `workers` workers; NAN for fewer than 2. */
double scaling_karp_flatt(double speedup, double workers);
#endif
