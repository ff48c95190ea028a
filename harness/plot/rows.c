#include "rows.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const text_name[TEXTS] = {"strategy", "workload",         "options", "bind",     "wait",
                                             "chunk",    "workload_options", "work_ns", "in_bytes", "out_bytes"};

static const char *const number_name[VALUES + 3] = {"workers", "oversubscribed", "launches", "median", "low", "high"};

/* A strategy that ran against itself: no curve of its own. */
static const char twin_mark[] = ".twin";

/* Where in the file all this stands, and what of it is wanted. */
struct places {
    const struct ladder *ladder;
    size_t metric, quantity;
    size_t text[TEXTS], number[VALUES + 3];
};

bool rows_refuse(char why[WHY_SIZE], const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(why, WHY_SIZE, format, list);
    va_end(list);
    return false;
}

/* Names become file names, and all texts stand in gnuplot's single quotes. */
static bool text_is_safe(const char *text, enum text which)
{
    if (which == CHUNK || which >= WORK_NS)
        return strlen(text) <= 18 && strspn(text, "0123456789") == strlen(text);
    const char *more = which <= WORKLOAD ? "_-." : "_-.,:;=+%/() []{}<>*&|^~!?#@";

    if (strlen(text) > 60 || (which <= WORKLOAD && !isalnum((unsigned char)*text)))
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr(more, *text))
            return false;
    return true;
}

static bool number_read(const char *text, double *number)
{
    char *end;

    *number = NAN;
    if (*text == '\0')
        return true;
    if (strspn(text, "0123456789.eE+-") != strlen(text))
        return false;
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number) && *number >= 0;
}

/* Whether a column is what runs along the axis, and so tells neither curves nor panels apart. */
static bool runs_along(const struct ladder *ladder, size_t column)
{
    return (column == WORK_NS && ladder->axis == LADDER_WORK) || (column == CHUNK && ladder->axis == LADDER_CHUNK) ||
           (column == WORKLOAD_OPTIONS && ladder->axis == LADDER_COSTS) ||
           ((column == IN_BYTES || column == OUT_BYTES) && ladder->axis == LADDER_PAYLOAD);
}

/* A chunk may be 0, which is the automatic rule. */
static bool row_take_place(const struct ladder *ladder, struct row *r, char why[WHY_SIZE])
{
    static const enum text column[] = {[LADDER_WORK] = WORK_NS,
                                       [LADDER_CHUNK] = CHUNK,
                                       [LADDER_PAYLOAD] = IN_BYTES,
                                       [LADDER_COSTS] = WORKLOAD_OPTIONS};

    if (ladder->axis == LADDER_WORKERS)
        r->place = r->number[WORKERS];
    else if (ladder->axis == LADDER_COSTS)
        r->place = (double)ladder_dist_place(r->text[WORKLOAD_OPTIONS]);
    else
        r->place = strtod(r->text[column[ladder->axis]], NULL); /* nothing but digits */
    if (r->place < 1 && ladder->axis != LADDER_CHUNK)
        return rows_refuse(why, "line %zu: %s is %s", r->line, text_name[column[ladder->axis]],
                           ladder->axis == LADDER_COSTS ? "no known distribution" : "not a whole number from 1 on");
    return true;
}

static bool row_is_sound(const struct row *r, char why[WHY_SIZE])
{
    double workers = r->number[WORKERS], launches = r->number[LAUNCHES];

    if (!(workers >= 1 && workers <= 1e6 && workers == floor(workers)))
        return rows_refuse(why, "line %zu: workers is not a whole number from 1 to 1000000", r->line);
    if (!(launches >= 0 && launches <= 1e9))
        return rows_refuse(why, "line %zu: launches is not a number from 0 to 1000000000", r->line);
    return true;
}

static bool is_also(const struct csv *csv, size_t index, const struct places *at)
{
    return at->ladder->also && strcmp(csv_cell(csv, index, at->metric), at->ladder->also) == 0;
}

/* A line of one quantity: a row that holds the values of one kind only. */
static bool row_read(const struct csv *csv, size_t index, const struct places *at, enum curve_kind kind, struct row *r,
                     char why[WHY_SIZE])
{
    *r = (struct row){.line = csv->line[index], .also = is_also(csv, index, at) ? at->ladder->also_label : NULL};
    for (size_t k = 0; k < TEXTS; k++) {
        r->text[k] = csv_cell(csv, index, at->text[k]);
        if (!text_is_safe(r->text[k], (enum text)k))
            return rows_refuse(why, "line %zu: %s is nothing that poolbench writes", r->line, text_name[k]);
    }
    for (size_t k = VALUES; k < NUMBERS; k++)
        r->number[k] = NAN;
    for (size_t k = 0; k < VALUES + 3; k++) {
        const char *cell = csv_cell(csv, index, at->number[k]);
        if (!number_read(cell, &r->number[k < VALUES ? k : k + 3 * kind]))
            return rows_refuse(why, "line %zu: %s is '%.20s', which is not a number", r->line, number_name[k], cell);
    }
    r->is_base = !at->ladder->base_is_curve && strcmp(r->text[STRATEGY], CURVES_BASE) == 0;
    return row_is_sound(r, why) && row_take_place(at->ladder, r, why);
}

/* What a line's quantity is drawn as; CURVE_KINDS: not at all. */
static enum curve_kind kind_of(const struct csv *csv, size_t index, const struct places *at)
{
    const char *quantity = csv_cell(csv, index, at->quantity);

    if ((strcmp(csv_cell(csv, index, at->metric), at->ladder->metric) != 0 && !is_also(csv, index, at)) ||
        strstr(csv_cell(csv, index, at->text[STRATEGY]), twin_mark))
        return CURVE_KINDS;
    for (enum curve_kind kind = 0; kind < CURVE_KINDS; kind++)
        if (at->ladder->kinds[kind].quantity && strcmp(quantity, at->ladder->kinds[kind].quantity) == 0)
            return kind;
    return CURVE_KINDS;
}

/* Put a row's values into the row before, if that is the same cell and lacks them: a cell's lines follow each other. */
static bool row_join(struct row *before, const struct row *r, enum curve_kind kind)
{
    const size_t at = VALUES + 3 * kind;

    for (size_t k = 0; k < TEXTS; k++)
        if (strcmp(before->text[k], r->text[k]) != 0)
            return false;
    if (before->number[WORKERS] != r->number[WORKERS] || before->also != r->also || !isnan(before->number[at]))
        return false;
    memcpy(&before->number[at], &r->number[at], 3 * sizeof r->number[at]);
    return true;
}

static bool row_add(const struct csv *csv, size_t index, const struct places *at, struct rows *rows, char why[WHY_SIZE])
{
    const enum curve_kind kind = kind_of(csv, index, at);
    struct row r;

    if (kind == CURVE_KINDS)
        return true;
    if (!row_read(csv, index, at, kind, &r, why))
        return false;
    if (rows->count == 0 || !row_join(&rows->row[rows->count - 1], &r, kind))
        rows->row[rows->count++] = r;
    return true;
}

/* The first rows of every workload, of the base rows and of the others: what the rest are compared with. */
struct firsts {
    size_t workload[CURVES_PANELS_MAX];
    size_t count;
    size_t kind[2];
};

static bool first_of_workload(const struct rows *rows, size_t index, struct firsts *firsts, size_t *first,
                              char why[WHY_SIZE])
{
    for (size_t k = 0; k < firsts->count; k++) {
        *first = firsts->workload[k];
        if (strcmp(rows->row[*first].text[WORKLOAD], rows->row[index].text[WORKLOAD]) == 0)
            return true;
    }
    if (firsts->count == CURVES_PANELS_MAX)
        return rows_refuse(why, "holds more than %d workloads", CURVES_PANELS_MAX);
    *first = firsts->workload[firsts->count++] = index;
    return true;
}

/* A wait policy is the same with and without the label behind it. */
static bool same_factor(size_t column, const char *a, const char *b)
{
    const size_t n = column == WAIT ? strcspn(a, " ") : strlen(a);

    return strncmp(a, b, n) == 0 && (b[n] == '\0' || (column == WAIT && b[n] == ' '));
}

/* Once to note each difference at the first row of the kind (note), once more to tell every row what that one knows. */
static bool rows_compare(const struct ladder *ladder, struct rows *rows, bool note, struct firsts *firsts,
                         char why[WHY_SIZE])
{
    for (size_t i = 0; i < rows->count; i++) {
        struct row *r = &rows->row[i];
        size_t of_workload, *of_kind = &firsts->kind[r->is_base];
        if (!first_of_workload(rows, i, firsts, &of_workload, why))
            return false;
        if (*of_kind == SIZE_MAX)
            *of_kind = i;
        for (size_t k = OF_CURVE; k < TEXTS; k++) {
            struct row *first = &rows->row[k >= OF_PANEL ? of_workload : *of_kind];
            if (note && !runs_along(ladder, k) && !same_factor(k, first->text[k], r->text[k]))
                first->varies[k] = true;
            else if (!note)
                r->varies[k] = first->varies[k];
        }
    }
    return true;
}

static bool find_column(const struct csv *csv, const char *name, size_t *column, char why[WHY_SIZE])
{
    *column = csv_column(csv, name);
    return *column != SIZE_MAX ||
           rows_refuse(why, "has no column %s: this is not a summary.csv of this version of poolbench", name);
}

static bool find_places(const struct csv *csv, struct places *at, char why[WHY_SIZE])
{
    bool ok = find_column(csv, "metric", &at->metric, why) && find_column(csv, "quantity", &at->quantity, why);

    for (size_t k = 0; ok && k < TEXTS; k++)
        ok = find_column(csv, text_name[k], &at->text[k], why);
    for (size_t k = 0; ok && k < VALUES + 3; k++)
        ok = find_column(csv, number_name[k], &at->number[k], why);
    return ok;
}

bool rows_read(const struct csv *csv, const struct ladder *ladder, struct rows *rows, char why[WHY_SIZE])
{
    struct firsts firsts = {.kind = {SIZE_MAX, SIZE_MAX}};
    struct places at = {.ladder = ladder};

    *rows = (struct rows){0};
    if (!find_places(csv, &at, why))
        return false;
    if (csv->rows < 2)
        return rows_refuse(why, "holds no result");
    rows->row = calloc(csv->rows - 1, sizeof(*rows->row));
    if (!rows->row)
        return rows_refuse(why, "does not fit into memory");
    for (size_t i = 1; i < csv->rows; i++)
        if (!row_add(csv, i, &at, rows, why))
            goto err0;
    if (rows_compare(ladder, rows, true, &firsts, why) && rows_compare(ladder, rows, false, &firsts, why))
        return true;

err0:
    free(rows->row);
    return false;
}
