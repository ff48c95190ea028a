/* What the report says of the samples themselves: their spread, order and outliers, and what measuring them cost. */
#include "../pure/stats/looks.h"
#include "../pure/words.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTLIERS_SHOWN = 200 };

/* Room for the samples of any one cell. */
struct room {
    double *values, *scratch; /* scratch: three times as many */
    size_t *places;
    size_t found, shown; /* outliers of all cells so far */
};

static bool room_open(struct room *r, size_t samples)
{
    *r = (struct room){.values = calloc(samples + 1, sizeof *r->values),
                       .scratch = calloc(3 * samples + 1, sizeof *r->scratch),
                       .places = calloc(samples + 1, sizeof *r->places)};
    return r->values && r->scratch && r->places;
}

static void room_close(struct room *r)
{
    free(r->values);
    free(r->scratch);
    free(r->places);
}

static size_t take_values(const struct page *page, size_t cell, size_t quantity, double *values)
{
    const struct sample *const *list;
    const size_t n = rounds_of(&page->rounds, cell, quantity, &list);

    for (size_t i = 0; i < n; i++)
        values[i] = list[i]->value;
    return n;
}

static void print_who(const struct page *page, size_t cell, size_t quantity)
{
    const struct plan *p = page->plan;
    char name[WORDS_SIZE], work[WORDS_SIZE];

    fputs("<tr><th>", page->f);
    html_text(page->f, words_name(&p->strategies[p->cells[cell].strategy], name));
    fputs("</th><td class=\"left\">", page->f);
    html_print(page->f, "%s of %s", plan_metric_of(p, cell)->quantities[quantity].summary, words_work(p, cell, work));
    fprintf(page->f, "</td><td>%zu</td>", p->cells[cell].workers);
}

static void print_number(FILE *f, const char *format, double value)
{
    fputs("<td>", f);
    if (isnan(value))
        fputs("-", f);
    else
        fprintf(f, format, value);
    fputs("</td>", f);
}

static void print_value(const struct page *page, size_t cell, size_t quantity, double value)
{
    char text[32];

    fputs("<td>", page->f);
    html_text(page->f,
              units_format(value, plan_metric_of(page->plan, cell)->quantities[quantity].unit, text, sizeof text));
    fputs("</td>", page->f);
}

/* Launches' values that there are, in their order. */
static struct look look_at(const struct page *page, size_t cell, size_t quantity, struct room *r)
{
    const double *all = launches_of(page->rounds.launches, cell, quantity);
    size_t n = 0;

    for (size_t l = 0; l < page->plan->launches; l++)
        if (!isnan(all[l]))
            r->scratch[n++] = all[l];
    return looks_judge(r->scratch, n, LOOKS_TARGET_THROUGHPUT, r->scratch + n);
}

static void print_spread(const struct page *page, size_t cell, size_t quantity, struct room *r)
{
    static const char *const halves[] = {
        [SERIES_TOO_FEW] = "too few", [SERIES_AGREE] = "agree", [SERIES_DISAGREE] = "disagree"};
    const struct summary_row *row = summary_of(&page->saved->summary, cell, quantity);
    const size_t n = take_values(page, cell, quantity, r->values);

    if (n == 0)
        return;
    const struct look look = look_at(page, cell, quantity, r);
    print_who(page, cell, quantity);
    fprintf(page->f, "<td>%zu / %zu</td>", row->estimate.n, n);
    print_value(page, cell, quantity, row->min);
    print_value(page, cell, quantity, row->mean);
    print_value(page, cell, quantity, row->p90);
    print_value(page, cell, quantity, row->p99);
    print_value(page, cell, quantity, row->mad);
    print_number(page->f, "%+.2f", series_lag1(r->values, n));
    print_number(page->f, "%+.2f", series_drift(r->values, n, r->scratch));
    fprintf(page->f, "<td>%s</td>", halves[look.halves]);
    if (isinf(look.half_width))
        fputs("<td>-</td><td>n too small</td>", page->f);
    else
        fprintf(page->f, "<td>%.1f %%</td><td>%s</td>", 100 * look.half_width,
                look.reached ? "reached" : "not reached");
    fprintf(page->f, "<td>%zu</td></tr>\n", series_outliers(r->values, n, r->scratch, r->places));
}

/* Call back for every measured quantity of every cell. */
static void each_row(const struct page *page, struct room *r,
                     void (*print)(const struct page *, size_t cell, size_t quantity, struct room *))
{
    for (size_t c = 0; c < page->plan->cell_count; c++) {
        const struct metric *m = plan_metric_of(page->plan, c);
        for (size_t q = 0; m->quantities[q].name; q++)
            if (!m->quantities[q].derived)
                print(page, c, q, r);
    }
}

static void print_counter(FILE *f, int64_t value, double scale)
{
    print_number(f, "%.4g", value == SAMPLE_UNKNOWN ? NAN : (double)value * scale);
}

static void print_outliers(const struct page *page, size_t cell, size_t quantity, struct room *r)
{
    const struct sample *const *list;
    const size_t n = take_values(page, cell, quantity, r->values);
    const size_t found = series_outliers(r->values, n, r->scratch, r->places);

    const double median = summary_of(&page->saved->summary, cell, quantity)->estimate.median;

    rounds_of(&page->rounds, cell, quantity, &list);
    r->found += found;
    for (size_t i = 0; i < found && r->shown < OUTLIERS_SHOWN; i++, r->shown++) {
        const struct sample *s = list[r->places[i]];
        print_who(page, cell, quantity);
        fprintf(page->f, "<td>%zu.%zu</td>", s->launch, s->round);
        print_value(page, cell, quantity, s->value);
        print_number(page->f, "%.2f\xc3\x97", s->value / median);
        print_counter(page->f, s->used.cpu_user_ns, 1e-6);
        print_counter(page->f, s->used.cpu_system_ns, 1e-6);
        print_counter(page->f, s->used.context_switches, 1);
        print_counter(page->f, s->used.migrations, 1);
        print_counter(page->f, s->used.faults_minor, 1);
        print_counter(page->f, s->used.faults_major, 1);
        print_counter(page->f, s->used.steal_ns, 1e-6);
        print_number(page->f, "%.2f", s->load1);
        fputs("</tr>\n", page->f);
    }
}

static void print_outlier_table(const struct page *page, struct room *r)
{
    static const char *const heads[] = {"strategy",     "<what",        "workers",   "launch.round", "value",
                                        "by median",    "user ms",      "system ms", "switches",     "migrations",
                                        "minor faults", "major faults", "steal ms",  "load",         NULL};

    fputs("<h2 id=\"outliers\">Outliers</h2>\n<p class=\"soft\">Samples farther than 14.8 median absolute deviations "
          "from "
          "their cell's median, with what the kernel counted meanwhile. They are listed, and they count.</p>\n"
          "<div class=\"wide dense\"><table>\n",
          page->f);
    html_heads(page->f, heads);
    fputs("<tbody>\n", page->f);
    each_row(page, r, print_outliers);
    fputs("</tbody></table></div>\n", page->f);
    html_print(page->f, "%zu in all, %zu shown.", r->found, r->shown);
}

bool page_spread(const struct page *page)
{
    static const char *const heads[] = {
        "strategy", "<what", "workers", "launches / samples", "least",  "mean",     "p90", "p99", "MAD",
        "lag-1",    "drift", "halves",  "half width",         "target", "outliers", NULL};
    struct room r;
    bool ok = room_open(&r, page->saved->samples.count + page->plan->launches);

    if (ok) {
        fputs("<h2 id=\"spread\">The samples</h2>\n<p class=\"soft\">lag-1: correlation of a sample with the one "
              "before it "
              "in its cell; drift: rank correlation with the order. Far from 0, samples are not independent, and "
              "intervals "
              "cover less than they say. halves: whether the median of either half of the launches lies in the other's "
              "interval. The target of a half width is 2 %.</p>\n<details><summary>Every cell</summary>\n"
              "<div class=\"wide dense\"><table>\n",
              page->f);
        html_heads(page->f, heads);
        fputs("<tbody>\n", page->f);
        each_row(page, &r, print_spread);
        fputs("</tbody></table></div></details>\n", page->f);
        print_outlier_table(page, &r);
    }
    room_close(&r);
    return ok;
}
