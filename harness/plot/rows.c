#include "rows.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const text_name[TEXTS] = {"strategy", "workload",         "options", "bind",     "wait",
                                             "chunk",    "workload_options", "work_ns", "in_bytes", "out_bytes"};

static const char *const number_name[NUMBERS] = {
    "workers",        "oversubscribed", "launches",     "items_per_s_median", "items_per_s_low", "items_per_s_high",
    "speedup_median", "speedup_low",    "speedup_high", "efficiency_median",  "efficiency_low",  "efficiency_high"};

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

static bool row_is_sound(const struct row *r, char why[WHY_SIZE])
{
    double workers = r->number[WORKERS], launches = r->number[LAUNCHES];

    if (!(workers >= 1 && workers <= 1e6 && workers == floor(workers)))
        return rows_refuse(why, "line %zu: workers is not a whole number from 1 to 1000000", r->line);
    if (!(launches >= 0 && launches <= 1e9))
        return rows_refuse(why, "line %zu: launches is not a number from 0 to 1000000000", r->line);
    return true;
}

static bool row_read(const struct csv *csv, size_t index, const size_t column[TEXTS + NUMBERS], struct row *r,
                     char why[WHY_SIZE])
{
    r->line = csv->line[index];
    for (size_t k = 0; k < TEXTS; k++) {
        r->text[k] = csv_cell(csv, index, column[k]);
        if (!text_is_safe(r->text[k], (enum text)k))
            return rows_refuse(why, "line %zu: %s is nothing that poolbench writes", r->line, text_name[k]);
    }
    for (size_t k = 0; k < NUMBERS; k++) {
        const char *cell = csv_cell(csv, index, column[TEXTS + k]);
        if (!number_read(cell, &r->number[k]))
            return rows_refuse(why, "line %zu: %s is '%.20s', which is not a number", r->line, number_name[k], cell);
    }
    r->is_base = strcmp(r->text[STRATEGY], CURVES_BASE) == 0;
    return row_is_sound(r, why);
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

/* Once to note each difference at the first row of the kind (note), once more to tell every row what that one knows. */
static bool rows_compare(struct rows *rows, bool note, struct firsts *firsts, char why[WHY_SIZE])
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
            if (note && strcmp(first->text[k], r->text[k]) != 0)
                first->varies[k] = true;
            else if (!note)
                r->varies[k] = first->varies[k];
        }
    }
    return true;
}

bool rows_read(const struct csv *csv, struct rows *rows, char why[WHY_SIZE])
{
    struct firsts firsts = {.kind = {SIZE_MAX, SIZE_MAX}};
    size_t column[TEXTS + NUMBERS];

    *rows = (struct rows){0};
    for (size_t k = 0; k < TEXTS + NUMBERS; k++) {
        const char *name = k < TEXTS ? text_name[k] : number_name[k - TEXTS];
        column[k] = csv_column(csv, name);
        if (column[k] == SIZE_MAX)
            return rows_refuse(why, "has no column %s: this is not a summary.csv of this version of poolbench", name);
    }
    if (csv->rows < 2)
        return rows_refuse(why, "holds no result");
    rows->row = calloc(csv->rows - 1, sizeof(*rows->row));
    if (!rows->row)
        return rows_refuse(why, "does not fit into memory");
    for (; rows->count < csv->rows - 1; rows->count++)
        if (!row_read(csv, rows->count + 1, column, &rows->row[rows->count], why))
            goto err0;
    if (rows_compare(rows, true, &firsts, why) && rows_compare(rows, false, &firsts, why))
        return true;

err0:
    free(rows->row);
    return false;
}
