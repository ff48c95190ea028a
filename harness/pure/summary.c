#include "summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The samples that count, sorted, and where the medians of each cell's launches go. */
struct data {
    const struct plan *plan;
    const struct sample **sorted; /* by cell, then launch */
    size_t count;
    double *medians; /* cells x launches; NAN: none */
    double *values;  /* scratch, one per sample or launch */
};

static int compare(const void *a, const void *b)
{
    const struct sample *x = *(const struct sample *const *)a, *y = *(const struct sample *const *)b;

    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    return x->launch < y->launch ? -1 : x->launch > y->launch;
}

static void take_samples(struct data *d, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (samples[i].phase == SAMPLE_MEASURE && samples[i].verified)
            d->sorted[d->count++] = &samples[i];
    qsort(d->sorted, d->count, sizeof *d->sorted, compare);
}

static void take_medians(struct data *d)
{
    for (size_t i = 0; i < d->plan->cell_count * d->plan->launches; i++)
        d->medians[i] = NAN;
    for (size_t first = 0, last; first < d->count; first = last) {
        const struct sample *s = d->sorted[first];
        for (last = first; last < d->count && compare(&d->sorted[last], &s) == 0; last++)
            d->values[last - first] = sample_item_ns(d->sorted[last]);
        d->medians[s->cell * d->plan->launches + s->launch] = stats_median_of(d->values, last - first).median;
    }
}

/* Fill what concerns all samples of the row's cell, which start at *next. */
static void spread_of_samples(const struct data *d, struct summary_row *row, size_t *next)
{
    size_t n = 0;

    for (; *next < d->count && d->sorted[*next]->cell == row->cell; ++*next) {
        d->values[n++] = sample_item_ns(d->sorted[*next]);
        row->count = d->sorted[*next]->count;
    }
    row->samples = n;
    if (n == 0)
        return;
    stats_sort(d->values, n);
    row->min = d->values[0];
    row->mean = stats_mean(d->values, n);
    row->p90 = stats_quantile(d->values, n, 0.9);
    row->p99 = stats_quantile(d->values, n, 0.99);
    row->mad = stats_mad(d->values, n);
}

static struct stats_median scaled(struct stats_median m, double factor)
{
    m.median *= factor;
    m.low *= factor;
    m.high *= factor;
    return m;
}

static struct stats_median over_launches(const struct data *d, const double *of, const double *base)
{
    size_t n = 0;

    for (size_t l = 0; l < d->plan->launches; l++) {
        const double value = base ? base[l] / of[l] : of[l];
        if (!isnan(value))
            d->values[n++] = value;
    }
    return n ? stats_median_of(d->values, n) : (struct stats_median){0};
}

static void summarise(const struct data *d, struct summary_row *row)
{
    const size_t launches = d->plan->launches, base = plan_base(d->plan, row->cell);
    const struct plan_cell *cell = &d->plan->cells[row->cell];
    const double cpus = (double)(cell->workers < d->plan->usable ? cell->workers : d->plan->usable);

    row->item_ns = over_launches(d, d->medians + row->cell * launches, NULL);
    if (base != SIZE_MAX)
        row->speedup = over_launches(d, d->medians + row->cell * launches, d->medians + base * launches);
    row->efficiency = scaled(row->speedup, 1 / cpus);
}

static void make_rows(struct data *d, struct summary *s)
{
    size_t next = 0;

    take_medians(d);
    for (s->count = 0; s->count < d->plan->cell_count; s->count++) {
        struct summary_row *row = &s->rows[s->count];
        row->cell = s->count;
        spread_of_samples(d, row, &next);
        summarise(d, row);
    }
}

bool summary_make(const struct plan *p, const struct sample *samples, size_t count, struct summary *s)
{
    struct data d = {.plan = p};

    *s = (struct summary){.rows = calloc(p->cell_count, sizeof *s->rows)};
    d.sorted = calloc(count + 1, sizeof *d.sorted);
    d.medians = calloc(p->cell_count * p->launches, sizeof *d.medians);
    d.values = calloc(count + p->launches, sizeof *d.values);
    const bool ok = s->rows && d.sorted && d.medians && d.values;
    if (ok) {
        take_samples(&d, samples, count);
        make_rows(&d, s);
    }
    free(d.sorted);
    free(d.medians);
    free(d.values);
    return ok;
}

void summary_free(struct summary *s)
{
    free(s->rows);
    *s = (struct summary){0};
}

static const char header[] =
    "strategy,options,workload,workload_options,workers,oversubscribed,bind,wait,chunk,work_ns,in_bytes,out_bytes,"
    "count,"
    "launches,samples,ns_per_item_median,ns_per_item_low,ns_per_item_high,ns_per_item_min,ns_per_item_mean,ns_per_item_"
    "p90,"
    "ns_per_item_p99,ns_per_item_mad,items_per_s_median,items_per_s_low,items_per_s_high,speedup_median,speedup_low,"
    "speedup_high,efficiency_median,efficiency_low,efficiency_high\n";

static void print_median(FILE *f, const struct stats_median *m, const char *end)
{
    if (m->n == 0)
        fputs(",,", f);
    else if (!m->has_interval)
        fprintf(f, "%.6g,,", m->median);
    else
        fprintf(f, "%.6g,%.6g,%.6g", m->median, m->low, m->high);
    fputs(end, f);
}

static void print_row(FILE *f, const struct plan *p, const struct summary_row *row)
{
    struct stats_median rate = {row->item_ns.n, 1e9 / row->item_ns.median, 0, 0, row->item_ns.has_interval};
    char cell[SAMPLE_LINE_MAX];

    if (rate.has_interval) {
        rate.low = 1e9 / row->item_ns.high;
        rate.high = 1e9 / row->item_ns.low;
    }
    sample_format_cell(p, &p->cells[row->cell], row->count, cell, sizeof cell);
    fprintf(f, "%s%zu,%zu,", cell, row->item_ns.n, row->samples);
    print_median(f, &row->item_ns, ",");
    fprintf(f, "%.6g,%.6g,%.6g,%.6g,%.6g,", row->min, row->mean, row->p90, row->p99, row->mad);
    print_median(f, &rate, ",");
    print_median(f, &row->speedup, ",");
    print_median(f, &row->efficiency, "\n");
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
        if (s->rows[i].samples > 0)
            print_row(f, p, &s->rows[i]);
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
