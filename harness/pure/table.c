#include "table.h"

#include "blocks.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH_MIN = 24, CELL_WIDTH = 27 };

/* Cells that stand in one table, and the quantity that it shows. */
struct block {
    const struct plan *plan;
    const struct summary *summary;
    const size_t *cells; /* of one series and chunk; serial's may be among them */
    size_t count;
    size_t base; /* serial's; SIZE_MAX: none */
    const struct metric *metric;
    size_t quantity;
};

static bool stands_at(const struct block *b, size_t cell, size_t strategy, size_t workers)
{
    return b->plan->cells[cell].strategy == strategy && b->plan->cells[cell].workers == workers;
}

/* The block's cell of a strategy at a worker count; SIZE_MAX: none. */
static size_t find(const struct block *b, size_t strategy, size_t workers)
{
    if (b->base != SIZE_MAX && stands_at(b, b->base, strategy, workers))
        return b->base;
    for (size_t i = 0; i < b->count; i++)
        if (stands_at(b, b->cells[i], strategy, workers))
            return b->cells[i];
    return SIZE_MAX;
}

static const struct stats_median *estimate(const struct block *b, size_t cell)
{
    return &summary_of(b->summary, cell, b->quantity)->estimate;
}

static bool is_better(const struct block *b, double x, double y)
{
    return b->metric->quantities[b->quantity].more_is_better ? x > y : x < y;
}

static size_t best_at(const struct block *b, size_t workers)
{
    size_t best = SIZE_MAX;

    for (size_t s = 0; s < b->plan->strategy_count; s++) {
        const size_t cell = find(b, s, workers);
        if (cell != SIZE_MAX && estimate(b, cell)->n > 0 &&
            (best == SIZE_MAX || is_better(b, estimate(b, cell)->median, estimate(b, best)->median)))
            best = cell;
    }
    return best;
}

/* The quantity behind the block's own, as "1.98x"; empty: there is none. */
static void format_behind(const struct block *b, size_t cell, char *text, size_t size)
{
    const struct metric_quantity *next = &b->metric->quantities[b->quantity + 1];

    text[0] = '\0';
    if (!next->name || next->place != METRIC_BEHIND)
        return;
    const struct stats_median *m = &summary_of(b->summary, cell, b->quantity + 1)->estimate;
    if (m->n > 0)
        snprintf(text, size, m->median < 0.095 ? "%.2gx" : m->median < 1000 ? "%.2fx" : "%.0fx", m->median);
}

/* "50.6 us ±1.2%! 1.98x *": the value, half width of its interval, whether that misses its target, what stands behind,
 * and whether it is not told from the best. */
static void print_cell(FILE *f, const struct block *b, size_t cell, size_t best)
{
    char value[32], width[16] = "    ?", behind[16];

    if (cell == SIZE_MAX || estimate(b, cell)->n == 0) {
        fprintf(f, "%*s", CELL_WIDTH, cell == SIZE_MAX ? "" : "-  ");
        return;
    }
    const struct stats_median *m = estimate(b, cell);
    if (m->has_interval && m->median == 0)
        snprintf(width, sizeof width, "%5s", m->high > m->low ? "" : "0.0%"); /* nothing has no percentage */
    else if (m->has_interval)
        snprintf(width, sizeof width, "%4.*f%%", m->high - m->low < 0.2 * m->median,
                 50 * (m->high - m->low) / m->median);
    format_behind(b, cell, behind, sizeof behind);
    const struct summary_row *row = summary_of(b->summary, cell, b->quantity);
    fprintf(f, "%9s ±%s%c%8s %c", units_format(m->median, b->metric->quantities[b->quantity].unit, value, sizeof value),
            width, row->target > 0 && !row->reached ? '!' : ' ', behind, stats_tied(m, estimate(b, best)) ? '*' : ' ');
}

static bool has_workers(const struct block *b, size_t workers)
{
    for (size_t s = 0; s < b->plan->strategy_count; s++)
        if (find(b, s, workers) != SIZE_MAX)
            return true;
    return false;
}

/* The worker counts of the block, ascending; serial's one worker need not be a point of the plan. Returns how many. */
static size_t points_of(const struct block *b, size_t *points)
{
    size_t n = 0;

    if (b->plan->points[0].workers != 1 && has_workers(b, 1))
        points[n++] = 1;
    for (size_t i = 0; i < b->plan->point_count; i++)
        if (has_workers(b, b->plan->points[i].workers))
            points[n++] = b->plan->points[i].workers;
    return n;
}

static void print_title(FILE *f, const struct block *b)
{
    char work[WORDS_SIZE];

    fprintf(f, "\n%s of %s\n", b->metric->quantities[b->quantity].summary, words_work(b->plan, b->cells[0], work));
}

/* Names are ASCII, so bytes are columns. */
static int name_width(const struct plan *p)
{
    size_t width = NAME_WIDTH_MIN;
    char name[WORDS_SIZE];

    for (size_t s = 0; s < p->strategy_count; s++)
        if (strlen(words_name(&p->strategies[s], name)) >= width)
            width = strlen(name) + 1;
    return (int)width;
}

static void print_heads(FILE *f, const struct block *b, const size_t *points, size_t n)
{
    char head[48];

    fprintf(f, "%-*s", name_width(b->plan), "");
    for (size_t i = 0; i < n; i++) {
        snprintf(head, sizeof head, "%zu worker%s%s", points[i], points[i] == 1 ? "" : "s",
                 points[i] > b->plan->usable ? " (oversub.)" : "");
        fprintf(f, "%*s  ", CELL_WIDTH - 2, head);
    }
    fprintf(f, "\n");
}

static bool has_strategy(const struct block *b, size_t strategy)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->plan->cells[b->cells[i]].strategy == strategy)
            return true;
    return b->base != SIZE_MAX && b->plan->cells[b->base].strategy == strategy;
}

static void print_block(FILE *f, const struct block *b, size_t *points)
{
    const size_t n = points_of(b, points);
    char name[WORDS_SIZE];

    print_title(f, b);
    print_heads(f, b, points, n);
    for (size_t s = 0; s < b->plan->strategy_count; s++) {
        if (!has_strategy(b, s))
            continue;
        fprintf(f, "%-*s", name_width(b->plan), words_name(&b->plan->strategies[s], name));
        for (size_t i = 0; i < n; i++)
            print_cell(f, b, find(b, s, points[i]), best_at(b, points[i]));
        fprintf(f, "\n");
    }
}

/* One table for each quantity of the block's metric that has one; all: for each that there is. */
static void print_quantities(FILE *f, struct block *b, bool all, size_t *points)
{
    for (b->quantity = 0; b->metric->quantities[b->quantity].name; b->quantity++) {
        bool any = false;
        for (size_t i = 0; i < b->count; i++)
            any = any || estimate(b, b->cells[i])->n > 0;
        if ((all || b->metric->quantities[b->quantity].place == METRIC_TABLE) && (any || b->quantity == 0))
            print_block(f, b, points);
    }
}

static size_t most_launches(const struct summary *s)
{
    size_t most = 0;

    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].estimate.n > most)
            most = s->rows[i].estimate.n;
    return most;
}

static void print_label(FILE *f, const struct plan *p)
{
    for (size_t s = 0; s < p->strategy_count; s++)
        if (p->strategies[s].own_wait) {
            fprintf(f,
                    "(not comparable): idle workers do not wait as --wait %s says, but in a way of their own "
                    "('poolbench list strategies').\n",
                    plan_wait_text(p->wait));
            return;
        }
}

static void print_blocks(FILE *f, const struct summary *s, const struct blocks *blocks, const struct plan *p, bool all,
                         size_t *points)
{
    for (size_t i = 0; i < blocks->count; i++) {
        const size_t *cells = blocks->cells + blocks->first[i];
        struct block b = {.plan = p,
                          .summary = s,
                          .cells = cells,
                          .count = blocks->first[i + 1] - blocks->first[i],
                          .base = plan_base(p, cells[0]),
                          .metric = plan_metric_of(p, cells[0])};
        if (!blocks_is_base_alone(p, blocks, i))
            print_quantities(f, &b, all, points);
    }
}

bool table_format(const struct plan *p, const struct summary *s, bool all, char **text)
{
    size_t size = 0, *points = calloc(p->point_count + 1, sizeof *points);
    struct blocks blocks = {0};
    FILE *f = points && blocks_make(p, &blocks) ? open_memstream(text, &size) : NULL;

    if (f) {
        fprintf(
            f,
            "Medians of %zu launches, ± half width of their 95 %% interval; behind a time: speed-up over serial.\n"
            "* best at this worker count, or not told apart from it. ! this interval is wider than its target, or its "
            "halves disagree.\n",
            most_launches(s));
        print_label(f, p);
        print_blocks(f, s, &blocks, p, all, points);
    }
    blocks_free(&blocks);
    free(points);
    return f && fclose(f) == 0;
}
