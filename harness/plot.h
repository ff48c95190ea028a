/*
 * plot.h - the pictures of a result folder, drawn by gnuplot.
 *
 * Errors: false, with one sentence in why. What is there already stays as it is then: files come whole or not at all.
 */
#ifndef PLOT_H
#define PLOT_H

#include "command/units.h"

struct plots;

/*
 * Read the results in `dir`: summary.csv, and machine.json for the marks and the caption.
 * Owns: the caller frees *out with plots_free. Errors: files that are missing, foreign or damaged.
 */
bool plots_load(const char *dir, struct plots **out, char why[WHY_SIZE]);
void plots_free(struct plots *);

/* "throughput, metg": the metrics whose pictures these are. Returns text. */
#define PLOTS_OF_SIZE 80
const char *plots_of(const struct plots *, char text[PLOTS_OF_SIZE]);

/*
 * Write dir/plots/NAME.{dat,gp,FORMAT}: throughput, speed-up and efficiency of each workload, and the overview;
 * efficiency against work, throughput against chunk and payload, and weak scaling, where these were measured.
 * format: svg, png or pdf. Errors: gnuplot is missing, failed or too slow; the folder cannot be written.
 */
bool plots_write(const struct plots *, const char *format, char why[WHY_SIZE]);

/*
 * Draw the pictures of a summary.csv as SVG and hand each to show; nothing stays in dir, which must be writable.
 * summary  its text. heading, svg  are gone after the call.
 */
typedef void plots_shown(void *arg, const char *heading, const char *svg, size_t size);
bool plots_show(const char *dir, const char *summary, plots_shown *show, void *arg, char why[WHY_SIZE]);

/* plots_load, then plots_write. */
bool plot_results(const char *dir, const char *format, char why[WHY_SIZE]);
#endif
