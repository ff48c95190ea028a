/* What the OpenMP strategies share. */
#include "team.h"

#include "../../front/fault.h"
#include "../chunks.h"

#include <errno.h>
#include <omp.h>
#include <stdlib.h>

enum pool_status team_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    const size_t limit = (size_t)omp_get_thread_limit();
    struct team_pool *pool = NULL;
    struct worker_mask home;

    if (setup->workers > limit)
        return fault_set(fault, POOL_EINVAL, 0, "%zu workers are more than the %zu threads of OMP_THREAD_LIMIT",
                         setup->workers, limit);
    const int rc = worker_mask_read(&home);
    if (rc)
        return fault_set(fault, POOL_EOS, rc, "the affinity of the calling thread cannot be read");
    pool = calloc(1, sizeof *pool);
    if (!pool || seats_init(&pool->seats, setup->workers, setup->config->wait)) {
        free(pool);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    }
    pool->setup = setup;
    pool->home = home;
    pthread_mutex_init(&pool->lock, NULL);
    *self = pool;
    return POOL_OK;
}

void team_destroy(void *self)
{
    struct team_pool *pool = self;

    pthread_mutex_destroy(&pool->lock);
    seats_free(&pool->seats);
    free(pool);
}

const struct pool_option team_options[] = {
    {.key = "chunk", .summary = "items per claim with the automatic chunk", .initial = 1, .min = 1, .max = 1 << 30},
    {.key = NULL},
};

size_t team_chunk(void *self, const struct pool_batch *batch)
{
    const struct team_pool *pool = self;

    return batch->chunk ? batch->chunk : (size_t)pool->setup->option[0];
}

/* The team is to have just as many threads as it has seats, within a parallel region of the caller's too. */
static void take_over_settings(struct team *team)
{
    team->dynamic = omp_get_dynamic();
    team->levels = omp_get_max_active_levels();
    omp_set_dynamic(0);
    if (team->levels <= omp_get_active_level())
        omp_set_max_active_levels(omp_get_active_level() + 1);
}

/* Wait for seats. Errors: ENOMEM. */
static enum pool_status team_open(struct team *team, struct team_pool *pool, struct pool_batch *batch, size_t chunk,
                                  struct pool_fault *fault)
{
    const size_t workers = pool->setup->workers;
    const size_t most = batch->count < workers ? batch->count : workers;
    const size_t chunks = chunk ? chunks_count(batch->count, chunk) : most;
    const size_t threads = chunks < most ? chunks : most;

    *team = (struct team){.pool = pool, .batch = batch, .threads = (int)threads, .chunks = chunks, .chunk = chunk};
    team->members = malloc(threads * (sizeof *team->members + sizeof *team->seats));
    if (!team->members)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a team of %zu threads", threads);
    team->seats = (size_t *)(team->members + threads);
    seats_take(&pool->seats, threads, team->seats);
    take_over_settings(team);
    return POOL_OK;
}

static enum pool_status team_close(struct team *team, struct pool_fault *fault)
{
    omp_set_max_active_levels(team->levels);
    omp_set_dynamic(team->dynamic);
    seats_give(&team->pool->seats, (size_t)team->threads, team->seats);
    free(team->members);
    if (team->fault.status)
        *fault = team->fault;
    return team->fault.status;
}

/* No item is to run. Of several causes the first stays. */
static void team_fail(struct team *team, const struct pool_fault *fault)
{
    pthread_mutex_lock(&team->pool->lock);
    if (!team->fault.status)
        team->fault = *fault;
    pthread_mutex_unlock(&team->pool->lock);
}

/* In every thread of the region, before any item. The same answer in all: false, there is nothing to run. */
static bool team_join(struct team *team, struct team_member *member)
{
    struct pool_batch *batch = team->batch;
    const struct pool_config *config = team->pool->setup->config;
    const int threads = omp_get_num_threads(), thread = omp_get_thread_num();
    struct pool_fault fault;

    member->team = team;
    member->loan = (struct worker_loan){.outer = pool_worker()};
    member->records = pool_batch_records(batch);
    batch->host->enter(batch, &member->frame);
    if (threads != team->threads) {
        fault_set(&fault, POOL_EOS, EAGAIN, "OpenMP gave %d of %d threads", threads, team->threads);
        team_fail(team, &fault);
        return false;
    }
    team->members[thread] = member;
    if (worker_borrow(team->pool->setup, team->seats[thread], &team->pool->home, &member->loan, &fault))
        team_fail(team, &fault);
    if (!config->binding && !config->initializer)
        return true; /* nothing can have failed: no need to wait for the others */
#pragma omp barrier
    return !team->fault.status;
}

/* In every thread of the region, after its last item. */
static void team_leave(struct team_member *member)
{
    member->team->batch->host->leave(&member->frame);
    worker_return(&member->loan);
}

enum pool_status team_share(void *self, struct pool_batch *batch, size_t chunk, void (*share)(struct team_member *),
                            struct pool_fault *fault)
{
    struct team team;
    const enum pool_status status = team_open(&team, self, batch, chunk, fault);

    if (status)
        return status;
#pragma omp parallel num_threads(team.threads)
    {
        struct team_member member;
        if (team_join(&team, &member))
            share(&member);
        team_leave(&member);
    }
    return team_close(&team, fault);
}

void team_run(const struct team_member *member, size_t k)
{
    const struct team *team = member->team;
    const size_t count = team->batch->count;
    const size_t first = team->chunk ? k * team->chunk : chunks_split(count, team->chunks, k);
    const size_t last = !team->chunk                  ? chunks_split(count, team->chunks, k + 1)
                        : count - first > team->chunk ? first + team->chunk
                                                      : count;

    pool_records_run(&member->records, first, last, NULL);
}
