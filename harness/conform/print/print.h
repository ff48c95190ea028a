/*
 * print.h - verdicts as text for people, as TAP, as JUnit's XML and as JSON.
 *
 * Errors: none; what could not be written shows in ferror of the stream.
 */
#ifndef PRINT_H
#define PRINT_H

#include "../runner.h"

#include <stdio.h>

/* A hook that a format has no use for is NULL. */
struct printer {
    const char *name; /* as on the command line */
    void (*begin)(FILE *);
    void (*result)(FILE *, size_t number, const struct conform_result *); /* number from 1 */
    void (*strategy)(FILE *, const struct conform_report *, const char *strategy, size_t first);
    void (*end)(FILE *, const struct conform_report *);
};

extern const struct printer print_text, print_tap, print_junit, print_json;
#endif
