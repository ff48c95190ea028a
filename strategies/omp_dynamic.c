/* omp_dynamic - OpenMP's parallel loop with schedule(dynamic): every thread takes the next chunk when it is free. */
#include "core/threads/team.h"
#include "strategy.h"

static size_t omp_dynamic_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

static enum pool_status omp_dynamic_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct team team;
    const enum pool_status status = team_open(&team, self, batch, team_chunk(self, batch), fault);

    if (status)
        return status;
#pragma omp parallel num_threads(team.threads)
    {
        struct team_member member;
        if (team_join(&team, &member)) {
#pragma omp for schedule(dynamic, 1) nowait
            for (size_t k = 0; k < team.chunks; k++)
                team_run(&member, k);
        }
        team_leave(&member);
    }
    return team_close(&team, fault);
}

const struct pool_ops strategy_omp_dynamic = {
    .abi = POOL_ABI,
    .name = "omp_dynamic",
    .summary = "OpenMP, schedule(dynamic)",
    .capabilities = POOL_CAP_OVERLAP | POOL_CAP_NEST | POOL_CAP_INLINE | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .options = team_options,
    .chunk_rule = "the option chunk, 1 unless it is set",
    .chunk = omp_dynamic_chunk,
    .create = team_create,
    .run = omp_dynamic_run,
    .destroy = team_destroy,
};
