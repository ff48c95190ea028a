/* Empty tasks handed out one by one, and whole lives of pools, against CPython's multiprocessing.Pool. */
#include "bars.h"

#include "machine/clock.h"
#include "machine/facts/program.h"
#include "pure/stats.h"

#include <jansson.h>
#include <string.h>

#define TASKS 200000
#define TASKS_TINY 200
#define TASKS_OF_CPYTHON 10 /* times fewer */
#define TASKS_OF_A_LIFE 100
#define WARMUP 1
#define CALLS 7
#define LIVES 15
#define CELLS_MAX 64
#define CPYTHON_TIMEOUT_NS INT64_C(100000000000)
#define MAP_BAR 500 /* times CPython's tasks per second, for fork_shared */
#define LIFE_BAR 10 /* times as fast as CPython's */

static bool measure_map(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    struct trial s;
    double ns[CALLS];
    bool good = true;

    if (!trial_open(&s, bars, cell, "nothing", 0, why))
        return false;
    for (size_t call = 0; call < WARMUP + CALLS && good; call++) {
        const int64_t start = clock_now_ns();
        good = trial_map(&s, cell->count, 1, why);
        if (call >= WARMUP)
            ns[call - WARMUP] = (double)(clock_now_ns() - start) / (double)cell->count;
    }
    good = good && trial_check(&s, cell->count, why);
    trial_close(&s);
    if (good)
        *value = stats_median_of(ns, CALLS).median;
    return good;
}

static bool live(const struct bars *bars, const struct cell *cell, char why[WHY_SIZE])
{
    struct trial s;
    bool good;

    if (!trial_open(&s, bars, cell, "nothing", 0, why))
        return false;
    good = trial_map(&s, cell->count, 0, why);
    if (good && (pool_close(s.pool) || pool_join(s.pool, POOL_FOREVER))) {
        snprintf(why, WHY_SIZE, "close and join failed");
        good = false;
    }
    trial_close(&s);
    return good;
}

static bool measure_life(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    double ns[LIVES];

    for (size_t i = 0; i < LIVES; i++) {
        const int64_t start = clock_now_ns();
        if (!live(bars, cell, why))
            return false;
        ns[i] = (double)(clock_now_ns() - start);
    }
    *value = stats_median_of(ns, LIVES).median;
    return true;
}

static bool run_cpython(const struct bars *bars, const struct cell *cell, const char *what, double *value,
                        char why[WHY_SIZE])
{
    char text[256], count[32], workers[32];
    const char *const argv[] = {"python3", BARS_SCRIPT, what, count, workers, NULL};

    snprintf(count, sizeof count, "%zu", cell->count);
    snprintf(workers, sizeof workers, "%zu", bars->workers);
    if (!program_output(argv, CPYTHON_TIMEOUT_NS, text, sizeof text, why))
        return false;
    json_t *answer = json_loads(text, 0, NULL);
    *value = json_number_value(json_object_get(answer, "ns"));
    json_decref(answer);
    if (!(*value > 0))
        snprintf(why, WHY_SIZE, "python3 answered nonsense");
    return *value > 0;
}

static bool measure_cpython_map(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    return run_cpython(bars, cell, "map", value, why);
}

static bool measure_cpython_life(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    return run_cpython(bars, cell, "life", value, why);
}

static void print_table(const struct bars *bars, const struct cell *cells, size_t count, const struct cell *cpython,
                        double unit_ns, const char *unit, double bar)
{
    for (size_t i = 0; i < count; i++) {
        struct cell shown = cells[i];
        for (size_t k = 0; k < shown.taken; k++)
            shown.values[k] /= unit_ns;
        printf("  %-34s", shown.label);
        cell_print(&shown, 2, unit);
        if (&cells[i] != cpython && shown.taken > 0 && cpython->taken > 0) {
            const double ratio = cell_print_ratio(cpython, &cells[i], 1, "x CPython's speed");
            if (strcmp(shown.label, "fork_shared") == 0)
                bars_print_bar(bars, "at least", bar, ratio >= bar);
        }
        puts("");
    }
}

static void run_table(const struct bars *bars, struct cell *cells, size_t count,
                      bool (*measure)(const struct bars *, const struct cell *, double *, char *))
{
    for (size_t i = 0; i < count; i++)
        cells[i].measure = measure;
    cells_measure(bars, cells, count + 1); /* CPython's comes last */
}

void bars_tasks(const struct bars *bars)
{
    struct cell cells[CELLS_MAX];
    const size_t tasks = bars->tiny ? TASKS_TINY : TASKS;

    printf("\nempty tasks one by one: ns per task, chunk 1, %zu workers\n", bars->workers);
    size_t count = cells_for_strategies(cells, CELLS_MAX - 1, tasks, false);
    cells[count] = (struct cell){
        .label = "CPython Pool.map(chunksize=1)", .measure = measure_cpython_map, .count = tasks / TASKS_OF_CPYTHON};
    run_table(bars, cells, count, measure_map);
    print_table(bars, cells, count + 1, &cells[count], 1, "ns", MAP_BAR);

    printf("\na pool's life: us per create + map of %d + close + join\n", TASKS_OF_A_LIFE);
    count = cells_for_strategies(cells, CELLS_MAX - 1, TASKS_OF_A_LIFE, false);
    cells[count] = (struct cell){.label = "CPython Pool", .measure = measure_cpython_life, .count = TASKS_OF_A_LIFE};
    run_table(bars, cells, count, measure_life);
    print_table(bars, cells, count + 1, &cells[count], 1000, "us", LIFE_BAR);
}
