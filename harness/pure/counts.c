#include "counts.h"

#include "blocks.h"

#include <math.h>

enum { ITEMS_PER_WORKER = 16, LONG_ITEMS_PER_WORKER = 2, LONG_CALL_ITEMS_PER_WORKER = 100, ALIKE = 8 };
static const double BYTES_MAX = 256.0 * 1024 * 1024, CALL_NS_LONG = 1e9;

/* 1, 2, 5, 10, 20, 50 ... not above x. */
static size_t round_down(double x)
{
    const double power = pow(10, floor(log10(x)));

    return (size_t)((x >= 5 * power ? 5 : x >= 2 * power ? 2 : 1) * power + 0.5);
}

/* Of the same, not below x. */
static size_t round_up(double x)
{
    const size_t below = round_down(x);

    return (double)below >= x ? below : round_down(2.5 * (double)below);
}

/* Fewer items cannot be shared out evenly. Long ones get by with fewer, so that a call lasts no longer than it must. */
static double fewest(double item_ns, size_t workers_max)
{
    const double most = ITEMS_PER_WORKER * (double)workers_max, least = LONG_ITEMS_PER_WORKER * (double)workers_max;

    return fmax(least, fmin(most, CALL_NS_LONG / item_ns));
}

size_t counts_for_cost(const struct plan *p, const struct metric *m, struct counts_cost cost, size_t workers_max)
{
    const double call_ns = (double)plan_call_ns(p, m, workers_max);
    const double least = m->long_calls
                             ? LONG_CALL_ITEMS_PER_WORKER * (double)(workers_max < p->usable ? workers_max : p->usable)
                             : fewest(cost.item_ns, workers_max);
    double count = fmax(call_ns / fmax(cost.item_ns, cost.check_ns), least);

    count = fmin(count, PLAN_COUNT_MAX);
    if (cost.item_bytes > 0)
        count = fmin(count, BYTES_MAX / (double)cost.item_bytes);
    return count < 1 ? 1 : m->long_calls ? round_up(count) : round_down(count);
}

size_t counts_most_workers(const struct plan *p)
{
    size_t most = 1;

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].workers > most)
            most = p->cells[i].workers;
    return most;
}

struct chooser {
    const struct plan *plan;
    const struct counts_cost *costs;
    size_t most;
};

static size_t own_count(const struct chooser *c, size_t cell)
{
    return counts_for_cost(c->plan, plan_metric_of(c->plan, cell), c->costs[cell], c->most);
}

/* The cell's count stands near serial's. */
static bool is_alike(const struct chooser *c, size_t cell, size_t base_count)
{
    return c->costs[cell].item_ns > 0 && own_count(c, cell) >= base_count / ALIKE;
}

/* Serial's own count; 0: it has none, and nothing is alike. */
static size_t base_count(const struct chooser *c, size_t cell)
{
    const size_t base = plan_base(c->plan, cell);

    return base != SIZE_MAX && c->costs[base].item_ns > 0 ? own_count(c, base) : 0;
}

static bool stands_with_base(const struct chooser *c, size_t cell)
{
    return base_count(c, cell) > 0 && is_alike(c, cell, base_count(c, cell));
}

/* The smallest count of a block's cells that are like serial, which is one of them. */
static size_t least_of(const struct chooser *c, const size_t *cells, size_t n)
{
    size_t least = base_count(c, cells[0]);

    for (size_t i = 0; i < n; i++)
        if (stands_with_base(c, cells[i]) && own_count(c, cells[i]) < least)
            least = own_count(c, cells[i]);
    return least;
}

/* How many cells from here on are of one series. */
static size_t series_length(const struct plan *p, const struct blocks *b, size_t from)
{
    size_t n = 1;

    while (from + n < b->first[b->count] && p->series[b->cells[from + n]] == p->series[b->cells[from]])
        n++;
    return n;
}

/* Where workers bring their own items: what one brings, the smallest count of a strategy's cells, for each. */
static size_t count_by_workers(const struct chooser *c, const size_t *cells, size_t n, size_t cell)
{
    const struct plan *p = c->plan;
    size_t least = PLAN_COUNT_MAX / c->most;

    for (size_t i = 0; i < n; i++)
        if (p->cells[cells[i]].strategy == p->cells[cell].strategy && c->costs[cells[i]].item_ns > 0 &&
            own_count(c, cells[i]) < least)
            least = own_count(c, cells[i]);
    return least * p->cells[cell].workers;
}

static size_t count_of(const struct chooser *c, const size_t *cells, size_t n, size_t cell, size_t least)
{
    if (plan_metric_of(c->plan, cell)->per_worker)
        return count_by_workers(c, cells, n, cell);
    return stands_with_base(c, cell) ? least : own_count(c, cell);
}

bool counts_choose(struct plan *p, const struct counts_cost *costs)
{
    const struct chooser c = {p, costs, counts_most_workers(p)};
    struct blocks b;

    if (!blocks_make(p, &b))
        return false;
    for (size_t i = 0; i < b.count; i++) {
        const size_t *cells = b.cells + b.first[i], n = b.first[i + 1] - b.first[i];
        /* Serial alone, which has chunk 0 and so comes first, is compared with all blocks of its series. */
        const size_t like = blocks_is_base_alone(p, &b, i) ? series_length(p, &b, b.first[i]) : n;
        const size_t least = least_of(&c, cells, like);
        for (size_t k = 0; k < n; k++)
            if (p->cells[cells[k]].count == 0 && costs[cells[k]].item_ns > 0)
                p->cells[cells[k]].count = count_of(&c, cells, n, cells[k], least);
    }
    blocks_free(&b);
    for (size_t i = 0; i < p->cell_count; i++)
        if (plan_twin_of(p, i) != SIZE_MAX) /* the same in all, or it would be no twin */
            p->cells[i].count = p->cells[plan_twin_of(p, i)].count;
    return true;
}
