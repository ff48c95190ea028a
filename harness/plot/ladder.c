#include "ladder.h"

#include <stdio.h>
#include <string.h>

const struct ladder ladders[LADDERS] = {
    {.metric = "throughput",
     .label = "workers",
     .overview = true,
     .kinds = {[CURVE_THROUGHPUT] = {"rate", "throughput", "Throughput"},
               [CURVE_SPEEDUP] = {"speedup", "speedup", "Speed-up"},
               [CURVE_EFFICIENCY] = {"efficiency", "efficiency", "Efficiency"}}},
    {.metric = "metg",
     .axis = LADDER_WORK,
     .label = "useful work per item",
     .kinds = {[CURVE_EFFICIENCY] = {"efficiency", "metg", "Efficiency against work"}}},
    {.metric = "chunk",
     .axis = LADDER_CHUNK,
     .label = "items handed out at a time",
     .kinds = {[CURVE_THROUGHPUT] = {"rate", "chunk", "Throughput against chunk"}}},
    {.metric = "payload",
     .also = "payload_shared",
     .also_label = "pool_alloc",
     .axis = LADDER_PAYLOAD,
     .label = "bytes in, and as many out, per item",
     .base_is_curve = true,
     .kinds = {[CURVE_THROUGHPUT] = {"rate", "payload", "Throughput against payload"}}},
    {.metric = "imbalance",
     .axis = LADDER_COSTS,
     .label = "distribution of costs over the items",
     .kinds = {[CURVE_EFFICIENCY] = {"efficiency", "imbalance", "Efficiency where costs differ"}}},
    {.metric = "weak",
     .label = "workers, each with as many items as one alone",
     .kinds = {[CURVE_EFFICIENCY] = {"weak_efficiency", "weak", "Weak scaling"}}},
};

const char *const ladder_dists[LADDER_DISTS] = {"fixed", "uniform", "bimodal", "pareto"};

size_t ladder_dist_place(const char *options)
{
    char text[32];

    for (size_t i = 0; i < LADDER_DISTS; i++) {
        (void)snprintf(text, sizeof(text), "dist=%s", ladder_dists[i]);
        if (strcmp(options, text) == 0)
            return i + 1;
    }
    return 0;
}
