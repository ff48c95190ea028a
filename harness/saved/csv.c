#include "csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the parser is in the text. */
struct cursor {
    char *at, *end;
    size_t line;
};

static bool refuse(char why[WHY_SIZE], size_t line, const char *what)
{
    (void)snprintf(why, WHY_SIZE, "line %zu %s", line, what);
    return false;
}

/* A quoted cell: closed up in place, doubled quotes made single. False: the quote stays open. */
static bool cell_unquote(struct cursor *c, char **cell)
{
    char *to = *cell = ++c->at;

    for (; c->at < c->end; c->at++) {
        if (c->at[0] == '"' && c->at[1] != '"')
            break;
        if (c->at[0] == '"')
            c->at++;
        if (c->at[0] == '\n')
            c->line++;
        *to++ = c->at[0];
    }
    if (c->at >= c->end)
        return false;
    *to = '\0';
    c->at++;
    return true;
}

/* One cell and what ends it. last: it was the row's last. */
static bool cell_take(struct cursor *c, char **cell, bool *last, char why[WHY_SIZE])
{
    size_t line = c->line;
    char *stop;

    if (*c->at == '"') {
        if (!cell_unquote(c, cell))
            return refuse(why, line, "opens a quote that nothing closes");
        stop = c->at;
    } else {
        *cell = c->at;
        stop = c->at += strcspn(c->at, ",\r\n");
    }
    if (*stop == '\r' && stop[1] == '\n')
        c->at++;
    if (*c->at != ',' && *c->at != '\n' && c->at != c->end)
        return refuse(why, line, "has text behind a closing quote, or a stray control character");
    *last = *c->at != ',';
    c->line += *c->at == '\n';
    if (c->at < c->end)
        c->at++;
    *stop = '\0';
    return true;
}

static bool header_take(struct csv *csv, struct cursor *c, char why[WHY_SIZE])
{
    char *cells[CSV_COLUMNS_MAX];
    bool last = false;

    while (!last) {
        if (csv->columns == CSV_COLUMNS_MAX)
            return refuse(why, c->line, "has too many columns");
        if (!cell_take(c, &cells[csv->columns++], &last, why))
            return false;
    }
    csv->cells = malloc(csv->columns * sizeof(*csv->cells));
    csv->line = malloc(sizeof(*csv->line));
    if (!csv->cells || !csv->line)
        return refuse(why, 1, "does not fit into memory");
    memcpy(csv->cells, cells, csv->columns * sizeof(*cells));
    csv->line[0] = 1;
    csv->rows = 1;
    return true;
}

static bool rows_grow(struct csv *csv, size_t *room, char why[WHY_SIZE])
{
    if (csv->rows < *room)
        return true;
    if (csv->rows >= CSV_ROWS_MAX)
        return refuse(why, csv->rows, "is one more than can be read");
    *room = *room < 32 ? 64 : 2 * *room;
    void *cells = realloc(csv->cells, *room * csv->columns * sizeof(*csv->cells));
    csv->cells = cells ? cells : csv->cells;
    void *line = realloc(csv->line, *room * sizeof(*csv->line));
    csv->line = line ? line : csv->line;
    return (cells && line) || refuse(why, csv->rows, "does not fit into memory");
}

static bool cells_take(struct cursor *c, char **cells, size_t columns, char why[WHY_SIZE])
{
    const size_t line = c->line;
    bool last = false;

    for (size_t k = 0; k < columns; k++) {
        if (last)
            return refuse(why, line, "has fewer cells than the header");
        if (!cell_take(c, &cells[k], &last, why))
            return false;
    }
    return last || refuse(why, line, "has more cells than the header");
}

static bool row_take(struct csv *csv, struct cursor *c, char why[WHY_SIZE])
{
    csv->line[csv->rows] = c->line;
    return cells_take(c, csv->cells + csv->rows++ * csv->columns, csv->columns, why);
}

bool csv_cut(char *text, size_t size, size_t line, char **cells, size_t columns, char why[WHY_SIZE])
{
    struct cursor c = {.at = text, .end = text + size, .line = line};

    if (strlen(text) != size)
        return refuse(why, line, "holds a NUL byte: this is not text");
    return cells_take(&c, cells, columns, why);
}

bool csv_parse(char *text, size_t size, struct csv *csv, char why[WHY_SIZE])
{
    struct cursor c = {.at = text, .end = text + size, .line = 1};
    size_t room = 1;

    *csv = (struct csv){0};
    if (strlen(text) != size)
        return refuse(why, 1, "or a later one holds a NUL byte: this is not text");
    if (size == 0)
        return refuse(why, 1, "is missing: the file is empty");
    if (text[size - 1] != '\n') {
        for (size_t i = 0; i < size; i++)
            c.line += text[i] == '\n';
        return refuse(why, c.line, "has no end: the file is cut short");
    }
    if (!header_take(csv, &c, why))
        goto err0;
    while (c.at < c.end)
        if (!rows_grow(csv, &room, why) || !row_take(csv, &c, why))
            goto err0;
    return true;

err0:
    csv_free(csv);
    return false;
}

void csv_free(struct csv *csv)
{
    free(csv->cells);
    free(csv->line);
    *csv = (struct csv){0};
}

size_t csv_column(const struct csv *csv, const char *name)
{
    for (size_t k = 0; k < csv->columns; k++)
        if (strcmp(csv->cells[k], name) == 0)
            return k;
    return SIZE_MAX;
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column)
{
    return csv->cells[row * csv->columns + column];
}
