/*
 * gnuplot.h - running gnuplot: no shell, no start-up files, a deadline.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef GNUPLOT_H
#define GNUPLOT_H

#include "command/units.h"

/*
 * Run `script`, a file in `folder`, there, with FORMAT set to `format`. gnuplot is looked for in PATH.
 * Errors: not installed; it failed (its own message is quoted); it took too long; the user interrupted.
 */
bool gnuplot_run(const char *folder, const char *script, const char *format, char why[WHY_SIZE]);
#endif
