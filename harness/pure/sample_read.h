/*
 * sample_read.h - a line of samples.csv back into the sample it was made from (sample.h writes it).
 *
 * What is read may come from anybody: a line that no run of this plan writes is refused.
 *
 * Errors: false, with one sentence in why where a call has one.
 */
#ifndef SAMPLE_READ_H
#define SAMPLE_READ_H

#include "sample.h"

#define SAMPLE_COLUMNS_MAX 64

struct sample_key;

/* The columns behind those that name cell and quantity, as far as they are read. */
enum sample_field {
    FIELD_COUNT,
    FIELD_LAUNCH,
    FIELD_ROUND,
    FIELD_POSITION,
    FIELD_PHASE,
    FIELD_CALLS,
    FIELD_VALUE,
    FIELD_WALL,
    FIELD_USER,
    FIELD_SYSTEM,
    FIELD_SWITCHES,
    FIELD_MIGRATIONS,
    FIELD_MINOR,
    FIELD_MAJOR,
    FIELD_STEAL,
    FIELD_CPUS,
    FIELD_LOAD,
    FIELD_TIMESTAMP,
    FIELD_VERIFIED,
    SAMPLE_FIELDS,
};

struct sample_reader {
    const struct plan *plan;
    struct sample_key *keys; /* sorted: how the lines of each cell and quantity begin */
    size_t key_count;
    size_t columns;           /* of a line */
    size_t at[SAMPLE_FIELDS]; /* the column of each; those before at[FIELD_COUNT] name cell and quantity */
};

/* Owns: sample_reader_close; the plan outlives it. False: out of memory. */
bool sample_reader_open(struct sample_reader *, const struct plan *);
void sample_reader_close(struct sample_reader *);

/*
 * cells  reader->columns of them, in the order of sample_header; they need not outlive the call.
 * s  filled; its cell is SAMPLE_NO_CELL where its phase is canary or empty.
 */
bool sample_read(const struct sample_reader *, char *const *cells, struct sample *s, char why[WHY_SIZE]);
#endif
