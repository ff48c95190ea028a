/*
 * The correct pool that defects are planted in: persistent threads, one lock, jobs worked off oldest first in chunks.
 * One lock guards everything but the items themselves, so whoever sees that a job is over sees all its results.
 */
#define _GNU_SOURCE
#include "base.h"

#include "front/fault.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct newcomer {
    struct base *base;
    size_t worker;
};

size_t base_chunk(size_t workers, size_t count)
{
    const size_t chunk = count / workers / 4;

    return chunk ? chunk : 1;
}

/* The record of `index` in every column, and its place in the results; a stand-in where there are no bytes. */
static void locate(struct item *item)
{
    static unsigned char none;
    const struct job *job = item->job;

    for (size_t k = 0; k < job->task.nargs; k++)
        item->argv[k] = job->column[k] ? job->column[k] + item->index * job->task.arg_size[k] : &none;
    item->out = job->out ? job->out + item->index * job->task.out_size : &none;
}

int base_call(const struct item *item)
{
    return item->job->task.call(item->argv, item->out, item->job->task.context);
}

int base_call_at(const struct item *item, size_t index, void *out)
{
    struct item other = *item;

    other.index = index;
    locate(&other);
    if (out)
        other.out = out;
    return base_call(&other);
}

void base_fail(const struct item *item, int code)
{
    pool_item_failed(item->job->batch, item->index, code);
}

static void run_item(struct item *item)
{
    const struct defect *defect = item->base->defect;

    locate(item);
    const int code = defect->item ? defect->item(item) : base_call(item);
    if (item->job->batch->items && !code)
        item->job->batch->items[item->index] = (struct pool_item){.status = POOL_OK};
    if (code && defect->fail)
        defect->fail(item, code);
    else if (code)
        base_fail(item, code);
}

static void run_claim(struct base *base, struct job *job, size_t worker, size_t first, size_t last)
{
    struct item item = {.base = base, .job = job, .worker = worker, .first = first, .last = last};
    struct pool_frame frame;

    job->batch->host->enter(job->batch, &frame);
    for (size_t i = first; i < last && !pool_batch_canceled(job->batch); i++) {
        item.index = i;
        run_item(&item);
    }
    job->batch->host->leave(&frame);
}

void base_run_here(struct base *base, struct job *job)
{
    run_claim(base, job, 0, 0, job->count);
}

static bool all_claimed(const struct job *job)
{
    return job->next >= job->count || pool_batch_canceled(job->batch);
}

/* The oldest job that has something for this worker. The lock is held. */
static struct job *find_job(struct base *base, size_t worker)
{
    const struct defect *defect = base->defect;
    for (struct job *job = base->jobs; job; job = job->after)
        if (!all_claimed(job) && (!defect->admit || defect->admit(base, job, worker)))
            return job;
    return NULL;
}

/* Claim one chunk and work on it. The lock is held before and after. */
static void work_on(struct base *base, struct job *job, size_t worker)
{
    const size_t left = job->count - job->next;
    size_t first = job->next;
    size_t last = first + (job->chunk < left ? job->chunk : left);

    job->next = last;
    job->running++;
    if (base->defect->claim)
        base->defect->claim(job, &first, &last);
    pthread_mutex_unlock(&base->lock);
    run_claim(base, job, worker, first, last);
    pthread_mutex_lock(&base->lock);
    job->running--;
    pthread_cond_broadcast(&base->over);
}

/* Say how the start went, and wait for work until it is time to leave. */
static void live(struct base *base, size_t worker, const struct pool_fault *start)
{
    pthread_mutex_lock(&base->lock);
    base->begun++;
    if (start->status && !base->start_fault.status)
        base->start_fault = *start;
    pthread_cond_broadcast(&base->over);
    while (!base->leaving) {
        struct job *job = find_job(base, worker);
        if (job)
            work_on(base, job, worker);
        else
            pthread_cond_wait(&base->work, &base->lock);
    }
    pthread_mutex_unlock(&base->lock);
}

static void *worker_main(void *arg)
{
    const struct newcomer newcomer = *(struct newcomer *)arg;
    struct base *base = newcomer.base;
    struct pool_fault fault = {.status = POOL_OK};

    free(arg);
    base->setup->host->begin(base->setup, newcomer.worker, &fault);
    if (base->defect->born)
        base->defect->born(base, newcomer.worker);
    live(base, newcomer.worker, &fault);
    if (!fault.status)
        base->setup->host->end(base->setup, newcomer.worker);
    return NULL;
}

/* Start one worker, deaf to the host's signals. 0, or an errno. */
static int start_worker(struct base *base)
{
    struct newcomer *newcomer = malloc(sizeof *newcomer);
    sigset_t all, before;

    if (!newcomer)
        return ENOMEM;
    *newcomer = (struct newcomer){.base = base, .worker = base->threads};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int rc = pthread_create(&base->thread[base->threads], NULL, worker_main, newcomer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc)
        free(newcomer);
    else
        base->threads++;
    return rc;
}

/* Start all workers and wait until each has done what comes first. */
static enum pool_status start_workers(struct base *base, size_t threads, struct pool_fault *fault)
{
    int rc = 0;

    while (!rc && base->threads < threads)
        rc = start_worker(base);
    if (rc)
        return fault_set(fault, POOL_EOS, rc, "worker %zu could not be started", base->threads);
    pthread_mutex_lock(&base->lock);
    while (base->begun < base->threads)
        pthread_cond_wait(&base->over, &base->lock);
    pthread_mutex_unlock(&base->lock);
    *fault = base->start_fault;
    return base->start_fault.status;
}

enum pool_status base_create(const struct pool_setup *setup, const struct defect *defect, void **self,
                             struct pool_fault *fault)
{
    const size_t threads = defect->threads ? defect->threads(setup) : setup->workers;
    struct base *base = calloc(1, sizeof *base);

    if (!base)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for the pool");
    base->thread = calloc(threads, sizeof *base->thread);
    base->setup = setup;
    base->defect = defect;
    pthread_mutex_init(&base->lock, NULL);
    pthread_cond_init(&base->work, NULL);
    pthread_cond_init(&base->over, NULL);
    const enum pool_status status = base->thread ? start_workers(base, threads, fault)
                                                 : fault_set(fault, POOL_ENOMEM, 0, "no memory for the workers");
    if (status && (!defect->failed || defect->failed(base))) {
        base_stop(base, INT64_MAX);
        base_destroy(base);
    }
    if (status)
        return status;
    if (defect->created)
        defect->created(base);
    *self = base;
    return POOL_OK;
}

static void job_init(struct job *job, struct base *base, struct pool_batch *batch)
{
    *job = (struct job){.batch = batch, .task = *batch->task, .out = batch->out, .count = batch->count};
    for (size_t k = 0; k < job->task.nargs; k++)
        job->column[k] = batch->columns[k];
    job->chunk = batch->chunk ? batch->chunk : base_chunk(base->setup->workers, batch->count);
}

/* Hand the job to the workers and wait until it is over. */
static void work_off(struct base *base, struct job *job)
{
    struct job **end = &base->jobs;

    pthread_mutex_lock(&base->lock);
    while (*end)
        end = &(*end)->after;
    *end = job;
    pthread_cond_broadcast(&base->work);
    while (job->running || !all_claimed(job))
        pthread_cond_wait(&base->over, &base->lock);
    end = &base->jobs;
    while (*end != job)
        end = &(*end)->after;
    *end = job->after;
    pthread_mutex_unlock(&base->lock);
}

enum pool_status base_run(void *self, struct pool_batch *batch, struct pool_fault *fault)
{
    struct base *base = self;
    struct job job;

    (void)fault;
    job_init(&job, base, batch);
    job.number = __atomic_fetch_add(&base->batches, 1, __ATOMIC_RELAXED);
    if (!base->defect->begin || base->defect->begin(base, &job))
        work_off(base, &job);
    if (base->defect->end)
        base->defect->end(base, &job);
    return POOL_OK;
}

void base_terminate(void *self)
{
    struct base *base = self;

    pthread_mutex_lock(&base->lock);
    pthread_cond_broadcast(&base->over);
    pthread_mutex_unlock(&base->lock);
}

enum pool_status base_stop(void *self, int64_t deadline_ns)
{
    struct base *base = self;

    (void)deadline_ns; /* only running items could delay a worker, and all batches are over */
    if (base->defect->stop)
        base->defect->stop(base);
    pthread_mutex_lock(&base->lock);
    base->leaving = true;
    pthread_cond_broadcast(&base->work);
    pthread_mutex_unlock(&base->lock);
    while (base->threads)
        pthread_join(base->thread[--base->threads], NULL);
    return POOL_OK;
}

void base_destroy(void *self)
{
    struct base *base = self;

    pthread_cond_destroy(&base->over);
    pthread_cond_destroy(&base->work);
    pthread_mutex_destroy(&base->lock);
    free(base->mine);
    free(base->thread);
    free(base);
}
