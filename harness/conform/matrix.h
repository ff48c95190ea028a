/*
 * matrix.h - every size, count and chunk against the serial loop: Y1_matrix/w=W/n=N/chunk=C.
 *
 * One process runs a row: one pool size and one count, with all chunks, each as a map and a starmap over the caller's
 * memory and as a map over the pool's. Where each claim costs a new worker, cells of more than MATRIX_CLAIMS_MAX claims
 * are left out unless asked for, and counted.
 *
 * Errors: a cell that does not agree ends the row with FAIL.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "kit/subject.h"

#define MATRIX_ROWS_MAX 64
#define MATRIX_CHUNKS_MAX 8
#define MATRIX_CLAIMS_MAX 5000
#define MATRIX_NAME_SIZE 128

struct matrix_row {
    size_t workers, count;
};

/* The rows for a strategy; quick: a small part of them. Returns how many. */
size_t matrix_list_rows(const struct subject *, struct matrix_row rows[MATRIX_ROWS_MAX]);

/* True if any cell of the row matches the globs. */
bool matrix_row_matches(const struct subject *, const struct matrix_row *, const char *globs);

/* In a process of its own. full: leave nothing out. */
void matrix_run_row(const struct subject *, const struct matrix_row *, const char *globs, bool full);
#endif
