/* The tables of the report: strategies against worker counts, each value with its interval and its place. */
#include "../pure/verdict/contest.h"
#include "../pure/words.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>

/* One table: the cells of a block, seen by one quantity. */
struct board {
    const struct page *page;
    const size_t *cells;
    size_t count;
    const struct metric *metric;
    size_t quantity;
    struct contest *contests; /* one per point */
    size_t *points;           /* worker counts */
    size_t point_count;
};

static size_t cell_at(const struct board *b, size_t strategy, size_t workers)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct plan_cell *c = &b->page->plan->cells[b->cells[i]];
        if (c->strategy == strategy && c->workers == workers)
            return b->cells[i];
    }
    return SIZE_MAX;
}

static bool has_strategy(const struct board *b, size_t strategy)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->page->plan->cells[b->cells[i]].strategy == strategy)
            return true;
    return false;
}

static int ascending(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return x < y ? -1 : x > y;
}

static void find_points(struct board *b)
{
    size_t kept = 0;

    for (size_t i = 0; i < b->count; i++)
        b->points[i] = b->page->plan->cells[b->cells[i]].workers;
    qsort(b->points, b->count, sizeof *b->points, ascending);
    for (size_t i = 0; i < b->count; i++)
        if (i == 0 || b->points[i] != b->points[i - 1])
            b->points[kept++] = b->points[i];
    b->point_count = kept;
}

static bool hold_contests(struct board *b)
{
    const struct soundness *s = &b->page->soundness;
    size_t cells[CONTEST_CELLS_MAX];

    for (size_t p = 0; p < b->point_count; p++) {
        size_t n = 0;
        for (size_t i = 0; i < b->count && n < CONTEST_CELLS_MAX; i++)
            if (b->page->plan->cells[b->cells[i]].workers == b->points[p])
                cells[n++] = b->cells[i];
        if (!contest_make(&b->page->rounds, cells, n, b->quantity, s->has_aa ? &s->aa : NULL, &b->contests[p]))
            return false;
    }
    return true;
}

static bool board_open(struct board *b)
{
    b->points = calloc(b->count, sizeof *b->points);
    b->contests = calloc(b->count, sizeof *b->contests);
    if (!b->points || !b->contests)
        return false;
    find_points(b);
    return hold_contests(b);
}

static void board_close(struct board *b)
{
    for (size_t p = 0; b->contests && p < b->point_count; p++)
        contest_free(&b->contests[p]);
    free(b->contests);
    free(b->points);
}

static const struct ranking_place *place_of(const struct contest *c, size_t cell)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->places[i].item == cell)
            return &c->places[i];
    return NULL;
}

static void print_behind(const struct board *b, size_t cell)
{
    const struct metric_quantity *next = &b->metric->quantities[b->quantity + 1];

    if (!next->name || next->place != METRIC_BEHIND)
        return;
    const struct stats_median *m = &summary_of(&b->page->saved->summary, cell, b->quantity + 1)->estimate;
    if (m->n > 0)
        fprintf(b->page->f, "%.3g\xc3\x97, ", m->median);
}

static void print_cell(const struct board *b, size_t point, size_t strategy)
{
    const size_t cell = cell_at(b, strategy, b->points[point]);
    const struct contest *c = &b->contests[point];
    const struct ranking_place *place = cell == SIZE_MAX ? NULL : place_of(c, cell);
    char text[RANKING_TEXT_SIZE];

    if (!place) {
        fprintf(b->page->f, "<td class=\"soft\">%s</td>", cell == SIZE_MAX ? "" : "-");
        return;
    }
    fprintf(b->page->f, "<td%s>", place->best == 1 && c->count > 1 ? " class=\"first\"" : "");
    html_estimate(b->page->f, &summary_of(&b->page->saved->summary, cell, b->quantity)->estimate,
                  b->metric->quantities[b->quantity].unit, NAN, NAN);
    fputs("<small>", b->page->f);
    print_behind(b, cell);
    fprintf(b->page->f, "place %s</small></td>", ranking_text(place, text));
}

static void print_values(const struct board *b)
{
    FILE *f = b->page->f;
    char name[WORDS_SIZE];

    fputs("<div class=\"wide\"><table>\n<thead><tr><th>strategy</th>", f);
    for (size_t p = 0; p < b->point_count; p++)
        fprintf(f, "<th>%zu worker%s%s</th>", b->points[p], b->points[p] == 1 ? "" : "s",
                b->points[p] > b->page->plan->usable ? "<br>oversubscribed" : "");
    fputs("</tr></thead>\n<tbody>\n", f);
    for (size_t s = 0; s < b->page->plan->strategy_count; s++) {
        if (!has_strategy(b, s))
            continue;
        fputs("<tr><th>", f);
        html_text(f, words_name(&b->page->plan->strategies[s], name));
        fputs("</th>", f);
        for (size_t p = 0; p < b->point_count; p++)
            print_cell(b, p, s);
        fputs("</tr>\n", f);
    }
    fputs("</tbody></table></div>\n", f);
}

static void print_contest(const struct board *b, size_t point)
{
    const struct contest *c = &b->contests[point];
    FILE *f = b->page->f;
    char text[WORDS_SIZE];

    for (size_t i = 0; i < c->count; i++) {
        const struct stats_median *r = &c->by_best[i];
        fprintf(f, "<tr><td>%zu</td><td>%s</td><td class=\"left\">", b->points[point],
                ranking_text(&c->places[i], text));
        html_text(f, words_name(&b->page->plan->strategies[b->page->plan->cells[c->places[i].item].strategy], text));
        fprintf(f, "</td><td>%.4g</td><td>", r->median);
        if (r->has_interval && i > 0)
            fprintf(f, "%.4g to %.4g", r->low, r->high);
        fprintf(f, "</td><td>%zu</td></tr>\n", r->n);
    }
}

static void print_ranking(const struct board *b)
{
    static const char *const heads[] = {"workers",  "place",  "<strategy", "ratio to the first of the list",
                                        "interval", "rounds", NULL};

    fputs("<details><summary>Ranking, round by round</summary>\n<div class=\"wide\"><table>\n", b->page->f);
    html_heads(b->page->f, heads);
    fputs("<tbody>\n", b->page->f);
    for (size_t p = 0; p < b->point_count; p++)
        if (b->contests[p].count > 1)
            print_contest(b, p);
    fputs("</tbody></table></div></details>\n", b->page->f);
}

static bool print_board(struct board *b)
{
    const struct metric_quantity *q = &b->metric->quantities[b->quantity];
    char work[WORDS_SIZE];
    const bool ok = board_open(b);

    if (ok) {
        fputs("<h3>", b->page->f);
        html_print(b->page->f, "%s of %s", q->summary, words_work(b->page->plan, b->cells[0], work));
        fputs("</h3>\n", b->page->f);
        print_values(b);
        print_ranking(b);
    }
    board_close(b);
    return ok;
}

/* The quantities of a block that have tables of their own. */
static bool print_block(const struct page *page, size_t block)
{
    struct board b = {.page = page,
                      .cells = page->blocks.cells + page->blocks.first[block],
                      .count = page->blocks.first[block + 1] - page->blocks.first[block]};

    b.metric = plan_metric_of(page->plan, b.cells[0]);
    for (b.quantity = 0; b.metric->quantities[b.quantity].name; b.quantity++) {
        const struct metric_quantity *q = &b.metric->quantities[b.quantity];
        if (q->place == METRIC_TABLE && !q->derived && !print_board(&b))
            return false;
    }
    page_derived(page, block);
    return true;
}

bool page_tables(const struct page *page)
{
    const struct plan *p = page->plan;

    for (size_t m = 0; m < p->metric_count; m++) {
        fprintf(page->f, "<h2 id=\"metric-%s\">", p->metrics[m]->name);
        html_print(page->f, "%s: %s", p->metrics[m]->name, p->metrics[m]->summary);
        fputs(
            "</h2>\n<p class=\"soft\">Median over launches of each launch's median over its rounds, \xc2\xb1 half the "
            "width "
            "of its exact 95 % interval. Places come from all pairs of strategies, compared round by round at a "
            "confidence that holds for all of them together: 2-4 says that second to fourth are not told apart. Green: "
            "first, or not told apart from it.</p>\n",
            page->f);
        for (size_t b = 0; b < page->blocks.count; b++)
            if (p->cells[page->blocks.cells[page->blocks.first[b]]].metric == m && !print_block(page, b))
                return false;
    }
    return true;
}
