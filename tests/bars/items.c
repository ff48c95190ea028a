/* Nanoseconds per empty item: 8 bytes in, 8 out, automatic chunk. */
#include "bars.h"

#include "machine/clock.h"
#include "pure/stats.h"

#include <string.h>

#define ITEMS 1000000
#define ITEMS_TINY 2000
#define FRESH_SHARE 1000 /* who starts a worker for each item gets that many times fewer */
#define WARMUP 3
#define CALLS 15
#define CELLS_MAX 64

static bool measure(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    struct trial s;
    double ns[CALLS];
    bool good = true;

    if (!trial_open(&s, bars, cell, "nothing", 0, why))
        return false;
    for (size_t call = 0; call < WARMUP + CALLS && good; call++) {
        const int64_t start = clock_now_ns();
        good = trial_map(&s, cell->count, 0, why);
        if (call >= WARMUP)
            ns[call - WARMUP] = (double)(clock_now_ns() - start) / (double)cell->count;
    }
    good = good && trial_check(&s, cell->count, why);
    trial_close(&s);
    if (good)
        *value = stats_median_of(ns, CALLS).median;
    return good;
}

static void set_bar(struct cell *cells, size_t count, const char *label, double at_most)
{
    struct cell *cell = cells_find(cells, count, label);

    if (cell)
        cell->at_most = at_most;
}

void bars_items(const struct bars *bars)
{
    struct cell cells[CELLS_MAX];
    const size_t items = bars->tiny ? ITEMS_TINY : ITEMS;

    printf("\nempty items: ns per item, %zu items, %zu workers, automatic chunk\n", items, bars->workers);
    const size_t count = cells_for_strategies(cells, CELLS_MAX, items, true);
    for (size_t i = 0; i < count; i++) {
        cells[i].measure = measure;
        if (cell_is_fresh(cells[i].ops))
            cells[i].count = items / FRESH_SHARE;
    }
    set_bar(cells, count, "pthread_steal", 2);
    set_bar(cells, count, "fork_shared", 10);
    set_bar(cells, count, "fork_shared, pool_alloc", 2);
    cells_measure(bars, cells, count);
    for (size_t i = 0; i < count; i++) {
        printf("  %-34s", cells[i].label);
        cell_print(&cells[i], 2, "ns");
        if (cells[i].at_most > 0 && cells[i].taken > 0)
            bars_print_bar(bars, "at most", cells[i].at_most, cell_median(&cells[i]) <= cells[i].at_most);
        puts("");
    }
}
