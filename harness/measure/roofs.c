#define _GNU_SOURCE
#include "roofs.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARENA_BYTES (UINT64_C(1) << 34) /* of addresses: memory is taken as it is touched */
#define LINE 64

/* The call that workers look at. In memory that forked workers share, as are arrays and codes. */
struct roof_call {
    unsigned started;                     /* grows with each call */
    _Alignas(LINE) unsigned finished;     /* workers that have ended it, the caller aside */
    _Alignas(LINE) struct pool_task task; /* its context was there before the workers were */
    const void *columns[POOL_ARGS_MAX];
    void *out;
    int *codes; /* Shape: count; what items returned */
    size_t count;
    bool over; /* no more calls */
};

struct roof {
    const struct pool_setup *setup;
    struct roof_call *call;
    size_t used; /* bytes of the arena, which begins with the call */
    cpu_set_t home;
    struct roof_worker *workers; /* Shape: setup->workers; the first is the caller */
    bool processes;
};

struct roof_worker {
    struct roof *roof;
    size_t number;
    pthread_t thread;
    pid_t pid;
    bool alive;
};

static size_t slice(const struct roof *r, size_t worker)
{
    return (size_t)((__uint128_t)r->call->count * worker / r->setup->workers);
}

/* The CPU of a worker: that of the binding, or else the one of that number among those that the creator may use. */
static void pin(const struct roof *r, size_t worker)
{
    const struct pool_binding *binding = r->setup->config->binding;
    cpu_set_t one;
    unsigned cpu = 0;

    CPU_ZERO(&one);
    if (binding)
        cpu = binding->cpus[worker % binding->count];
    else
        for (size_t left = worker % (size_t)CPU_COUNT(&r->home);; cpu++)
            if (CPU_ISSET(cpu, &r->home) && left-- == 0)
                break;
    CPU_SET(cpu, &one);
    (void)sched_setaffinity(0, sizeof one, &one); /* a CPU that is gone meanwhile: the roof is lower then */
}

static void note_code(void *arg, size_t index, int code)
{
    const struct roof_call *c = arg;

    c->codes[index] = code;
}

/* The inner loop is that of all strategies. */
static void run_slice(struct roof *r, size_t worker)
{
    static const int never = 0;
    struct roof_call *c = r->call;
    const struct pool_records records = {
        .task = &c->task, .columns = c->columns, .out = c->out, .canceled = &never, .fail = note_code, .arg = c};
    size_t cursor;

    pool_records_run(&records, slice(r, worker), slice(r, worker + 1), &cursor);
}

/* What a worker does all its life: call after call, each begun by the caller's store and ended by its own. */
static void *live(void *arg)
{
    const struct roof_worker *w = arg;
    struct roof_call *c = w->roof->call;

    pin(w->roof, w->number);
    for (unsigned next = 1;; next++) {
        while (__atomic_load_n(&c->started, __ATOMIC_ACQUIRE) != next)
            (void)sched_yield();
        if (c->over)
            return NULL;
        run_slice(w->roof, w->number);
        __atomic_add_fetch(&c->finished, 1, __ATOMIC_RELEASE);
    }
}

static int start(struct roof_worker *w)
{
    if (!w->roof->processes) {
        const int error = pthread_create(&w->thread, NULL, live, w);
        w->alive = !error;
        return error;
    }
    const pid_t parent = getpid();
    w->pid = fork();
    if (w->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            (void)live(w);
        _exit(0);
    }
    w->alive = w->pid > 0;
    return w->alive ? 0 : errno;
}

/* Begin the next call; everything that was written of it is seen by who sees this. */
static void begin(struct roof_call *c)
{
    c->finished = 0;
    __atomic_add_fetch(&c->started, 1, __ATOMIC_RELEASE);
}

static enum pool_status roof_stop(void *self, int64_t deadline_ns)
{
    struct roof *r = self;

    (void)deadline_ns; /* all workers spin: they see the end at once */
    if (r->call->over)
        return POOL_OK;
    r->call->over = true;
    begin(r->call);
    for (size_t k = 1; k < r->setup->workers; k++)
        if (r->workers[k].alive && r->processes)
            (void)waitpid(r->workers[k].pid, NULL, 0);
        else if (r->workers[k].alive)
            (void)pthread_join(r->workers[k].thread, NULL);
    (void)sched_setaffinity(0, sizeof r->home, &r->home);
    return POOL_OK;
}

static void roof_destroy(void *self)
{
    struct roof *r = self;

    (void)munmap(r->call, ARENA_BYTES);
    free(r->workers);
    free(r);
}

static enum pool_status fail(struct pool_fault *fault, int error, const char *what)
{
    fault->status = POOL_EOS;
    fault->os_errno = error;
    snprintf(fault->text, sizeof fault->text, "%s: %s", what, strerror(error));
    return POOL_EOS;
}

static enum pool_status make(const struct pool_setup *setup, struct roof *r, struct pool_fault *fault)
{
    r->setup = setup;
    r->used = sizeof *r->call;
    r->workers = calloc(setup->workers, sizeof *r->workers);
    if (!r->workers || sched_getaffinity(0, sizeof r->home, &r->home))
        return fail(fault, errno, "the roof cannot be prepared");
    r->call = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (r->call == MAP_FAILED)
        return fail(fault, errno, "no addresses for the roof's memory");
    for (size_t k = 1; k < setup->workers; k++) {
        r->workers[k] = (struct roof_worker){.roof = r, .number = k};
        const int error = start(&r->workers[k]);
        if (error) {
            (void)roof_stop(r, INT64_MAX);
            (void)munmap(r->call, ARENA_BYTES);
            return fail(fault, error, "a worker of the roof cannot be started");
        }
    }
    pin(r, 0);
    return POOL_OK;
}

static enum pool_status create(const struct pool_setup *setup, void **self, bool processes, struct pool_fault *fault)
{
    struct roof *r = calloc(1, sizeof *r);

    if (!r)
        return fail(fault, ENOMEM, "the roof cannot be prepared");
    r->processes = processes;
    const enum pool_status status = make(setup, r, fault);
    if (status == POOL_OK) {
        *self = r;
        return POOL_OK;
    }
    free(r->workers);
    free(r);
    return status;
}

static enum pool_status create_threads(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return create(setup, self, false, fault);
}

static enum pool_status create_processes(const struct pool_setup *setup, void **self, struct pool_fault *fault)
{
    return create(setup, self, true, fault);
}

/* Arrays only: they stay until the end. */
static void *roof_alloc(void *self, size_t bytes)
{
    struct roof *r = self;
    const size_t start = (r->used + LINE - 1) / LINE * LINE;

    if (bytes > ARENA_BYTES - start)
        return NULL;
    r->used = start + bytes;
    return (char *)r->call + start;
}

static void roof_free(void *self, void *memory)
{
    (void)self;
    (void)memory;
}

static enum pool_status roof_run(void *self, struct pool_batch *b, struct pool_fault *fault)
{
    struct roof *r = self;
    struct roof_call *c = r->call;

    if (c->count != b->count) { /* all calls of a session are alike */
        c->codes = roof_alloc(r, b->count * sizeof *c->codes);
        c->count = b->count;
    }
    if (!c->codes)
        return fail(fault, ENOMEM, "no memory for a call of the roof's");
    c->task = *b->task;
    memcpy(c->columns, b->columns, b->task->nargs * sizeof *b->columns);
    c->out = b->out;
    begin(c);
    run_slice(r, 0);
    while (__atomic_load_n(&c->finished, __ATOMIC_ACQUIRE) < r->setup->workers - 1)
        (void)sched_yield();
    for (size_t i = 0; i < c->count; i++)
        if (c->codes[i]) {
            pool_item_failed(b, i, c->codes[i]);
            c->codes[i] = 0;
        }
    return POOL_OK;
}

static size_t roof_chunk(size_t workers, size_t count)
{
    return count / workers + (count % workers != 0);
}

#define ROOF(kind, how)                                                                                                \
    static const struct pool_ops roof_##kind = {                                                                       \
        .abi = POOL_ABI,                                                                                               \
        .name = "roof_" #kind,                                                                                         \
        .summary = "no pool: work split beforehand over " how,                                                         \
        .capabilities = POOL_CAP_INLINE | POOL_CAP_SHARED,                                                             \
        .workers_max = POOL_WORKERS_MAX,                                                                               \
        .chunk_rule = "items / workers",                                                                               \
        .chunk = roof_chunk,                                                                                           \
        .create = create_##kind,                                                                                       \
        .run = roof_run,                                                                                               \
        .stop = roof_stop,                                                                                             \
        .destroy = roof_destroy,                                                                                       \
        .alloc = roof_alloc,                                                                                           \
        .free = roof_free,                                                                                             \
    }

ROOF(threads, "bound threads");
ROOF(processes, "bound processes");

const struct pool_ops *const roofs[] = {&roof_threads, &roof_processes, NULL};

bool roofs_have(const struct pool_ops *ops)
{
    return ops == &roof_threads || ops == &roof_processes;
}
