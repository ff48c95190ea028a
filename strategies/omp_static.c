/* omp_static - OpenMP's parallel loop with schedule(static): who runs what is settled beforehand. */
#include "core/chunks.h"
#include "core/threads/team.h"

static size_t omp_static_chunk(size_t workers, size_t count)
{
    return chunks_count(count, workers);
}

static void omp_static_share(struct team_member *me)
{
#pragma omp for schedule(static, 1) nowait
    for (size_t k = 0; k < me->team->chunks; k++)
        team_run(me, k);
}

static enum pool_status omp_static_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    return team_share(self, batch, batch->chunk, omp_static_share, fault);
}

const struct pool_ops strategy_omp_static = {
    TEAM_TABLE,
    .name = "omp_static",
    .summary = "OpenMP, schedule(static)",
    .capabilities = TEAM_CAPABILITIES | POOL_CAP_NEST,
    .chunk_rule = "items / workers, rounded up or down: one chunk for each worker",
    .chunk = omp_static_chunk,
    .run = omp_static_run,
};
