#include "compare_format.h"

#include "../pure/words.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static const struct metric_quantity *quantity_of(const struct compare_page *page, const struct compare_row *row)
{
    return &plan_metric_of(page->plan, row->a)->quantities[row->quantity];
}

/* What a heading stands for: all but strategy and workers. */
static bool same_heading(const struct compare_page *page, const struct compare_row *x, const struct compare_row *y)
{
    return page->plan->series[x->a] == page->plan->series[y->a] && x->quantity == y->quantity &&
           page->plan->cells[x->a].chunk == page->plan->cells[y->a].chunk &&
           page->plan->cells[x->a].workload == page->plan->cells[y->a].workload;
}

static void print_heading(const struct compare_page *page, const struct compare_row *row, FILE *f)
{
    char work[WORDS_SIZE];

    fprintf(f, "\n%s: %s\n%-28s %7s  %10s %10s  %8s  %-18s %8s  %s\n", words_work(page->plan, row->a, work),
            quantity_of(page, row)->summary, "", "workers", "A", "B", "B by A", "interval", "p", "verdict");
}

static void print_row(const struct compare_page *page, const struct compare_row *row, FILE *f)
{
    const struct stats_median *r = &row->test.ratio;
    const struct plan_name *strategy = &page->plan->strategies[page->plan->cells[row->a].strategy];
    const char *unit = quantity_of(page, row)->unit;
    char name[WORDS_SIZE], a[32], b[32], interval[40] = "-";

    if (r->has_interval)
        snprintf(interval, sizeof interval, "%+.1f .. %+.1f %%", 100 * (r->low - 1), 100 * (r->high - 1));
    fprintf(f, "  %-26s %7zu  %10s %10s  %+6.1f %%  %-18s %8.2g  %s%s\n", words_name(strategy, name),
            page->plan->cells[row->a].workers, units_format(row->median_a, unit, a, sizeof a),
            units_format(row->median_b, unit, b, sizeof b), 100 * (r->median - 1), interval, row->test.p,
            compare_verdict_text(row->verdict),
            isnan(page->gate) || row->gate == COMPARE_PASSES ? ""
            : row->gate == COMPARE_FAILS                     ? ", beyond the gate"
                                                             : ", not within the gate for sure");
}

void compare_print_text(const struct compare_page *page, FILE *f)
{
    const struct compare *c = page->compare;

    fprintf(
        f,
        "A: %s\nB: %s\n"
        "Unpaired: the runs were made at different times. %zu comparison%s, each at %.4g %% confidence, so that all "
        "hold together at 95 %%.\n"
        "B by A: Hodges-Lehmann shift of the launches' medians; p: Mann-Whitney, two-sided, not corrected.\n",
        page->a, page->b, c->count, c->count == 1 ? "" : "s", 100 * c->confidence);
    if (page->differences[0])
        fprintf(f, "Forced although the environments differ: %s.\n", page->differences);
    for (size_t i = 0; i < c->count; i++) {
        if (i == 0 || !same_heading(page, &c->rows[i - 1], &c->rows[i]))
            print_heading(page, &c->rows[i], f);
        print_row(page, &c->rows[i], f);
    }
    if (c->only_a || c->only_b)
        fprintf(f, "\nNot compared: %zu that only A has, %zu that only B has.\n", c->only_a, c->only_b);
}

static void print_csv_number(FILE *f, double value, bool known)
{
    if (known)
        fprintf(f, "%.6g", value);
    fputs(",", f);
}

void compare_print_csv(const struct compare_page *page, FILE *f)
{
    char key[SAMPLE_LINE_MAX];

    fputs(SAMPLE_KEY_COLUMNS "launches_a,launches_b,median_a,median_b,ratio,ratio_low,ratio_high,p,exact,confidence,"
                             "verdict,gate\n",
          f);
    for (size_t i = 0; i < page->compare->count; i++) {
        const struct compare_row *row = &page->compare->rows[i];
        const struct stats_median *r = &row->test.ratio;
        sample_format_key(page->plan, row->a, row->quantity, key, sizeof key);
        fprintf(f, "%s%zu,%zu,%.6g,%.6g,%.6g,", key, row->na, row->nb, row->median_a, row->median_b, r->median);
        print_csv_number(f, r->low, r->has_interval);
        print_csv_number(f, r->high, r->has_interval);
        fprintf(f, "%.6g,%d,%.6g,%s,%s\n", row->test.p, row->test.exact, page->compare->confidence,
                compare_verdict_text(row->verdict), isnan(page->gate) ? "" : compare_gate_text(row->gate));
    }
}

/* {"metric": "throughput", ...}: the columns of the key by name; empty ones are null. */
static json_t *key_to_json(const struct compare_page *page, const struct compare_row *row)
{
    json_t *object = json_object();
    char key[SAMPLE_LINE_MAX], name[64];
    const char *column = SAMPLE_KEY_COLUMNS, *cell = key;

    sample_format_key(page->plan, row->a, row->quantity, key, sizeof key);
    while (*column) {
        const size_t width = strcspn(cell, ","), length = strcspn(column, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, column);
        json_object_set_new(object, name, width ? json_stringn(cell, width) : json_null());
        column += length + 1;
        cell += width + 1;
    }
    return object;
}

static json_t *row_to_json(const struct compare_page *page, const struct compare_row *row)
{
    const struct stats_median *r = &row->test.ratio;
    json_t *object = json_pack("{s:o, s:I, s:I, s:f, s:f, s:f, s:o, s:o, s:f, s:b, s:s, s:o}", "cell",
                               key_to_json(page, row), "launches_a", (json_int_t)row->na, "launches_b",
                               (json_int_t)row->nb, "median_a", row->median_a, "median_b", row->median_b, "ratio",
                               r->median, "ratio_low", r->has_interval ? json_real(r->low) : json_null(), "ratio_high",
                               r->has_interval ? json_real(r->high) : json_null(), "p", row->test.p, "exact",
                               row->test.exact, "verdict", compare_verdict_text(row->verdict), "gate",
                               isnan(page->gate) ? json_null() : json_string(compare_gate_text(row->gate)));

    return object;
}

void compare_print_json(const struct compare_page *page, FILE *f)
{
    const struct compare *c = page->compare;
    json_t *rows = json_array();

    for (size_t i = 0; i < c->count; i++)
        json_array_append_new(rows, row_to_json(page, &c->rows[i]));
    json_t *all =
        json_pack("{s:s, s:s, s:b, s:f, s:o, s:o, s:I, s:I, s:o}", "a", page->a, "b", page->b, "paired", 0,
                  "confidence", c->confidence, "gate", isnan(page->gate) ? json_null() : json_real(page->gate),
                  "differences", page->differences[0] ? json_string(page->differences) : json_null(), "only_a",
                  (json_int_t)c->only_a, "only_b", (json_int_t)c->only_b, "rows", rows);
    if (all)
        json_dumpf(all, f, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    fputs("\n", f);
    json_decref(all);
}
