/* omp_task - an OpenMP task for every chunk: one thread makes them, all run them. */
#define _GNU_SOURCE
#include "core/threads/team.h"

#include <dlfcn.h>
#include <omp.h>

/* Tasks that this thread is in the middle of; per thread, so no two pools share it. */
static _Thread_local unsigned within;

static size_t omp_task_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

/* A taskloop would be shorter, but GNU's runs in one thread where it has more than 64 tasks for each. */
static void make_tasks(const struct team *team)
{
    for (size_t k = 0; k < team->chunks; k++) {
#pragma omp task firstprivate(k)
        {
            within++;
            team_run(team->members[omp_get_thread_num()], k);
            within--;
        }
    }
}

/*
 * The last thread makes the tasks, not whichever comes first: LLVM's runtime frees the memory of a thread's tasks when
 * that thread ends, while others still keep some for it. The caller may end; the others of its team are the runtime's.
 */
static void omp_task_share(struct team_member *me)
{
    if (omp_get_thread_num() == me->team->threads - 1)
        make_tasks(me->team);
#pragma omp barrier /* where all run what there is */
}

/*
 * In LLVM's runtime a task that makes a team may wait for ever (seen with 14), so there its thread runs all items as
 * one chunk, and the table promises no pools in tasks. What counts is the runtime that was loaded, which need not be
 * the compiler's own: LLVM's serves GNU's calls too. So it is asked at run time.
 */
static enum pool_status omp_task_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    const bool alone = within && dlsym(RTLD_DEFAULT, "__kmpc_global_thread_num");

    return team_share(self, batch, alone ? batch->count : team_chunk(self, batch), omp_task_share, fault);
}

const struct pool_ops strategy_omp_task = {
    TEAM_TABLE,
    .name = "omp_task",
    .summary = "OpenMP, a task for every chunk",
    .capabilities = TEAM_CAPABILITIES,
    .options = team_options,
    .chunk_rule = "the option chunk, 1 unless it is set",
    .chunk = omp_task_chunk,
    .run = omp_task_run,
};
