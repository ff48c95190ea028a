/* omp_guided - OpenMP's parallel loop with schedule(guided): a free thread takes a share of what is left, so that
 * claims are few and large at first, and small when the end is near. */
#include "core/chunks.h"
#include "core/threads/team.h"

static size_t omp_guided_chunk(size_t workers, size_t count)
{
    return chunks_count(count, workers);
}

static void omp_guided_share(struct team_member *me)
{
#pragma omp for schedule(guided, 1) nowait
    for (size_t k = 0; k < me->team->chunks; k++)
        team_run(me, k);
}

static enum pool_status omp_guided_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    return team_share(self, batch, team_chunk(self, batch), omp_guided_share, fault);
}

const struct pool_ops strategy_omp_guided = {
    TEAM_TABLE,
    .name = "omp_guided",
    .summary = "OpenMP, schedule(guided)",
    .capabilities = TEAM_CAPABILITIES | POOL_CAP_NEST,
    .options = team_options,
    .chunk_rule = "at most items left / workers, rounded up; at least the option chunk, 1 unless it is set",
    .chunk = omp_guided_chunk,
    .run = omp_guided_run,
};
