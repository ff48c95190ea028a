/*
 * report.h - a saved run as one page of HTML that needs nothing else.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef REPORT_H
#define REPORT_H

#include "saved.h"

#include <stdio.h>

/*
 * Print what the page holds in tables: every quantity of every metric, METG, scaling laws, break-even, and what cannot
 * be counted here. Errors: out of memory.
 */
bool report_print(const struct saved *, FILE *);

/*
 * Write dir/report.html, whole or not at all.
 *
 * no_plots  why there are none, where that is so: the page is complete without; empty: there are. WHY_SIZE bytes.
 */
bool report_write(const struct saved *, char *no_plots, char why[WHY_SIZE]);
#endif
