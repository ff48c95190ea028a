/*
 * output.h - where verdicts go: standard output as they come, or a file that is written whole at the end.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "../command/units.h"

#include <stdio.h>

struct output {
    FILE *stream;
    const char *path; /* NULL: standard output */
    char *bytes;
    size_t size;
};

/* Whether the file can be written is tried now, not after minutes of work. */
bool output_open(struct output *, const char *path, char why[WHY_SIZE]);

/* Write under a temporary name, fsync, rename. The stream is gone afterwards in any case. */
bool output_close(struct output *, char why[WHY_SIZE]);
#endif
