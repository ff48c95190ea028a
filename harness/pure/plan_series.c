/* The series of a plan: cells that differ in strategy, workers and chunk only, found by sorting. */
#include "plan_parts.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    const struct plan_cell *cell;
    size_t number;
};

#define ORDER(a, b, field)                                                                                             \
    if ((a)->field != (b)->field)                                                                                      \
    return (a)->field < (b)->field ? -1 : 1

static int compare_work(const struct plan_cell *a, const struct plan_cell *b)
{
    ORDER(a, b, metric);
    ORDER(a, b, workload);
    ORDER(a, b, work_ns);
    ORDER(a, b, in_bytes);
    ORDER(a, b, out_bytes);
    ORDER(a, b, resident_bytes);
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const int order = compare_work(x->cell, y->cell);

    if (order)
        return order;
    ORDER(x, y, number);
    return 0;
}

static bool is_serial(const struct plan *p, size_t cell)
{
    return strcmp(p->strategies[p->cells[cell].strategy].name, "serial") == 0;
}

static void number_series(struct plan *p, const struct entry *sorted)
{
    for (size_t i = 0; i < p->cell_count; i++) {
        const size_t cell = sorted[i].number;
        if (i == 0 || compare_work(sorted[i - 1].cell, sorted[i].cell) != 0)
            p->bases[p->series_count++] = SIZE_MAX;
        p->series[cell] = p->series_count - 1;
        if (p->bases[p->series[cell]] == SIZE_MAX && is_serial(p, cell))
            p->bases[p->series[cell]] = cell;
    }
}

bool plan_make_series(struct plan *p)
{
    struct entry *sorted = calloc(p->cell_count, sizeof *sorted);

    p->series = calloc(p->cell_count, sizeof *p->series);
    p->bases = calloc(p->cell_count, sizeof *p->bases);
    const bool ok = sorted && p->series && p->bases;
    for (size_t i = 0; ok && i < p->cell_count; i++)
        sorted[i] = (struct entry){&p->cells[i], i};
    if (ok) {
        qsort(sorted, p->cell_count, sizeof *sorted, compare);
        number_series(p, sorted);
    }
    free(sorted);
    return ok;
}
