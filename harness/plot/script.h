/*
 * script.h - one picture as gnuplot reads it: the data, and the script's head that the templates of scripts/ build on.
 *
 * The head sets, for the templates:
 *   NAME, HEADING, CAPTION   the files' stem, and text
 *   LABEL[c], STYLE[c]       each curve's name and number of colour, dash and point; block c-1 of NAME.dat is its data
 *   PANELS, TITLE[p], FIRST[p], LAST[p]   panels, and the curves in each
 *   BASE[p]                  the serial loop's value; NaN: not known
 *   REGIME, RATE[c], SIGMA[c], KAPPA[c]   the scaling law fitted to a curve of items per second up to so many workers;
 *                            NaN: there is none
 *   XLABEL, XLOG, XMIN, XMAX, XTICS  the x axis, in most pictures of workers; YLOG[p] (0 or the base), YMIN[p],
 * YMAX[p]: the other one CORES, USABLE, OVER      marks at worker counts; 0: none. OVER: more than this is
 * oversubscribed LAUNCHES_MIN, LAUNCHES_MAX   how many launches the medians are of STYLES, ALL[s]           every label
 * of the whole result folder, by style
 *
 * Errors: false if out of memory.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "curves.h"

#include <stdio.h>

#define SCENE_CAPTION_SIZE 200

/* What the machine adds to a picture. */
struct scene {
    size_t cores, usable; /* 0: not known */
    size_t regime;        /* cores of the first regime of the topology: those of one L3 cache, node or package */
    char caption[SCENE_CAPTION_SIZE];
};

struct picture {
    const struct curves *all;
    const struct panel *panels; /* side by side */
    size_t count;
    enum curve_kind metric;
    const char *name, *heading;
};

bool script_write_data(const struct picture *, FILE *);
bool script_write_head(const struct picture *, const struct scene *, FILE *);
#endif
