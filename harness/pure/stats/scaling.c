#include "scaling.h"

#include <gsl/gsl_multifit.h>
#include <math.h>

/* n / X(n) of each point in b, its three terms in a; each row divided by n / X(n): equal relative errors weigh alike.
 */
static void fill(const struct scaling_point *points, size_t n, const bool *used, gsl_matrix *a, gsl_vector *b)
{
    for (size_t i = 0; i < n; i++) {
        const double w = points[i].workers, y = w / points[i].rate, terms[] = {1, w - 1, w * (w - 1)};
        for (size_t k = 0, column = 0; k < 3; k++)
            if (used[k])
                gsl_matrix_set(a, i, column++, terms[k] / y);
        gsl_vector_set(b, i, 1);
    }
}

/* Least squares with the terms in use; the others' parameters are 0. False: out of memory, or not to be solved. */
static bool solve(const struct scaling_point *points, size_t n, const bool *used, double parameters[3], double *squares)
{
    const size_t columns = (size_t)(used[0] + used[1] + used[2]);
    gsl_matrix *a = gsl_matrix_alloc(n, columns), *covariance = gsl_matrix_alloc(columns, columns);
    gsl_vector *b = gsl_vector_alloc(n), *x = gsl_vector_alloc(columns);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(n, columns);
    bool ok = a && covariance && b && x && work;

    if (ok) {
        fill(points, n, used, a, b);
        ok = gsl_multifit_linear(a, b, x, covariance, squares, work) == 0;
    }
    for (size_t k = 0, column = 0; ok && k < 3; k++)
        parameters[k] = used[k] ? gsl_vector_get(x, column++) : 0;
    gsl_multifit_linear_free(work);
    gsl_vector_free(x);
    gsl_vector_free(b);
    gsl_matrix_free(covariance);
    gsl_matrix_free(a);
    return ok;
}

static bool is_fit_for(const struct scaling_point *points, size_t n)
{
    size_t different = 0;

    for (size_t i = 0; i < n; i++) {
        bool first = true;
        if (!(isfinite(points[i].workers) && isfinite(points[i].rate) && points[i].workers > 0 && points[i].rate > 0))
            return false;
        for (size_t j = 0; j < i && first; j++)
            first = points[j].workers != points[i].workers;
        different += first;
    }
    return different >= SCALING_POINTS_MIN;
}

bool scaling_fit(const struct scaling_point *points, size_t n, struct scaling *s)
{
    /* The best of all subsets in which no parameter is negative is the constrained optimum. */
    static const bool subsets[][3] = {
        {true, true, true}, {true, true, false}, {true, false, true}, {true, false, false}};
    double best = INFINITY;

    if (!is_fit_for(points, n))
        return false;
    for (size_t i = 0; i < sizeof subsets / sizeof *subsets; i++) {
        double p[3], squares;
        if (!solve(points, n, subsets[i], p, &squares))
            return false;
        if (p[0] <= 0 || p[1] < 0 || p[2] < 0 || squares >= best)
            continue;
        best = squares;
        *s = (struct scaling){1 / p[0], p[1] / p[0], p[2] / p[0], sqrt(squares / (double)n)};
    }
    return isfinite(best);
}

double scaling_predict(const struct scaling *s, double workers)
{
    return s->rate * workers / (1 + s->contention * (workers - 1) + s->coherence * workers * (workers - 1));
}

double scaling_peak(const struct scaling *s)
{
    if (s->coherence <= 0)
        return INFINITY;
    return s->contention < 1 ? fmax(1, sqrt((1 - s->contention) / s->coherence)) : 1;
}

double scaling_karp_flatt(double speedup, double workers)
{
    return workers >= 2 ? (1 / speedup - 1 / workers) / (1 - 1 / workers) : NAN;
}
