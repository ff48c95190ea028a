/*
 * thread_each - a fresh thread for every task, as Python's threading.Thread: at most `workers` alive at a time, over
 * all concurrent calls.
 *
 * A thread gives its seat back as the last thing it does; who takes the seat next joins it first.
 */
#include "core/chunks.h"
#include "core/threads/crew.h"
#include "core/threads/seats.h"
#include "core/wait/idle.h"
#include "core/worker.h"
#include "front/fault.h"
#include "strategy.h"

#include <stdlib.h>

struct round;

/* What one thread is to do. It belongs to who has the seat of its number. */
struct errand {
    struct round *round;
    size_t seat, first, last;
    pthread_t thread;
    bool ended; /* it has given the seat back: join it */
};

struct each {
    const struct pool_setup *setup;
    struct seats seats;
    struct worker_mask home; /* the creator's: who starts a thread may have another */
    pthread_mutex_t lock;    /* guards every struct round */
    pthread_cond_t changed;
    struct errand errands[]; /* Shape: setup->workers */
};

/* One call of run, on its stack. */
struct round {
    struct each *each;
    struct pool_batch *batch;
    size_t running;          /* threads that have not finished their items; read without the lock too */
    struct pool_fault fault; /* the first worker that could not begin; status POOL_OK: none */
};

/* A thread is through with its items; the last touch of the round. */
static void round_end(struct round *round, const struct pool_fault *fault)
{
    struct each *each = round->each;

    pthread_mutex_lock(&each->lock);
    if (fault->status && !round->fault.status)
        round->fault = *fault;
    if (!__atomic_sub_fetch(&round->running, 1, __ATOMIC_RELAXED))
        pthread_cond_broadcast(&each->changed);
    pthread_mutex_unlock(&each->lock);
}

static void *errand_main(void *arg)
{
    struct errand *errand = arg;
    struct round *round = errand->round;
    struct each *each = round->each;
    const size_t seat = errand->seat;
    struct pool_fault fault = {.status = POOL_OK};
    struct worker_loan loan;

    if (!worker_borrow(each->setup, seat, &each->home, &loan, &fault))
        pool_items_run(round->batch, errand->first, errand->last);
    worker_return(&loan);
    round_end(round, &fault);
    errand->thread = pthread_self();
    errand->ended = true;
    seats_give(&each->seats, 1, &seat);
    return NULL;
}

/* One more thread, unless a worker could not begin. */
static bool round_begin(struct round *round)
{
    struct each *each = round->each;

    pthread_mutex_lock(&each->lock);
    const bool sound = !round->fault.status;
    __atomic_add_fetch(&round->running, sound, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&each->lock);
    return sound;
}

/* The seat is ours: its last thread has nothing left to do. */
static void errand_join(struct errand *errand)
{
    if (errand->ended)
        pthread_join(errand->thread, NULL);
    errand->ended = false;
}

/* Wait for a seat and start a thread on it. False: there is no point in starting more. */
static bool round_start(struct round *round, size_t first, size_t last)
{
    struct each *each = round->each;
    pthread_t thread;
    size_t seat;

    seats_take(&each->seats, 1, &seat);
    struct errand *errand = &each->errands[seat];
    errand_join(errand);
    if (!pool_batch_canceled(round->batch) && round_begin(round)) {
        *errand = (struct errand){.round = round, .seat = seat, .first = first, .last = last};
        const int rc = crew_start_thread(&thread, errand_main, errand);
        if (!rc)
            return true;
        struct pool_fault fault;
        fault_set(&fault, POOL_EOS, rc, "a thread for item %zu cannot be started", first);
        round_end(round, &fault);
    }
    seats_give(&each->seats, 1, &seat);
    return false;
}

static size_t thread_each_chunk(size_t workers, size_t count)
{
    (void)workers;
    (void)count;
    return 1;
}

static enum pool_status thread_each_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct each *each = self;
    struct round round = {.each = each, .batch = batch};
    const size_t chunk = batch->chunk ? batch->chunk : thread_each_chunk(each->setup->workers, batch->count);
    size_t first = 0;

    while (first < batch->count) {
        const size_t last = chunk < batch->count - first ? first + chunk : batch->count;
        if (!round_start(&round, first, last))
            break;
        first = last;
    }
    struct idle idle = {.for_others = true};
    while (__atomic_load_n(&round.running, __ATOMIC_RELAXED) && idle_look_again(each->setup->config->wait, &idle))
        continue;
    pthread_mutex_lock(&each->lock); /* and so see what they wrote */
    while (round.running)
        pthread_cond_wait(&each->changed, &each->lock);
    pthread_mutex_unlock(&each->lock);
    if (round.fault.status)
        *fault = round.fault;
    return round.fault.status;
}

static enum pool_status thread_each_create(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    struct each *each = NULL;
    struct worker_mask home;
    const int rc = worker_mask_read(&home);

    if (rc)
        return fault_set(fault, POOL_EOS, rc, "the affinity of the calling thread cannot be read");
    each = calloc(1, sizeof *each + setup->workers * sizeof *each->errands);
    if (!each || seats_init(&each->seats, setup->workers, setup->config->wait)) {
        free(each);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %zu workers", setup->workers);
    }
    each->setup = setup;
    each->home = home;
    pthread_mutex_init(&each->lock, NULL);
    pthread_cond_init(&each->changed, NULL);
    *self = each;
    return POOL_OK;
}

/* All items are over, so every seat comes back at once: no deadline is needed. */
static enum pool_status thread_each_stop(void *self, int64_t deadline_ns)
{
    struct each *each = self;

    (void)deadline_ns;
    for (size_t i = 0; i < each->setup->workers; i++) {
        size_t seat;
        seats_take(&each->seats, 1, &seat);
        errand_join(&each->errands[seat]);
    }
    return POOL_OK;
}

static void thread_each_destroy(void *self)
{
    struct each *each = self;

    pthread_cond_destroy(&each->changed);
    pthread_mutex_destroy(&each->lock);
    seats_free(&each->seats);
    free(each);
}

const struct pool_ops strategy_thread_each = {
    .abi = POOL_ABI,
    .name = "thread_each",
    .summary = "a fresh thread for every task",
    .capabilities = POOL_CAP_RECYCLE | POOL_CAP_OVERLAP | POOL_CAP_NEST | POOL_CAP_FRESH,
    .workers_max = POOL_WORKERS_MAX,
    .chunk_rule = "one item for each thread",
    .chunk = thread_each_chunk,
    .create = thread_each_create,
    .run = thread_each_run,
    .stop = thread_each_stop,
    .destroy = thread_each_destroy,
};
