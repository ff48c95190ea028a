/* Cells take turns, each in a process of its own; what is printed of them. */
#include "bars.h"

#include "machine/isolate.h"
#include "pure/stats.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CELL_TIMEOUT_NS INT64_C(120000000000)

/* What a child reports. */
struct outcome {
    double value;
    char why[WHY_SIZE];
};

struct job {
    const struct bars *bars;
    const struct cell *cell;
    struct outcome outcome;
    size_t received;
};

static int measure_in_child(void *arg, int report)
{
    struct job *job = arg;
    struct outcome outcome = {0};

    if (!job->cell->measure(job->bars, job->cell, &outcome.value, outcome.why) && !outcome.why[0])
        snprintf(outcome.why, sizeof outcome.why, "it failed without a reason");
    /* Shorter than PIPE_BUF: written whole. */
    return write(report, &outcome, sizeof outcome) == (ssize_t)sizeof outcome ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void receive(void *arg, const char *bytes, size_t count)
{
    struct job *job = arg;
    const size_t left = sizeof job->outcome - job->received;

    count = count < left ? count : left;
    memcpy((char *)&job->outcome + job->received, bytes, count);
    job->received += count;
}

static void take(const struct bars *bars, struct cell *cell)
{
    struct job job = {.bars = bars, .cell = cell};
    struct isolate_result result;

    if (cell->why[0])
        return;
    if (!isolate_run(measure_in_child, &job, CELL_TIMEOUT_NS, receive, &job, &result, cell->why))
        return;
    if (job.received < sizeof job.outcome)
        snprintf(cell->why, sizeof cell->why, "its process %s (%d)",
                 result.end == ISOLATE_HUNG          ? "took too long"
                 : result.end == ISOLATE_INTERRUPTED ? "was interrupted"
                                                     : "ended early",
                 result.code);
    else if (job.outcome.why[0])
        memcpy(cell->why, job.outcome.why, sizeof cell->why);
    else
        cell->values[cell->taken++] = job.outcome.value;
    isolate_result_free(&result);
}

void cells_measure(const struct bars *bars, struct cell *cells, size_t count)
{
    for (size_t round = 0; round < bars->rounds; round++)
        for (size_t i = 0; i < count && !isolate_interrupted(); i++)
            take(bars, &cells[(i + round) % count]); /* each cell gets each position */
}

static double print_median(double *values, size_t n, int decimals, const char *unit)
{
    const struct stats_median m = stats_median_of(values, n);

    printf("%10.*f %s", decimals, m.median, unit);
    if (m.has_interval)
        printf(" [%.*f, %.*f]", decimals, m.low, decimals, m.high);
    return m.median;
}

static bool missing(const struct cell *cell)
{
    if (cell->taken > 0 && !cell->why[0])
        return false;
    printf("%10s   %s", "-", cell->why[0] ? cell->why : "interrupted");
    return true;
}

void cell_print(const struct cell *cell, int decimals, const char *unit)
{
    double values[ROUNDS_MAX];

    if (missing(cell))
        return;
    memcpy(values, cell->values, sizeof values);
    print_median(values, cell->taken, decimals, unit);
}

double cell_print_ratio(const struct cell *base, const struct cell *cell, int decimals, const char *unit)
{
    double ratios[ROUNDS_MAX];

    if (missing(cell) || missing(base))
        return 0;
    const size_t n = base->taken < cell->taken ? base->taken : cell->taken;
    for (size_t i = 0; i < n; i++)
        ratios[i] = base->values[i] / cell->values[i];
    return print_median(ratios, n, decimals, unit);
}

double cell_median(const struct cell *cell)
{
    double values[ROUNDS_MAX];

    memcpy(values, cell->values, sizeof values);
    return cell->taken > 0 ? stats_median_of(values, cell->taken).median : 0;
}

static void add(struct cell *cell, const struct pool_ops *ops, size_t count, bool shared)
{
    *cell = (struct cell){.ops = ops, .count = count, .shared = shared};
    snprintf(cell->label, sizeof cell->label, "%s%s", ops->name, shared ? ", pool_alloc" : "");
}

bool cell_is_fresh(const struct pool_ops *ops)
{
    return (ops->capabilities & (POOL_CAP_FRESH | POOL_CAP_INLINE)) == POOL_CAP_FRESH;
}

void bars_print_bar(const struct bars *bars, const char *words, double bar, bool reached)
{
    if (!bars->tiny)
        printf("   bar: %s %g: %s", words, bar, reached ? "reached" : "MISSED");
}

size_t cells_for_strategies(struct cell *cells, size_t max, size_t count, bool fresh_too)
{
    size_t used = 0;

    for (size_t i = 0; pool_strategies[i] && used + 1 < max; i++) {
        const struct pool_ops *ops = pool_strategies[i];
        if (ops->absent || (cell_is_fresh(ops) && !fresh_too)) {
            printf("  %-34s skipped: %s\n", ops->name, ops->absent ? ops->absent : "a fresh worker for each item");
            continue;
        }
        add(&cells[used++], ops, count, false);
        if (ops->capabilities & POOL_CAP_SHARED)
            add(&cells[used++], ops, count, true);
    }
    return used;
}

struct cell *cells_find(struct cell *cells, size_t count, const char *label)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(cells[i].label, label) == 0)
            return &cells[i];
    return NULL;
}
