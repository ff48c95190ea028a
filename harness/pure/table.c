#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 24, CELL_WIDTH = 27 };

/* One block: all cells that stand in one table with `like`. */
struct block {
    const struct plan *plan;
    const struct summary *summary;
    size_t like;
};

static const char *full_name(const struct plan_name *n, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s", n->name, n->options ? ":" : "", n->options ? n->options : "");
    return text;
}

static bool in_block(const struct block *b, size_t cell)
{
    return plan_same_block(b->plan, b->like, cell);
}

/* The block's cell of a strategy at a worker count; SIZE_MAX: none. */
static size_t find(const struct block *b, size_t strategy, size_t workers)
{
    for (size_t i = 0; i < b->plan->cell_count; i++)
        if (b->plan->cells[i].strategy == strategy && b->plan->cells[i].workers == workers && in_block(b, i))
            return i;
    return SIZE_MAX;
}

static size_t fastest(const struct block *b, size_t workers)
{
    const struct summary_row *rows = b->summary->rows;
    size_t best = SIZE_MAX;

    for (size_t s = 0; s < b->plan->strategy_count; s++) {
        const size_t cell = find(b, s, workers);
        if (cell != SIZE_MAX && rows[cell].item_ns.n > 0 &&
            (best == SIZE_MAX || rows[cell].item_ns.median < rows[best].item_ns.median))
            best = cell;
    }
    return best;
}

/* "50.6 us ±1.2% 1.98x *": time per item, half width of its interval, speed-up, and whether it is not told from the
 * best. */
static void print_cell(FILE *f, const struct block *b, size_t cell, size_t best)
{
    const struct summary_row *row = cell == SIZE_MAX ? NULL : &b->summary->rows[cell];
    char time[32], width[16] = "    ?", speedup[16] = "";

    if (!row || row->item_ns.n == 0) {
        fprintf(f, "%*s", CELL_WIDTH, row ? "-  " : "");
        return;
    }
    if (row->item_ns.has_interval)
        snprintf(width, sizeof width, "%4.*f%%", row->item_ns.high - row->item_ns.low < 0.2 * row->item_ns.median,
                 50 * (row->item_ns.high - row->item_ns.low) / row->item_ns.median);
    if (row->speedup.n > 0)
        snprintf(speedup, sizeof speedup, row->speedup.median < 0.095 ? "%.2gx" : "%.2fx", row->speedup.median);
    fprintf(f, "%9s ±%s %8s %c", units_format_ns(row->item_ns.median, time, sizeof time), width, speedup,
            stats_tied(&row->item_ns, &b->summary->rows[best].item_ns) ? '*' : ' ');
}

static bool has_workers(const struct block *b, size_t workers)
{
    for (size_t c = 0; c < b->plan->cell_count; c++)
        if (b->plan->cells[c].workers == workers && in_block(b, c))
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
    const struct plan_cell *c = &b->plan->cells[b->like];
    char name[160], amount[32];

    fprintf(f, "\n%s", full_name(&b->plan->workloads[c->workload], name, sizeof name));
    if (c->work_ns)
        fprintf(f, ", %s per item", units_format_ns((double)c->work_ns, amount, sizeof amount));
    if (c->in_bytes)
        fprintf(f, ", %s in and out", units_format_bytes((double)c->in_bytes, amount, sizeof amount));
    if (c->chunk)
        fprintf(f, ", chunk %zu", c->chunk);
    fprintf(f, "\n");
}

static void print_heads(FILE *f, const struct block *b, const size_t *points, size_t n)
{
    char head[48];

    fprintf(f, "%-*s", NAME_WIDTH, "");
    for (size_t i = 0; i < n; i++) {
        snprintf(head, sizeof head, "%zu worker%s%s", points[i], points[i] == 1 ? "" : "s",
                 points[i] > b->plan->usable ? " (oversub.)" : "");
        fprintf(f, "%*s  ", CELL_WIDTH - 2, head);
    }
    fprintf(f, "\n");
}

static void print_block(FILE *f, const struct block *b, size_t *points)
{
    const size_t n = points_of(b, points);
    char name[160];

    print_title(f, b);
    print_heads(f, b, points, n);
    for (size_t s = 0; s < b->plan->strategy_count; s++) {
        fprintf(f, "%-*s", NAME_WIDTH, full_name(&b->plan->strategies[s], name, sizeof name));
        for (size_t i = 0; i < n; i++)
            print_cell(f, b, find(b, s, points[i]), fastest(b, points[i]));
        fprintf(f, "\n");
    }
}

/* The first cell of its block that is not serial's: serial stands in several. SIZE_MAX if it is not the first. */
static bool opens_block(const struct plan *p, size_t cell)
{
    const bool is_base = plan_base(p, cell) == cell;

    for (size_t i = 0; i < p->cell_count; i++) {
        const bool other_is_base = plan_base(p, i) == i;
        if (i != cell && plan_same_block(p, i, cell) && (is_base ? !other_is_base : !other_is_base && i < cell))
            return false;
    }
    return true;
}

static size_t most_launches(const struct summary *s)
{
    size_t most = 0;

    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].item_ns.n > most)
            most = s->rows[i].item_ns.n;
    return most;
}

bool table_format(const struct plan *p, const struct summary *s, char **text)
{
    size_t size = 0, *points = calloc(p->point_count + 1, sizeof *points);
    FILE *f = points ? open_memstream(text, &size) : NULL;

    if (!f) {
        free(points);
        return false;
    }
    fprintf(f,
            "Time per item: median of %zu launches, ± half width of its 95 %% interval, speed-up over serial.\n"
            "* fastest at this worker count, or not told apart from it.\n",
            most_launches(s));
    for (size_t c = 0; c < p->cell_count; c++)
        if (opens_block(p, c)) {
            const struct block b = {p, s, c};
            print_block(f, &b, points);
        }
    free(points);
    return fclose(f) == 0;
}
