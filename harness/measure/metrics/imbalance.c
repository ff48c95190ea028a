/* imbalance - throughput where items differ in cost, by how they differ. */
#include "throughput.h"

const struct metric metric_imbalance = {
    .name = "imbalance",
    .summary = "time per item where costs are equal, uniform, bimodal and Pareto, with speed-up over serial",
    .workloads = "skew:dist=fixed,skew:dist=uniform,skew:dist=bimodal,skew:dist=pareto",
    .full_only = true,
    .quantities = throughput_quantities,
    .derive = throughput_derive,
    .sample = throughput_sample,
};
