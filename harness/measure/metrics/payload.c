/*
 * payload - throughput along a ladder of bytes that go to an item and come back from it: from the caller's own arrays,
 * which a strategy may have to copy, and from arrays of pool_alloc, which every worker sees.
 */
#include "throughput.h"

/* From 8 B to 1 MiB in steps of 8, unless the command line has a ladder of its own. */
static void shape(const struct plan_request *r, struct metric_ladders *l)
{
    static const uint64_t bytes[] = {8, 64, 512, 4096, 32768, 262144, 1048576};

    (void)r;
    if (l->payloads.count == 0)
        l->payloads = (struct metric_values){bytes, sizeof bytes / sizeof *bytes};
}

const struct metric metric_payload = {
    .name = "payload",
    .summary = "time per item against the bytes in and out, in arrays of the caller's own",
    .workloads = "bytes",
    .full_only = true,
    .own_arrays = true,
    .quantities = throughput_quantities,
    .shape = shape,
    .derive = throughput_derive,
    .sample = throughput_sample,
};

const struct metric metric_payload_shared = {
    .name = "payload_shared",
    .summary = "the same in arrays of pool_alloc, by strategies that have it",
    .workloads = "bytes",
    .full_only = true,
    .needs = POOL_CAP_SHARED,
    .quantities = throughput_quantities,
    .shape = shape,
    .derive = throughput_derive,
    .sample = throughput_sample,
};
