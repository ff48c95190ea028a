/* The text of a summary.csv as curves, for the tests of how it is read. */
#ifndef CURVES_TEXT_H
#define CURVES_TEXT_H

#include "plot/axis.h"
#include "saved/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER                                                                                                         \
    "metric,quantity,strategy,options,workload,workload_options,workers,oversubscribed,bind,wait,chunk,work_ns,"       \
    "in_bytes,out_bytes,count,launches,median,low,high\n"

/* A string that csv_parse may cut up. Owns: the caller. */
static inline char *copy(const char *text)
{
    char *out = strdup(text);
    assert_non_null(out);
    return out;
}

static inline bool read_ladder(char *text, const struct ladder *ladder, struct curves *curves, char why[WHY_SIZE])
{
    struct csv csv;

    if (!csv_parse(text, strlen(text), &csv, why))
        return false;
    bool good = curves_read(&csv, ladder, curves, why);
    csv_free(&csv);
    return good;
}
#endif
