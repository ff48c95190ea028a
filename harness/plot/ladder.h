/*
 * ladder.h - what pictures are drawn of: each a metric, what runs along its x axis, and the quantities that are curves.
 *
 * Errors: none.
 */
#ifndef LADDER_H
#define LADDER_H

#include <stdbool.h>
#include <stddef.h>

enum ladder_axis { LADDER_WORKERS, LADDER_WORK, LADDER_CHUNK, LADDER_PAYLOAD, LADDER_COSTS };
enum curve_kind { CURVE_THROUGHPUT, CURVE_SPEEDUP, CURVE_EFFICIENCY, CURVE_KINDS };

/* One kind of picture. */
struct ladder_kind {
    const char *quantity; /* as in summary.csv; NULL: not drawn */
    const char *stem;     /* the pictures' file names begin with it, and scripts/ has a template of that name */
    const char *heading;
};

struct ladder {
    const char *metric;
    const char *also;       /* a metric whose curves are drawn beside them; NULL: none */
    const char *also_label; /* behind the names of these */
    enum ladder_axis axis;
    const char *label;  /* of the x axis */
    bool base_is_curve; /* serial has a value at every place of the axis, and is drawn like the others */
    bool overview;      /* all panels' speed-ups are drawn side by side, too */
    struct ladder_kind kinds[CURVE_KINDS];
};

#define LADDERS 6
extern const struct ladder ladders[LADDERS]; /* in the order in which they are drawn; the first: throughput's */

#define LADDER_DISTS 4
extern const char
    *const ladder_dists[LADDER_DISTS]; /* along LADDER_COSTS, from place 1 on: how costs are distributed */

/* The place of a workload's options on LADDER_COSTS; 0: it is none of them. */
size_t ladder_dist_place(const char *options);
#endif
