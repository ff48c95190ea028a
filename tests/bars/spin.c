/* 100 us of computing per item: how near to the ideal, and to workers without a pool, each strategy comes. */
#include "bars.h"

#include "machine/clock.h"
#include "measure/roofs.h"
#include "pure/stats.h"

#include <string.h>

#define WORK_NS 100000
#define WORK_NS_TINY 1000
#define ITEMS 400
#define ITEMS_TINY 20
#define WARMUP 1
#define CALLS 9
#define CELLS_MAX 64
#define IDEAL_SHARE 0.95 /* the bar */

static uint64_t work_ns(const struct bars *bars)
{
    return bars->tiny ? WORK_NS_TINY : WORK_NS;
}

static bool measure_pool(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    struct trial s;
    double ns[CALLS];
    bool good = true;

    if (!trial_open(&s, bars, cell, "spin", work_ns(bars), why))
        return false;
    for (size_t call = 0; call < WARMUP + CALLS && good; call++) {
        const int64_t start = clock_now_ns();
        good = trial_map(&s, cell->count, 0, why);
        if (call >= WARMUP)
            ns[call - WARMUP] = (double)(clock_now_ns() - start);
    }
    good = good && trial_check(&s, cell->count, why);
    trial_close(&s);
    if (good)
        *value = stats_median_of(ns, CALLS).median;
    return good;
}

static void print_cell(const struct bars *bars, const struct cell *serial, const struct cell *threads,
                       const struct cell *processes, const struct cell *cell)
{
    const bool procs = cell->ops->capabilities & POOL_CAP_PROCS;
    const double ideal = (double)bars->workers;

    printf("  %-34s", cell->label);
    const double speedup = cell_print_ratio(serial, cell, 3, "x serial");
    if (cell != serial && !roofs_have(cell->ops) && cell->taken > 0 && !cell->why[0]) {
        cell_print_ratio(procs ? processes : threads, cell, 3, procs ? "x processes" : "x threads");
        bars_print_bar(bars, "at least", IDEAL_SHARE * ideal, speedup >= IDEAL_SHARE * ideal);
    }
    puts("");
}

void bars_spin(const struct bars *bars)
{
    struct cell cells[CELLS_MAX];
    const size_t items = bars->tiny ? ITEMS_TINY : ITEMS;

    printf("\nspin of %llu us: speed-up with %zu workers%s, and against as many workers without a pool\n",
           (unsigned long long)work_ns(bars) / 1000, bars->workers, bars->bind ? ", bound" : "");
    size_t count = cells_for_strategies(cells, CELLS_MAX - 2, items, false);
    struct cell *threads = &cells[count++], *processes = &cells[count++];
    *threads = (struct cell){.label = "no pool, pinned threads", .ops = roofs[0], .shared = true, .count = items};
    *processes = (struct cell){.label = "no pool, pinned processes", .ops = roofs[1], .shared = true, .count = items};
    for (size_t i = 0; i < count; i++)
        cells[i].measure = measure_pool;
    const struct cell *serial = cells_find(cells, count, "serial");
    cells_measure(bars, cells, count);
    print_cell(bars, serial, threads, processes, threads);
    print_cell(bars, serial, threads, processes, processes);
    for (size_t i = 0; i + 2 < count; i++)
        print_cell(bars, serial, threads, processes, &cells[i]);
}
