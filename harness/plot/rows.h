/*
 * rows.h - the rows of a summary.csv, checked, and which of their factors tell them apart.
 *
 * Errors: false, with one sentence in why that names the line.
 */
#ifndef ROWS_H
#define ROWS_H

#include "../saved/csv.h"
#include "curves.h"

/* Columns of text. Those from OF_CURVE on tell curves apart, those from OF_PANEL on panels. */
enum text {
    STRATEGY,
    WORKLOAD,
    OPTIONS,
    OF_CURVE,
    BIND = OF_CURVE,
    WAIT,
    CHUNK,
    OF_PANEL,
    WORKLOAD_OPTIONS = OF_PANEL,
    WORK_NS,
    IN_BYTES,
    OUT_BYTES,
    TEXTS,
};

/* Numbers. From VALUES on: median, low and high of each kind of curve, which are lines of their own in the file. */
enum number { WORKERS, OVERSUBSCRIBED, LAUNCHES, VALUES, NUMBERS = VALUES + 3 * CURVE_KINDS };

struct row {
    size_t line;
    const char *text[TEXTS]; /* Owns: the csv */
    double number[NUMBERS];  /* NAN: the cell is empty */
    const char *also;        /* what its metric adds to the names of curves; NULL: nothing */
    double place;            /* along the ladder's axis, a whole number */
    bool is_base;
    bool varies[TEXTS]; /* a factor of a curve: among base rows or the others; of a panel: among rows of the workload;
                         * what runs along the axis is none */
};

struct rows {
    struct row *row;
    size_t count;
};

/* Those of the ladder's metric. Owns: the caller frees rows->row. */
bool rows_read(const struct csv *, const struct ladder *, struct rows *, char why[WHY_SIZE]);

__attribute__((format(printf, 2, 3))) bool rows_refuse(char why[WHY_SIZE], const char *format, ...);
#endif
