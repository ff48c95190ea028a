/*
 * models_parts.h - what the models of one session are made from, for those who make them.
 *
 * Errors: see each.
 */
#ifndef MODELS_PARTS_H
#define MODELS_PARTS_H

#include "models.h"

/* A cell of throughput, or of a metric that is a ladder of it; sorted, the cells of one curve lie side by side. */
struct models_entry {
    const struct plan_cell *cell;
    size_t number;
};

/* What the models of one session are made from, and where they go. */
struct models_maker {
    const struct launches *launches;
    const struct plan *plan;
    size_t time, speedup; /* quantities of throughput */
    struct models_entry *entries;
    size_t count;
    double *values; /* MODELS_LEVELS + 1 rows of a value per launch */
    struct models *models;
};

/* One METG: n entries of one strategy and worker count, by ascending work. False: out of memory. */
bool models_add_metg(struct models_maker *, const struct models_entry *curve, size_t n);
#endif
