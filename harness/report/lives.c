/* What the report says of the lives of pools: after how many calls one has paid for its birth. */
#include "../pure/verdict/lives.h"
#include "../pure/words.h"
#include "fresh.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_calls(const struct page *page, const struct stats_median *calls)
{
    FILE *f = page->f;

    fputs("<td>", f);
    if (calls->n == 0)
        fputs("-", f);
    else if (isinf(calls->median))
        fputs("never", f);
    else
        fprintf(f, "%.0f", calls->median);
    if (calls->n > 0 && calls->has_interval && isfinite(calls->low)) {
        fprintf(f, " <span class=\"soft\">[%.0f, ", calls->low);
        fprintf(f, isinf(calls->high) ? "never]</span>" : "%.0f]</span>", calls->high);
    }
    fputs("</td>", f);
}

static void print_life(const struct page *page, size_t cell, const size_t *fresh, size_t n, double *scratch)
{
    const struct launches *l = page->rounds.launches;
    const struct plan_cell *c = &page->plan->cells[cell];
    char name[WORDS_SIZE];
    size_t kept = 0;

    for (size_t i = 0; i < page->plan->launches; i++)
        if (!isnan(lives_life_ns(l, cell, i)))
            scratch[kept++] = lives_life_ns(l, cell, i);
    const struct stats_median life = kept ? stats_median_of(scratch, kept) : (struct stats_median){0};
    fputs("<tr><th>", page->f);
    html_text(page->f, words_name(&page->plan->strategies[c->strategy], name));
    fprintf(page->f, "</th><td>%zu</td><td>", c->workers);
    html_estimate(page->f, &life, "ns", NAN, NAN);
    fputs("</td>", page->f);
    for (size_t i = 0; i < n; i++) {
        const size_t other = fresh_counterpart(page->plan, cell, fresh[i]);
        const struct stats_median calls =
            other == SIZE_MAX ? (struct stats_median){0} : lives_break_even(l, cell, other, scratch);
        print_calls(page, &calls);
    }
    fputs("</tr>\n", page->f);
}

static void print_head(const struct page *page, const size_t *fresh, size_t n)
{
    char name[WORDS_SIZE];

    fputs("<h2 id=\"lives\">When a pool has paid for itself</h2>\n"
          "<p class=\"soft\">Calls of one item per worker after which a pool, its creation and end included, has cost "
          "less "
          "than workers that are born for every call; launch by launch, with the interval over launches.</p>\n"
          "<div class=\"wide\"><table>\n<thead><tr><th>strategy</th><th>workers</th><th>create, close and join</th>",
          page->f);
    for (size_t i = 0; i < n; i++) {
        fputs("<th>calls to beat ", page->f);
        html_text(page->f, words_name(&page->plan->strategies[fresh[i]], name));
        fputs("</th>", page->f);
    }
    fputs("</tr></thead>\n<tbody>\n", page->f);
}

bool page_lives(const struct page *page)
{
    size_t fresh[FRESH_MAX], n = fresh_find(page->plan, fresh);
    double *scratch = calloc(page->plan->launches, sizeof *scratch);
    bool any = false;

    for (size_t c = 0; scratch && n > 0 && c < page->plan->cell_count; c++) {
        if (!lives_is_life(page->plan, c) || fresh_is(page->plan, page->plan->cells[c].strategy))
            continue;
        if (!any)
            print_head(page, fresh, n);
        any = true;
        print_life(page, c, fresh, n, scratch);
    }
    if (any)
        fputs("</tbody></table></div>\n", page->f);
    const bool ok = scratch != NULL;
    free(scratch);
    return ok;
}
