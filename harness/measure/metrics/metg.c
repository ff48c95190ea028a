/*
 * metg - throughput along a ladder of work per item: where the efficiency falls through 50 % (harness/pure/verdict).
 *
 * In steps of 2; where calibration finds that a strategy falls through a level of interest, in steps of the root of 2
 * (harness/pure/refine.h).
 */
#include "throughput.h"

/* Two rungs, and the number of rungs of all pairs and the last. */
#define RUNG(k) (UINT64_C(16) << (k)), (UINT64_C(16) << (k)) * 181 / 128
enum { PAIRS = 16, RUNGS = 2 * PAIRS + 1 };

/* From 16 ns to 1 ms, unless the command line has a ladder of its own. */
static void shape(const struct plan_request *r, struct metric_ladders *l)
{
    static const uint64_t works_ns[RUNGS] = {RUNG(0),
                                             RUNG(1),
                                             RUNG(2),
                                             RUNG(3),
                                             RUNG(4),
                                             RUNG(5),
                                             RUNG(6),
                                             RUNG(7),
                                             RUNG(8),
                                             RUNG(9),
                                             RUNG(10),
                                             RUNG(11),
                                             RUNG(12),
                                             RUNG(13),
                                             RUNG(14),
                                             RUNG(15),
                                             UINT64_C(16) << PAIRS};

    (void)r;
    l->refined = l->works_ns.count == 0;
    if (l->refined)
        l->works_ns = (struct metric_values){works_ns, RUNGS};
}

const struct metric metric_metg = {
    .name = "metg",
    .summary = "time per item against the work per item: the smallest tasks that pay",
    .workloads = "spin",
    .roofs = true,
    .long_calls = true,
    .full_only = true,
    .quantities = throughput_quantities,
    .spans = true,
    .shape = shape,
    .derive = throughput_derive,
    .sample = throughput_sample,
};
