/*
 * throughput.h - how throughput is sampled and what follows from it, for the metrics that are ladders of such cells.
 *
 * Errors: as the hooks of a metric have them.
 */
#ifndef THROUGHPUT_H
#define THROUGHPUT_H

#include "../../pure/launches.h"
#include "../../pure/stats/looks.h"
#include "../sampler.h"

/* The one quantity that is sampled: the first of every list that throughput_sample fills. */
#define THROUGHPUT_TIME_PLACE 0
#define THROUGHPUT_TIME                                                                                                \
    {                                                                                                                  \
        .name = "time_per_item", .unit = "ns", .summary = "time per item", .target = LOOKS_TARGET_THROUGHPUT           \
    }

#define THROUGHPUT_RATE                                                                                                \
    {                                                                                                                  \
        .name = "rate", .unit = "1/s", .summary = "items per second", .derived = true, .more_is_better = true,         \
        .place = METRIC_FILE                                                                                           \
    }

/* Time per item, and what throughput_derive makes of it: against its bases and the roofs, and as a rate. */
extern const struct metric_quantity throughput_quantities[];
void throughput_derive(const struct launches *, const struct metric *);

/* The rate of one cell, which is this quantity of its metric. */
void throughput_derive_rate(const struct launches *, size_t cell, size_t quantity);

/* One session: warm-up calls, then the plan's rounds of as many calls as make a sample. */
bool throughput_sample(struct sampler *, char why[WHY_SIZE]);
#endif
