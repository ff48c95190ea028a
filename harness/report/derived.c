/* What follows from the tables of a block, and what else was measured: a row for each cell, a column for each quantity.
 */
#include "../pure/words.h"
#include "page.h"

#include <math.h>

/* The cells of a block, and which of their metric's quantities have no table of their own. */
struct sheet {
    const struct page *page;
    const size_t *cells;
    size_t count;
    const struct metric *metric;
};

static const struct stats_median *estimate(const struct sheet *s, size_t cell, size_t quantity)
{
    return &summary_of(&s->page->saved->summary, cell, quantity)->estimate;
}

/* Quantities that nothing is known of have no column. */
static bool has_column(const struct sheet *s, size_t quantity)
{
    const struct metric_quantity *q = &s->metric->quantities[quantity];

    if (q->place == METRIC_TABLE && !q->derived)
        return false;
    for (size_t i = 0; i < s->count; i++)
        if (estimate(s, s->cells[i], quantity)->n > 0)
            return true;
    return false;
}

static void print_heads(const struct sheet *s)
{
    FILE *f = s->page->f;

    fputs("<thead><tr><th>strategy</th><th>workers</th>", f);
    for (size_t q = 0; s->metric->quantities[q].name; q++) {
        if (!has_column(s, q))
            continue;
        fputs("<th>", f);
        html_text(f, s->metric->quantities[q].summary);
        fputs("</th>", f);
    }
    fputs("</tr></thead>\n", f);
}

static void print_row(const struct sheet *s, size_t cell)
{
    const struct plan_cell *c = &s->page->plan->cells[cell];
    FILE *f = s->page->f;
    char name[WORDS_SIZE];

    fputs("<tr><th>", f);
    html_text(f, words_name(&s->page->plan->strategies[c->strategy], name));
    fprintf(f, "</th><td>%zu</td>", c->workers);
    for (size_t q = 0; s->metric->quantities[q].name; q++) {
        if (!has_column(s, q))
            continue;
        fputs("<td>", f);
        html_estimate(f, estimate(s, cell, q), s->metric->quantities[q].unit, NAN, NAN);
        fputs("</td>", f);
    }
    fputs("</tr>\n", f);
}

void page_derived(const struct page *page, size_t block)
{
    struct sheet s = {.page = page,
                      .cells = page->blocks.cells + page->blocks.first[block],
                      .count = page->blocks.first[block + 1] - page->blocks.first[block]};
    bool any = false;

    s.metric = plan_metric_of(page->plan, s.cells[0]);
    for (size_t q = 0; s.metric->quantities[q].name; q++)
        any = any || has_column(&s, q);
    if (!any)
        return;
    fputs("<details open><summary>What follows from it</summary>\n<div class=\"wide dense\"><table>\n", page->f);
    print_heads(&s);
    fputs("<tbody>\n", page->f);
    for (size_t i = 0; i < s.count; i++)
        print_row(&s, s.cells[i]);
    fputs("</tbody></table></div></details>\n", page->f);
}
