/* chunk - throughput along a ladder of chunks, and how near to the best of them the automatic rule comes. */
#include "throughput.h"

#include <math.h>

enum { TIME_PER_ITEM = THROUGHPUT_TIME_PLACE, RATE, BEST_CHUNK, AUTOMATIC };

static const struct metric_quantity quantities[] = {
    [TIME_PER_ITEM] = THROUGHPUT_TIME,
    [RATE] = THROUGHPUT_RATE,
    [BEST_CHUNK] = {.name = "best_chunk", .unit = "1", .summary = "best chunk of the ladder", .derived = true},
    [AUTOMATIC] = {.name = "automatic_by_best",
                   .unit = "1",
                   .summary = "speed of the automatic rule by that of the best chunk",
                   .derived = true,
                   .more_is_better = true},
    {0},
};

/* The automatic rule, then 1, 2, 4 ... 1024; 1 us of work, unless the command line has ladders of its own. */
static void shape(const struct plan_request *r, struct metric_ladders *l)
{
    static const uint64_t chunks[] = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}, work_ns = 1000;

    (void)r;
    if (l->chunks.count == 0)
        l->chunks = (struct metric_values){chunks, sizeof chunks / sizeof *chunks};
    if (l->works_ns.count == 0)
        l->works_ns = (struct metric_values){&work_ns, 1};
}

static bool differ_in_chunk_only(const struct plan *p, size_t a, size_t b)
{
    return p->series[a] == p->series[b] && p->cells[a].strategy == p->cells[b].strategy &&
           p->cells[a].workers == p->cells[b].workers && p->cells[a].chunk != p->cells[b].chunk;
}

/* Tell of a cell with the automatic rule which chunk is the best, launch by launch. */
static void derive_automatic(const struct launches *l, size_t cell)
{
    double *best = launches_of(l, cell, BEST_CHUNK), *ratio = launches_of(l, cell, AUTOMATIC);

    for (size_t other = 0; other < l->plan->cell_count; other++) {
        if (!differ_in_chunk_only(l->plan, cell, other))
            continue;
        for (size_t i = 0; i < l->plan->launches; i++) {
            const double here = launches_of(l, other, TIME_PER_ITEM)[i] / launches_of(l, cell, TIME_PER_ITEM)[i];
            if (isnan(here) || here >= ratio[i]) /* false where there is no ratio yet */
                continue;
            ratio[i] = here;
            best[i] = (double)l->plan->cells[other].chunk;
        }
    }
}

static void derive(const struct launches *l, const struct metric *m)
{
    for (size_t cell = 0; cell < l->plan->cell_count; cell++) {
        if (plan_metric_of(l->plan, cell) != m)
            continue;
        throughput_derive_rate(l, cell, RATE);
        if (l->plan->cells[cell].chunk == 0)
            derive_automatic(l, cell);
    }
}

const struct metric metric_chunk = {
    .name = "chunk",
    .summary = "time per item against the chunk, and the automatic rule against the best chunk",
    .workloads = "spin,skew:dist=pareto",
    .full_only = true,
    .quantities = quantities,
    .spans = true,
    .shape = shape,
    .derive = derive,
    .sample = throughput_sample,
};
