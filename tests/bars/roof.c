#define _GNU_SOURCE
#include "roof.h"

#include "core/chunks.h"
#include "machine/clock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct moment {
    int64_t start_ns, end_ns;
};

/* In memory that threads and forked processes share alike; the arrays follow. */
struct roof {
    size_t arrived; /* workers at the barrier, counted over all calls */
    bool unpinned;  /* a worker could not be bound */
    size_t workers, calls, count;
    const struct bars *bars;
    const struct pool_task *task;
    char *items, *out;
    struct moment moments[ROOF_CALLS_MAX][ROOF_WORKERS_MAX];
};

struct roof_worker {
    struct roof *roof;
    size_t number;
    pthread_t thread;
    pid_t pid;
};

static bool pin(const struct bars *bars, size_t worker)
{
    cpu_set_t set;

    if (bars->cpu_count == 0)
        return true; /* and the label does not say pinned */
    CPU_ZERO(&set);
    CPU_SET(bars->cpus[worker % bars->cpu_count], &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

static void meet(struct roof *r, size_t call)
{
    __atomic_add_fetch(&r->arrived, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&r->arrived, __ATOMIC_ACQUIRE) < (call + 1) * r->workers)
        sched_yield();
}

static void *work(void *arg)
{
    const struct roof_worker *w = arg;
    struct roof *r = w->roof;
    const size_t first = chunks_split(r->count, r->workers, w->number);
    const size_t last = chunks_split(r->count, r->workers, w->number + 1);

    if (!pin(r->bars, w->number))
        __atomic_store_n(&r->unpinned, true, __ATOMIC_RELAXED); /* it works all the same: others wait for it */
    for (size_t call = 0; call < r->calls; call++) {
        meet(r, call);
        struct moment *moment = &r->moments[call][w->number];
        moment->start_ns = clock_now_ns();
        for (size_t i = first; i < last; i++) {
            const void *argv[] = {r->items + i * r->task->arg_size[0]};
            r->task->call(argv, r->out + i * r->task->out_size, r->task->context);
        }
        moment->end_ns = clock_now_ns();
    }
    return NULL;
}

static int start(struct roof_worker *w, bool threads)
{
    if (threads)
        return pthread_create(&w->thread, NULL, work, w);
    w->pid = fork();
    if (w->pid == 0) {
        work(w);
        _exit(0);
    }
    return w->pid < 0 ? errno : 0;
}

/* A worker that cannot start leaves the others at the barrier: the whole process is given up, and they go with it. */
static bool run(struct roof *r, bool threads, char why[WHY_SIZE])
{
    struct roof_worker workers[ROOF_WORKERS_MAX];

    for (size_t k = 0; k < r->workers; k++) {
        workers[k] = (struct roof_worker){.roof = r, .number = k};
        const int error = start(&workers[k], threads);
        if (error) {
            snprintf(why, WHY_SIZE, "starting a worker: %s", strerror(error));
            return false;
        }
    }
    for (size_t k = 0; k < r->workers; k++)
        if (threads ? pthread_join(workers[k].thread, NULL) != 0 : waitpid(workers[k].pid, NULL, 0) != workers[k].pid) {
            snprintf(why, WHY_SIZE, "a worker was lost");
            return false;
        }
    if (r->unpinned)
        snprintf(why, WHY_SIZE, "a worker could not be bound to its CPU");
    return !r->unpinned;
}

static bool check(const struct roof *r, const struct workload *w, const struct workload_run *run_, char why[WHY_SIZE])
{
    for (size_t i = 0; i < r->count; i++) {
        const void *argv[] = {r->items + i * r->task->arg_size[0]};
        if (!w->check(run_, i, argv, r->out + i * r->task->out_size)) {
            snprintf(why, WHY_SIZE, "the result of item %zu is wrong", i);
            return false;
        }
    }
    return true;
}

static void take_times(const struct roof *r, double ns[])
{
    for (size_t call = 0; call < r->calls; call++) {
        int64_t first = INT64_MAX, last = 0;
        for (size_t k = 0; k < r->workers; k++) {
            const struct moment *m = &r->moments[call][k];
            first = m->start_ns < first ? m->start_ns : first;
            last = m->end_ns > last ? m->end_ns : last;
        }
        ns[call] = (double)(last - first);
    }
}

bool roof_measure(const struct bars *bars, const char *workload, uint64_t work_ns, size_t count, bool threads,
                  size_t calls, double ns[], char why[WHY_SIZE])
{
    const struct workload_spec spec = {
        .count = count, .seed = 1, .work_ns = work_ns, .loops_per_ns = bars->loops_per_ns};
    const struct workload *w = workload_named(workload);
    struct workload_run prepared;

    if (!w) {
        snprintf(why, WHY_SIZE, "this build lacks the workload %s", workload);
        return false;
    }
    if (w->prepare(&spec, &prepared, why))
        return false;
    const size_t items = count * prepared.task.arg_size[0], out = count * prepared.task.out_size;
    struct roof *r = mmap(NULL, sizeof *r + items + out, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool good = r != MAP_FAILED;
    if (good) {
        *r = (struct roof){
            .workers = bars->workers, .calls = calls, .count = count, .bars = bars, .task = &prepared.task};
        r->items = (char *)(r + 1);
        r->out = r->items + items;
        w->fill(&prepared, 0, count, (void *[]){r->items});
        good = run(r, threads, why) && check(r, w, &prepared, why);
        take_times(r, ns);
        munmap(r, sizeof *r + items + out);
    } else
        snprintf(why, WHY_SIZE, "no memory for the arrays");
    if (w->release)
        w->release(&prepared);
    return good;
}
