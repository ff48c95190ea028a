/* omp_static - OpenMP's parallel loop with schedule(static): who runs what is settled beforehand. */
#include "core/chunks.h"
#include "core/threads/team.h"
#include "strategy.h"

static size_t omp_static_chunk(size_t workers, size_t count)
{
    return chunks_count(count, workers);
}

static enum pool_status omp_static_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct team team;
    const enum pool_status status = team_open(&team, self, batch, batch->chunk, fault);

    if (status)
        return status;
#pragma omp parallel num_threads(team.threads)
    {
        struct team_member member;
        if (team_join(&team, &member)) {
#pragma omp for schedule(static, 1) nowait
            for (size_t k = 0; k < team.chunks; k++)
                team_run(&member, k);
        }
        team_leave(&member);
    }
    return team_close(&team, fault);
}

const struct pool_ops strategy_omp_static = {
    .abi = POOL_ABI,
    .name = "omp_static",
    .summary = "OpenMP, schedule(static)",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST | POOL_CAP_INLINE | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "items / workers, rounded up or down: one chunk for each worker",
    .chunk = omp_static_chunk,
    .create = team_create,
    .run = omp_static_run,
    .destroy = team_destroy,
};
