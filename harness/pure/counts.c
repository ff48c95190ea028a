#include "counts.h"

#include <math.h>

enum { ITEMS_PER_WORKER = 16, LONG_ITEMS_PER_WORKER = 2, ALIKE = 8 };
static const double BYTES_MAX = 256.0 * 1024 * 1024, CALL_NS_LONG = 1e9;

/* 1, 2, 5, 10, 20, 50 ... not above x. */
static size_t round_down(double x)
{
    const double power = pow(10, floor(log10(x)));

    return (size_t)((x >= 5 * power ? 5 : x >= 2 * power ? 2 : 1) * power + 0.5);
}

/* Fewer items cannot be shared out evenly. Long ones get by with fewer, so that a call lasts no longer than it must. */
static double fewest(double item_ns, size_t workers_max)
{
    const double most = ITEMS_PER_WORKER * (double)workers_max, least = LONG_ITEMS_PER_WORKER * (double)workers_max;

    return fmax(least, fmin(most, CALL_NS_LONG / item_ns));
}

size_t counts_for_cost(uint64_t call_ns, struct counts_cost cost, size_t workers_max)
{
    double count = fmax((double)call_ns / fmax(cost.item_ns, cost.check_ns), fewest(cost.item_ns, workers_max));

    count = fmin(count, PLAN_COUNT_MAX);
    if (cost.item_bytes > 0)
        count = fmin(count, BYTES_MAX / (double)cost.item_bytes);
    return count < 1 ? 1 : round_down(count);
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
    return counts_for_cost(c->plan->call_ns, c->costs[cell], c->most);
}

/* The cell's count stands near serial's. */
static bool is_alike(const struct chooser *c, size_t cell, size_t base_count)
{
    return c->costs[cell].item_ns > 0 && own_count(c, cell) >= base_count / ALIKE;
}

static size_t choose(const struct chooser *c, size_t cell)
{
    const size_t base = plan_base(c->plan, cell);
    const size_t base_count = base != SIZE_MAX && c->costs[base].item_ns > 0 ? own_count(c, base) : 0;
    size_t count = own_count(c, cell);

    if (base_count == 0 || !is_alike(c, cell, base_count))
        return count;
    for (size_t i = 0; i < c->plan->cell_count; i++)
        if (plan_same_block(c->plan, i, cell) && is_alike(c, i, base_count) && own_count(c, i) < count)
            count = own_count(c, i);
    return count;
}

void counts_choose(struct plan *p, const struct counts_cost *costs)
{
    const struct chooser c = {p, costs, counts_most_workers(p)};

    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].count == 0 && costs[i].item_ns > 0)
            p->cells[i].count = choose(&c, i);
}
