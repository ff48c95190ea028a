#include "unpaired.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Everything is counted in ranks doubled: midranks of ties are whole numbers then. */
struct pooled {
    double value;
    bool of_b;
    size_t rank2;
};

static int by_value(const void *x, const void *y)
{
    const double a = ((const struct pooled *)x)->value, b = ((const struct pooled *)y)->value;

    return a < b ? -1 : a > b;
}

/* Ranks of both samples together, and the sum of t^3 - t over groups of t tied values. */
static void rank_all(struct pooled *all, size_t n, double *ties)
{
    *ties = 0;
    qsort(all, n, sizeof *all, by_value);
    for (size_t first = 0, last; first < n; first = last) {
        for (last = first + 1; last < n && all[last].value == all[first].value; last++)
            ;
        const double t = (double)(last - first);
        *ties += t * t * t - t;
        for (size_t i = first; i < last; i++)
            all[i].rank2 = first + last + 1;
    }
}

/*
 * ways[k][s]: how many choices of k of the values have the doubled rank sum s, by adding one value after another.
 * Counts beyond 2^53 are rounded, which is far below what a probability needs. Shape: (nb + 1) * (sum_max + 1). Owns:
 * the caller frees. NULL: out of memory.
 */
static double *count_ways(const struct pooled *all, size_t n, size_t nb, size_t sum_max)
{
    double *ways = calloc((nb + 1) * (sum_max + 1), sizeof *ways);
    size_t sum = 0;

    if (!ways)
        return NULL;
    ways[0] = 1;
    for (size_t i = 0; i < n; i++) {
        sum = sum + all[i].rank2 < sum_max ? sum + all[i].rank2 : sum_max;
        for (size_t k = i + 1 < nb ? i + 1 : nb; k > 0; k--) {
            double *to = ways + k * (sum_max + 1);
            const double *from = to - (sum_max + 1);
            for (size_t s = all[i].rank2; s <= sum; s++)
                to[s] += from[s - all[i].rank2];
        }
    }
    return ways;
}

/* The greatest doubled rank sum that nb of the values have. */
static size_t greatest_sum(const struct pooled *all, size_t n, size_t nb)
{
    size_t sum = 0;

    for (size_t i = n - nb; i < n; i++)
        sum += all[i].rank2;
    return sum;
}

/* P(|W - mean| >= |w - mean|) over all choices; w, mean: doubled rank sums of b. */
static bool exact_p(const struct pooled *all, size_t n, size_t nb, size_t w, double *p)
{
    const size_t sum_max = greatest_sum(all, n, nb);
    double *ways = count_ways(all, n, nb, sum_max), *row = ways ? ways + nb * (sum_max + 1) : NULL;
    const double mean = (double)nb * (double)(n + 1), distance = fabs((double)w - mean);
    double far = 0, whole = 0;

    if (!ways)
        return false;
    for (size_t s = 0; s <= sum_max; s++) {
        whole += row[s];
        if (fabs((double)s - mean) >= distance)
            far += row[s];
    }
    *p = far / whole;
    free(ways);
    return true;
}

static double normal_p(double na, double nb, double u, double ties)
{
    const double n = na + nb, variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));
    const double distance = fmax(0, fabs(u - na * nb / 2) - 0.5);

    return variance > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(distance / sqrt(variance))) : 1;
}

static bool test_ranks(const double *a, size_t na, const double *b, size_t nb, struct unpaired *out)
{
    struct pooled *all = calloc(na + nb, sizeof *all);
    size_t w = 0;
    double ties;
    bool ok = true;

    if (!all)
        return false;
    for (size_t i = 0; i < na + nb; i++)
        all[i] = (struct pooled){i < na ? a[i] : b[i - na], i >= na, 0};
    rank_all(all, na + nb, &ties);
    for (size_t i = 0; i < na + nb; i++)
        w += all[i].of_b ? all[i].rank2 : 0;
    out->u = ((double)w - (double)nb * (double)(nb + 1)) / 2;
    out->exact = na <= UNPAIRED_EXACT_MAX && nb <= UNPAIRED_EXACT_MAX;
    if (out->exact)
        ok = exact_p(all, na + nb, nb, w, &out->p);
    else
        out->p = normal_p((double)na, (double)nb, out->u, ties);
    free(all);
    return ok;
}

long unpaired_critical_u(size_t na, size_t nb, double tail)
{
    struct pooled *all = calloc(na + nb, sizeof *all);
    double *ways = NULL, ties, whole = 0, sum = 0;
    long c = -2;

    if (!all)
        return c;
    for (size_t i = 0; i < na + nb; i++)
        all[i].value = (double)i;
    rank_all(all, na + nb, &ties);
    const size_t sum_max = greatest_sum(all, na + nb, nb), least = nb * (nb + 1);
    if ((ways = count_ways(all, na + nb, nb, sum_max))) {
        const double *row = ways + nb * (sum_max + 1);
        for (size_t s = least; s <= sum_max; s += 2)
            whole += row[s];
        for (c = -1; least + 2 * (size_t)(c + 1) <= sum_max; c++)
            if ((sum += row[least + 2 * (size_t)(c + 1)]) > tail * whole)
                break;
    }
    free(ways);
    free(all);
    return c;
}

/* The rank from either end of the sorted differences where the interval ends; 0: none. -1: out of memory. */
static long interval_rank(size_t na, size_t nb, double tail)
{
    const double m = (double)na, n = (double)nb;

    if (na <= UNPAIRED_EXACT_MAX && nb <= UNPAIRED_EXACT_MAX)
        return unpaired_critical_u(na, nb, tail) + 1;
    return lround(fmax(0, floor(m * n / 2 - 0.5 - gsl_cdf_ugaussian_Qinv(tail) * sqrt(m * n * (m + n + 1) / 12))));
}

static bool shift(const double *a, size_t na, const double *b, size_t nb, double confidence, struct stats_median *ratio)
{
    double *differences = malloc(na * nb * sizeof *differences);
    const long k = interval_rank(na, nb, (1 - confidence) / 2);
    const size_t count = na * nb;

    if (!differences || k == -1) {
        free(differences);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        differences[i] = log(b[i % nb]) - log(a[i / nb]);
    stats_sort(differences, count);
    *ratio = (struct stats_median){
        .n = na < nb ? na : nb, .median = exp(stats_quantile(differences, count, 0.5)), .has_interval = k > 0};
    if (k > 0) {
        ratio->low = exp(differences[k - 1]);
        ratio->high = exp(differences[count - (size_t)k]);
    }
    free(differences);
    return true;
}

bool unpaired_compare(const double *a, size_t na, const double *b, size_t nb, double confidence, struct unpaired *out)
{
    na = na < UNPAIRED_MAX ? na : UNPAIRED_MAX;
    nb = nb < UNPAIRED_MAX ? nb : UNPAIRED_MAX;
    *out = (struct unpaired){0};
    return test_ranks(a, na, b, nb, out) && shift(a, na, b, nb, confidence, &out->ratio);
}
