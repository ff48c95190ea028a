/* Tasks that only wait, thousands at a time, on one thread: how long they take, and what they need. */
#include "bars.h"

#include "machine/clock.h"
#include "pure/stats.h"

#include <string.h>

#define TASKS 10000
#define TASKS_TINY 100
#define WAIT_NS UINT64_C(10000000)
#define WARMUP 4
#define CALLS 9
#define MAKESPAN_BAR_MS 15 /* the limit is the 10 ms that one task waits */
#define THREADS_BAR 2      /* the caller's, and the pool's one */
#define MEMORY_BAR_MIB 64

extern const struct pool_ops strategy_fiber;

/* The pool's first calls, in ms each. */
static bool map_waits(const struct bars *bars, const struct cell *cell, double *ms, size_t calls, char why[WHY_SIZE])
{
    struct trial s;
    bool good = true;

    if (!trial_open(&s, bars, cell, "sleep", WAIT_NS, why))
        return false;
    for (size_t i = 0; i < calls && good; i++) {
        const int64_t start = clock_now_ns();
        good = trial_map(&s, cell->count, cell->chunk, why);
        ms[i] = (double)(clock_now_ns() - start) / 1e6;
    }
    good = good && trial_check(&s, cell->count, why);
    trial_close(&s);
    return good;
}

/* Stacks are touched for the first time. */
static bool measure_first(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    return map_waits(bars, cell, value, 1, why);
}

static bool measure_later(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    double ms[WARMUP + CALLS];

    if (!map_waits(bars, cell, ms, WARMUP + CALLS, why))
        return false;
    *value = stats_median_of(ms + WARMUP, CALLS).median;
    return true;
}

/* A number of /proc/self/status. */
static bool read_status(const char *key, double *value, char why[WHY_SIZE])
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "re");
    bool found = false;

    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, key, strlen(key)) == 0 && sscanf(line + strlen(key), " %lf", value) == 1;
    if (file)
        fclose(file);
    if (!found)
        snprintf(why, WHY_SIZE, "/proc/self/status has no %s", key);
    return found;
}

static bool measure_threads(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    struct trial s;

    if (!trial_open(&s, bars, cell, "sleep", WAIT_NS, why))
        return false;
    const bool good = trial_map(&s, cell->count, cell->chunk, why) && read_status("Threads:", value, why);
    trial_close(&s);
    return good;
}

/* Of the whole program, in MiB. */
static bool measure_peak(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    double ms[WARMUP + CALLS];

    if (!map_waits(bars, cell, ms, WARMUP + CALLS, why) || !read_status("VmHWM:", value, why))
        return false;
    *value /= 1024;
    return true;
}

void bars_waits(const struct bars *bars)
{
    static const struct {
        const char *label, *unit;
        bool (*measure)(const struct bars *, const struct cell *, double *, char *);
        double bar;
    } rows[] = {
        {"the first call", "ms", measure_first, 0},
        {"later calls", "ms", measure_later, MAKESPAN_BAR_MS},
        {"threads", "", measure_threads, THREADS_BAR},
        {"peak memory", "MiB", measure_peak, MEMORY_BAR_MIB},
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    struct cell cells[ROWS];
    const size_t tasks = bars->tiny ? TASKS_TINY : TASKS;

    printf("\nwaits: fiber, %zu tasks of 10 ms in one map\n", tasks);
    for (size_t i = 0; i < ROWS; i++) {
        cells[i] = (struct cell){.ops = &strategy_fiber, .count = tasks, .measure = rows[i].measure};
        snprintf(cells[i].label, LABEL_SIZE, "%s", rows[i].label);
    }
    cells_measure(bars, cells, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        printf("  %-34s", cells[i].label);
        cell_print(&cells[i], 2, rows[i].unit);
        if (rows[i].bar > 0 && cells[i].taken > 0)
            bars_print_bar(bars, "at most", rows[i].bar, cell_median(&cells[i]) <= rows[i].bar);
        puts("");
    }
}
