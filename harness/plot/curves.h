/*
 * curves.h - a summary.csv as curves: one panel per workload, one curve per strategy, one point per place of a ladder.
 *
 * Errors: false, with one sentence in why that names the line.
 */
#ifndef CURVES_H
#define CURVES_H

#include "../saved/csv.h"
#include "ladder.h"

#define CURVES_PANELS_MAX 200
#define CURVES_IN_PANEL_MAX 64
#define CURVES_POINTS_MAX 1000
#define CURVES_LABEL_SIZE 160
#define CURVES_BASE "serial" /* the strategy that is the base of speed-up */

/* A median with its interval; NAN: not applicable. */
struct curve_value {
    double median, low, high;
};

struct curve_point {
    size_t at; /* workers, ns of work, items of a chunk (0: the automatic rule) or bytes, as the ladder has it */
    size_t launches;
    bool oversubscribed;
    struct curve_value value[CURVE_KINDS];
};

struct curve {
    char label[CURVES_LABEL_SIZE]; /* the strategy, and whatever else tells it from its neighbours */
    size_t style;                  /* the same for the same label in every panel, from 0 */
    bool is_base;
    struct curve_point *points; /* by place, ascending, no doubles */
    size_t count;
};

/* One workload at one size of work and payload. */
struct panel {
    char name[CURVES_LABEL_SIZE];  /* part of a file name */
    char title[CURVES_LABEL_SIZE]; /* for people */
    struct curve *curves;
    size_t count;
};

struct curves {
    const struct ladder *ladder;
    struct panel *panels;
    size_t count;
    size_t styles; /* how many labels there are */
    size_t launches_min, launches_max;
};

/* The lines of the ladder's metric; without one, no panels. Owns: curves_free. */
bool curves_read(const struct csv *, const struct ladder *, struct curves *, char why[WHY_SIZE]);
void curves_free(struct curves *);

/* The least and greatest positive value that a panel draws of a metric. False: there is none. */
bool panel_range(const struct panel *, enum curve_kind, double *least, double *greatest);

/* Every place of a panel's points, ascending, no doubles. Owns: the caller frees *list. False: out of memory. */
bool panel_places(const struct panel *, size_t **list, size_t *count);

/* The greatest worker count that is not marked oversubscribed; 0: none. Its points are of worker counts. */
size_t panel_workers_fitting(const struct panel *);
#endif
