/* omp_dynamic - OpenMP's parallel loop with schedule(dynamic): every thread takes the next chunk when it is free. */
#include "core/threads/team.h"

static size_t omp_dynamic_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

static void omp_dynamic_share(struct team_member *me)
{
#pragma omp for schedule(dynamic, 1) nowait
    for (size_t k = 0; k < me->team->chunks; k++)
        team_run(me, k);
}

static enum pool_status omp_dynamic_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    return team_share(self, batch, team_chunk(self, batch), omp_dynamic_share, fault);
}

const struct pool_ops strategy_omp_dynamic = {
    TEAM_TABLE,
    .name = "omp_dynamic",
    .summary = "OpenMP, schedule(dynamic)",
    .capabilities = TEAM_CAPABILITIES | POOL_CAP_NEST,
    .options = team_options,
    .chunk_rule = "the option chunk, 1 unless it is set",
    .chunk = omp_dynamic_chunk,
    .run = omp_dynamic_run,
};
