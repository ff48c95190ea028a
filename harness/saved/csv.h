/*
 * csv.h - comma separated values (RFC 4180) with a header line, taken apart in memory.
 *
 * Errors: false, with one sentence in why that names the line.
 */
#ifndef CSV_H
#define CSV_H

#include "../command/units.h"

#define CSV_COLUMNS_MAX 256
#define CSV_ROWS_MAX 200000

struct csv {
    char **cells; /* rows * columns, the header line first. Owns: csv_free */
    size_t *line; /* where in the file each row starts, from 1 */
    size_t columns;
    size_t rows; /* with the header */
};

/*
 * text  `size` bytes, NUL-terminated behind them; cut into cells in place, so it must outlive the csv.
 * Errors: a row with fewer or more cells than the header, an open quote, a NUL byte, no header, too many rows or
 * columns, and a last line without its end, which a file that was cut short has.
 */
bool csv_parse(char *text, size_t size, struct csv *, char why[WHY_SIZE]);
void csv_free(struct csv *);

/*
 * One row alone, as of a file that is read line by line; it may have its end or not.
 *
 * text  `size` bytes, NUL-terminated behind them; cut in place.
 * line  its number, for why.
 * cells  `columns` of them, filled.
 */
bool csv_cut(char *text, size_t size, size_t line, char **cells, size_t columns, char why[WHY_SIZE]);

/* The column of that name; SIZE_MAX: there is none. */
size_t csv_column(const struct csv *, const char *name);
const char *csv_cell(const struct csv *, size_t row, size_t column);
#endif
