/* omp_task - an OpenMP task for every chunk: one thread makes them, all run them. */
#include "core/threads/team.h"
#include "front/fault.h"
#include "strategy.h"

#include <omp.h>
#include <stdlib.h>

/* In LLVM's runtime a task that makes a team of tasks may wait for ever (seen with 14). */
#ifdef __clang__
#define NESTS 0
#else
#define NESTS POOL_CAP_NEST
#endif

static size_t omp_task_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

/* A taskloop would be shorter, but GNU's runs in one thread where it has more than 64 tasks for each. */
static void make_tasks(const struct team *team, struct team_member *members)
{
    for (size_t k = 0; k < team->chunks; k++) {
#pragma omp task firstprivate(k)
        team_run(&members[omp_get_thread_num()], k);
    }
}

/*
 * The last thread makes the tasks, not whichever comes first: LLVM's runtime frees the memory of a thread's tasks when
 * that thread ends, while others still keep some for it. The caller may end; the others of its team are the runtime's.
 */
static enum pool_status omp_task_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct team team;
    const enum pool_status status = team_open(&team, self, batch, team_chunk(self, batch), fault);

    if (status)
        return status;
    struct team_member *members = malloc((size_t)team.threads * sizeof *members);
    if (!members) {
        fault_set(&team.fault, POOL_ENOMEM, 0, "no memory for a team of %d threads", team.threads);
        return team_close(&team, fault);
    }
#pragma omp parallel num_threads(team.threads)
    {
        struct team_member *me = &members[omp_get_thread_num()];
        if (team_join(&team, me) && omp_get_thread_num() == team.threads - 1)
            make_tasks(&team, members);
#pragma omp barrier /* where all run what there is */
        team_leave(me);
    }
    free(members);
    return team_close(&team, fault);
}

const struct pool_ops strategy_omp_task = {
    .abi = POOL_ABI,
    .name = "omp_task",
    .summary = "OpenMP, a task for every chunk",
    .capabilities = POOL_CAP_OVERLAP | NESTS | POOL_CAP_INLINE | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .options = team_options,
    .chunk_rule = "the option chunk, 1 unless it is set",
    .chunk = omp_task_chunk,
    .create = team_create,
    .run = omp_task_run,
    .destroy = team_destroy,
};
