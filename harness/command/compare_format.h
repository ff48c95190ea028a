/*
 * compare_format.h - a comparison of two runs as text, JSON or CSV.
 *
 * Errors: none here; a short write shows at exit.
 */
#ifndef COMPARE_FORMAT_H
#define COMPARE_FORMAT_H

#include "../pure/verdict/compare.h"

#include <stdio.h>

struct compare_page {
    const struct compare *compare;
    const struct plan *plan; /* of a */
    const char *a, *b;       /* their folders */
    double gate;             /* NAN: none */
    const char *differences; /* of their environments; empty: none */
};

void compare_print_text(const struct compare_page *, FILE *);
void compare_print_csv(const struct compare_page *, FILE *);
void compare_print_json(const struct compare_page *, FILE *);
#endif
