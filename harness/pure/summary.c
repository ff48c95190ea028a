#include "summary.h"

#include "stats/looks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The samples that count, sorted, and the launches' values made from them. */
struct data {
    const struct launches *launches;
    const struct sample **sorted; /* by cell, quantity, launch */
    size_t count;
    double *values; /* scratch, one per sample or launch */
};

static int compare_rows(const struct sample *x, const struct sample *y)
{
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    return x->quantity < y->quantity ? -1 : x->quantity > y->quantity;
}

static int compare(const void *a, const void *b)
{
    const struct sample *x = *(const struct sample *const *)a, *y = *(const struct sample *const *)b;
    const int order = compare_rows(x, y);

    return order ? order : x->launch < y->launch ? -1 : x->launch > y->launch;
}

static void take_samples(struct data *d, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (samples[i].phase == SAMPLE_MEASURE && samples[i].verified)
            d->sorted[d->count++] = &samples[i];
    qsort(d->sorted, d->count, sizeof *d->sorted, compare);
}

static void take_medians(const struct data *d)
{
    for (size_t first = 0, last; first < d->count; first = last) {
        const struct sample *s = d->sorted[first];
        for (last = first; last < d->count && compare(&d->sorted[last], &s) == 0; last++)
            d->values[last - first] = d->sorted[last]->value;
        launches_of(d->launches, s->cell, s->quantity)[s->launch] = stats_median_of(d->values, last - first).median;
    }
}

/* Fill what concerns all samples of a row, which start at *next. */
static void spread_of_samples(const struct data *d, struct summary_row *row, size_t *next)
{
    const struct sample like = {.cell = row->cell, .quantity = row->quantity};
    size_t n = 0;

    for (; *next < d->count && compare_rows(d->sorted[*next], &like) == 0; ++*next)
        d->values[n++] = d->sorted[*next]->value;
    row->samples = n;
    if (n == 0)
        return;
    row->count = d->sorted[*next - 1]->count;
    stats_sort(d->values, n);
    row->min = d->values[0];
    row->mean = stats_mean(d->values, n);
    row->p90 = stats_quantile(d->values, n, 0.9);
    row->p99 = stats_quantile(d->values, n, 0.99);
    row->mad = stats_mad(d->values, n);
}

/* Estimate a row over the launches that have a value. */
static void over_launches(const struct data *d, const double *of, struct summary_row *row)
{
    size_t n = 0;

    for (size_t l = 0; l < d->launches->plan->launches; l++)
        if (!isnan(of[l]))
            d->values[n++] = of[l];
    if (n == 0)
        return;
    const struct look look = looks_judge(d->values, n, row->target, d->values + n);
    row->estimate = look.estimate;
    row->reached = row->target > 0 && look.reached;
}

static void make_rows(const struct data *d, struct summary *s)
{
    size_t next = 0;

    take_medians(d);
    launches_derive(d->launches);
    for (size_t cell = 0; cell < d->launches->plan->cell_count; cell++)
        for (size_t q = 0; s->count < d->launches->first[cell + 1]; q++) {
            struct summary_row *row = &s->rows[s->count++];
            *row = (struct summary_row){
                .cell = cell, .quantity = q, .target = plan_metric_of(d->launches->plan, cell)->quantities[q].target};
            spread_of_samples(d, row, &next);
            over_launches(d, launches_of(d->launches, cell, q), row);
            if (row->samples == 0 && q > 0) /* a derived one */
                row->count = row[-1].count;
        }
}

bool summary_make(const struct plan *p, const struct sample *samples, size_t count, struct summary *s)
{
    struct data d = {.count = 0};

    *s = (struct summary){0};
    if (!launches_open(&s->launches, p))
        return false;
    d.launches = &s->launches;
    s->rows = calloc(s->launches.slots + 1, sizeof *s->rows);
    d.sorted = calloc(count + 1, sizeof *d.sorted);
    d.values = calloc(count + 2 * p->launches, sizeof *d.values);
    const bool ok = s->rows && d.sorted && d.values;
    if (ok) {
        take_samples(&d, samples, count);
        make_rows(&d, s);
    } else
        summary_free(s);
    free(d.sorted);
    free(d.values);
    return ok;
}

void summary_free(struct summary *s)
{
    free(s->rows);
    launches_free(&s->launches);
    *s = (struct summary){0};
}

const struct summary_row *summary_of(const struct summary *s, size_t cell, size_t quantity)
{
    return &s->rows[s->launches.first[cell] + quantity];
}

static const char header[] = SAMPLE_CELL_COLUMNS "launches,samples,median,low,high,min,mean,p90,p99,mad,reached\n";

static void print_row(FILE *f, const struct plan *p, const struct summary_row *row)
{
    const struct stats_median *m = &row->estimate;
    char cell[SAMPLE_LINE_MAX];

    sample_format_cell(p, row->cell, row->quantity, row->count, cell, sizeof cell);
    fprintf(f, "%s%zu,%zu,%.6g,", cell, m->n, row->samples, m->median);
    if (m->has_interval)
        fprintf(f, "%.6g,%.6g,", m->low, m->high);
    else
        fputs(",,", f);
    if (row->samples > 0)
        fprintf(f, "%.6g,%.6g,%.6g,%.6g,%.6g,", row->min, row->mean, row->p90, row->p99, row->mad);
    else
        fputs(",,,,,", f);
    fputs(row->target == 0 ? "\n" : row->reached ? "yes\n" : "no\n", f);
}

char *summary_to_csv(const struct plan *p, const struct summary *s)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    fputs(header, f);
    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].estimate.n > 0)
            print_row(f, p, &s->rows[i]);
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
