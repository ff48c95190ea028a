#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a row of one run is about, to be found in the other. */
struct entry {
    char *key;
    size_t cell, quantity;
};

struct entries {
    struct entry *list; /* in the order of cells */
    size_t count;
};

static void entries_free(struct entries *e)
{
    for (size_t i = 0; i < e->count; i++)
        free(e->list[i].key);
    free(e->list);
    *e = (struct entries){0};
}

/*
 * Policies are the run's, not the cell's, so that runs of two policies can be compared. But a cell that kept its policy
 * in one run only has no partner: nobody knows what was compared.
 */
static bool add_cell(const struct compare_run *run, size_t cell, struct entries *e)
{
    const struct metric *m = plan_metric_of(run->plan, cell);
    struct plan same = *run->plan; /* but for its policies */
    char text[SAMPLE_LINE_MAX];

    same.bind = BIND_NONE;
    same.wait = POOL_WAIT_YIELD;
    for (size_t q = 0; m->quantities[q].name; q++) {
        if ((run->metric && run->metric != m) || m->quantities[q].derived || m->quantities[q].place != METRIC_TABLE ||
            summary_of(run->summary, cell, q)->estimate.n == 0)
            continue;
        sample_format_key(&same, cell, q, text, sizeof text);
        e->list[e->count] = (struct entry){strdup(text), cell, q};
        if (!e->list[e->count].key)
            return false;
        e->count++;
    }
    return true;
}

static bool entries_make(const struct compare_run *run, struct entries *e)
{
    *e = (struct entries){.list = calloc(run->summary->count + 1, sizeof *e->list)};
    bool ok = e->list != NULL;
    for (size_t c = 0; ok && c < run->plan->cell_count; c++)
        ok = add_cell(run, c, e);
    if (!ok)
        entries_free(e);
    return ok;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* The launches' values that there are, in place of values. Returns how many. */
static size_t take_values(const struct compare_run *run, size_t cell, size_t quantity, double *values)
{
    const double *all = launches_of(&run->summary->launches, cell, quantity);
    size_t n = 0;

    for (size_t l = 0; l < run->plan->launches; l++)
        if (isfinite(all[l]) && all[l] > 0)
            values[n++] = all[l];
    return n;
}

static enum compare_verdict judge(const struct stats_median *ratio, bool more_is_better)
{
    if (!ratio->has_interval)
        return COMPARE_INCONCLUSIVE;
    if (ratio->low <= 1 && ratio->high >= 1)
        return COMPARE_SAME;
    return (ratio->low > 1) == more_is_better ? COMPARE_BETTER : COMPARE_WORSE;
}

/* worse: the ratio, and the end of its interval, in the direction of worse; 1.05 is 5 % worse. */
static enum compare_gate hold(const struct compare_row *row, bool more_is_better, double gate)
{
    const struct stats_median *r = &row->test.ratio;
    const double worse = more_is_better ? 1 / r->median : r->median, worst = more_is_better ? 1 / r->low : r->high;

    if (row->verdict == COMPARE_INCONCLUSIVE)
        return COMPARE_UNKNOWN;
    if (isnan(gate))
        return row->verdict == COMPARE_WORSE ? COMPARE_FAILS : COMPARE_PASSES;
    if (row->verdict == COMPARE_WORSE && worse > 1 + gate)
        return COMPARE_FAILS;
    return worst <= 1 + gate ? COMPARE_PASSES : COMPARE_UNKNOWN;
}

static bool fill_row(const struct compare_run *a, const struct compare_run *b, double confidence, double gate,
                     struct compare_row *row)
{
    double *x = calloc(a->plan->launches + b->plan->launches, sizeof *x), *y = x ? x + a->plan->launches : NULL;
    const bool more = plan_metric_of(a->plan, row->a)->quantities[row->quantity].more_is_better;

    if (!x)
        return false;
    row->na = take_values(a, row->a, row->quantity, x);
    row->nb = take_values(b, row->b, row->quantity, y);
    row->median_a = summary_of(a->summary, row->a, row->quantity)->estimate.median;
    row->median_b = summary_of(b->summary, row->b, row->quantity)->estimate.median;
    const bool ok = row->na == 0 || row->nb == 0 || unpaired_compare(x, row->na, y, row->nb, confidence, &row->test);
    row->verdict = judge(&row->test.ratio, more);
    row->gate = hold(row, more, gate);
    free(x);
    return ok;
}

static void match(const struct entries *a, struct entries *b, struct compare *c)
{
    qsort(b->list, b->count, sizeof *b->list, by_key);
    for (size_t i = 0; i < a->count; i++) {
        const struct entry *found = bsearch(&a->list[i], b->list, b->count, sizeof *b->list, by_key);
        if (found)
            c->rows[c->count++] =
                (struct compare_row){.a = a->list[i].cell, .b = found->cell, .quantity = a->list[i].quantity};
    }
    c->only_a = a->count - c->count;
    c->only_b = b->count > c->count ? b->count - c->count : 0; /* a may name one cell twice */
    c->confidence = stats_confidence_for(c->count);
}

bool compare_make(const struct compare_run *a, const struct compare_run *b, double gate, struct compare *c)
{
    struct entries of_a, of_b;
    bool ok = entries_make(a, &of_a);

    *c = (struct compare){0};
    if (!ok)
        return false;
    if (!entries_make(b, &of_b))
        goto err0;
    c->rows = calloc(of_a.count + 1, sizeof *c->rows);
    ok = c->rows != NULL;
    if (ok)
        match(&of_a, &of_b, c);
    for (size_t i = 0; ok && i < c->count; i++)
        ok = fill_row(a, b, c->confidence, gate, &c->rows[i]);
    entries_free(&of_b);
    entries_free(&of_a);
    return ok;

err0:
    entries_free(&of_a);
    return false;
}

const char *compare_verdict_text(enum compare_verdict v)
{
    static const char *const texts[] = {[COMPARE_INCONCLUSIVE] = "inconclusive",
                                        [COMPARE_SAME] = "not told apart",
                                        [COMPARE_BETTER] = "better",
                                        [COMPARE_WORSE] = "worse"};

    return texts[v];
}

const char *compare_gate_text(enum compare_gate g)
{
    static const char *const texts[] = {
        [COMPARE_PASSES] = "passes", [COMPARE_FAILS] = "fails", [COMPARE_UNKNOWN] = "unknown"};

    return texts[g];
}
