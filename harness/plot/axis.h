/*
 * axis.h - ranges, scales and tick marks.
 *
 * Errors: false if out of memory.
 */
#ifndef AXIS_H
#define AXIS_H

#include "script.h"

#define AXIS_TICS_SIZE 1024

struct axis {
    unsigned log_base; /* 0: linear */
    double min, max;
};

/*
 * The places of all panels, logarithmic where they span more than a factor of 8.
 * tics  gnuplot's list: labelled where there is room, for the most important first; the others without a label.
 */
bool axis_of_places(enum ladder_axis, const struct panel *, size_t count, const struct scene *, struct axis *x,
                    char tics[AXIS_TICS_SIZE]);

/* Where a place lies: the automatic chunk, 0, to the left of a chunk of 1 on an axis that may be logarithmic. */
double axis_place(size_t place);

/* One panel's values, and with them what else is drawn: the base (NAN: none) and the ideal, flat above `usable`. */
struct axis axis_of_values(const struct panel *, enum curve_kind, const struct axis *x, double usable, double base);
#endif
