/* omp_guided - OpenMP's parallel loop with schedule(guided): a free thread takes a share of what is left, so that
 * claims are few and large at first, and small when the end is near. */
#include "core/chunks.h"
#include "core/threads/team.h"
#include "strategy.h"

static size_t omp_guided_chunk(size_t workers, size_t count)
{
    return chunks_count(count, workers);
}

static enum pool_status omp_guided_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct team team;
    const enum pool_status status = team_open(&team, self, batch, team_chunk(self, batch), fault);

    if (status)
        return status;
#pragma omp parallel num_threads(team.threads)
    {
        struct team_member member;
        if (team_join(&team, &member)) {
#pragma omp for schedule(guided, 1) nowait
            for (size_t k = 0; k < team.chunks; k++)
                team_run(&member, k);
        }
        team_leave(&member);
    }
    return team_close(&team, fault);
}

const struct pool_ops strategy_omp_guided = {
    .abi = POOL_ABI,
    .name = "omp_guided",
    .summary = "OpenMP, schedule(guided)",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST | POOL_CAP_INLINE | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .options = team_options,
    .chunk_rule = "at most items left / workers, rounded up; at least the option chunk, 1 unless it is set",
    .chunk = omp_guided_chunk,
    .create = team_create,
    .run = omp_guided_run,
    .destroy = team_destroy,
};
