/* Defects in who runs items, and when: workers missing, serialised, bypassed, too many, too late, left behind. */
#define _GNU_SOURCE
#include "defects.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool run_in_caller(struct base *base, struct job *job)
{
    base_run_here(base, job);
    return false;
}

const struct defect defect_null_runs_in_caller = {.begin = run_in_caller};

static bool run_single_in_caller(struct base *base, struct job *job)
{
    return job->count > 1 || run_in_caller(base, job);
}

const struct defect defect_apply_in_caller = {.begin = run_single_in_caller};

/* As a fork pool does whose author takes a child's memory for the parent's. */
static bool run_in_child(struct base *base, struct job *job)
{
    const pid_t child = fork();

    if (child == 0) {
        base_run_here(base, job);
        _exit(0);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return false;
}

const struct defect defect_results_in_the_child = {.begin = run_in_child};

enum { STRAY_SECONDS = 20 };

/* It ends by itself in the end, and holds nothing open, so that whoever looks on is not kept waiting. */
static void leave_process(struct base *base)
{
    (void)base;
    if (fork())
        return;
    alarm(STRAY_SECONDS);
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
    pause();
    _exit(0);
}

const struct defect defect_process_left_behind = {.created = leave_process};

static void *stay(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static void leave_thread(struct base *base)
{
    pthread_t thread;

    if (!pthread_create(&thread, NULL, stay, base))
        pthread_detach(thread);
}

const struct defect defect_thread_left_behind = {.created = leave_thread};

/* The lock is a spinning one, so that an item that waits for another holds it for ever. */
static int run_alone(const struct item *item)
{
    while (__atomic_exchange_n(&item->base->tally, 1, __ATOMIC_ACQUIRE))
        sched_yield();
    const int code = base_call(item);
    __atomic_store_n(&item->base->tally, 0, __ATOMIC_RELEASE);
    return code;
}

const struct defect defect_everything_serialised = {.item = run_alone};

static int run_single_alone(const struct item *item)
{
    return item->job->count == 1 ? run_alone(item) : base_call(item);
}

const struct defect defect_apply_serialised = {.item = run_single_alone};

static bool admit_first_worker(struct base *base, const struct job *job, size_t worker)
{
    (void)base;
    (void)job;
    return worker == 0;
}

const struct defect defect_one_worker_does_all = {.admit = admit_first_worker};

/* With a given chunk the first worker takes it all; the automatic one is shared out. */
static bool admit_if_automatic(struct base *base, const struct job *job, size_t worker)
{
    (void)base;
    return worker == 0 || job->batch->chunk == 0;
}

const struct defect defect_chunks_to_one_worker = {.admit = admit_if_automatic};

static size_t at_most_cpus(const struct pool_setup *setup)
{
    const long cpus = sysconf(_SC_NPROCESSORS_ONLN);

    return cpus > 0 && setup->workers > (size_t)cpus ? (size_t)cpus : setup->workers;
}

const struct defect defect_capped_at_cpus = {.threads = at_most_cpus};

static size_t one_fewer(const struct pool_setup *setup)
{
    return setup->workers > 1 ? setup->workers - 1 : 1;
}

const struct defect defect_one_worker_missing = {.threads = one_fewer};

static size_t one_more(const struct pool_setup *setup)
{
    return setup->workers + 1;
}

const struct defect defect_one_worker_too_many = {.threads = one_more};

static void bind_to_this_cpu(struct base *base, size_t worker)
{
    const int cpu = sched_getcpu();
    cpu_set_t one;

    (void)worker;
    CPU_ZERO(&one);
    CPU_SET((size_t)(cpu < 0 ? 0 : cpu), &one);
    if (sched_setaffinity(0, sizeof one, &one))
        base->tally = (size_t)errno;
}

const struct defect defect_bound_unasked = {.born = bind_to_this_cpu};

static void wait_for_first_batch(struct base *base)
{
    pthread_mutex_lock(&base->lock);
    while (!base->jobs)
        pthread_cond_wait(&base->over, &base->lock);
    pthread_mutex_unlock(&base->lock);
}

const struct defect defect_creation_waits = {.created = wait_for_first_batch};

static void wait_if_unused(struct base *base)
{
    if (!__atomic_load_n(&base->batches, __ATOMIC_RELAXED))
        wait_for_first_batch(base);
}

const struct defect defect_unused_pool_hangs = {.stop = wait_if_unused};

static size_t open_and_forget(const struct pool_setup *setup)
{
    (void)!open("/dev/null", O_RDONLY | O_CLOEXEC);
    return setup->workers;
}

const struct defect defect_descriptor_left_open = {.threads = open_and_forget};

static bool leave_as_it_is(struct base *base)
{
    (void)base;
    return false;
}

const struct defect defect_failed_start_stays = {.failed = leave_as_it_is};

static bool try_for_ever(struct base *base)
{
    while (!__atomic_load_n(&base->leaving, __ATOMIC_RELAXED))
        sched_yield();
    return true;
}

const struct defect defect_failed_start_hangs = {.failed = try_for_ever};

/* The last item of a batch, run when the caller has its answer. */
struct late_item {
    struct item item;
    struct job job;
    pthread_t thread;
    bool started;
};

enum { LATE_NS = 5000000, LATE_ITEMS_MIN = 12 };

static void *run_late(void *arg)
{
    struct late_item *late = arg;
    const struct timespec pause = {.tv_nsec = LATE_NS};

    nanosleep(&pause, NULL);
    late->item.job = &late->job;
    base_call(&late->item);
    return NULL;
}

static void make_late_item(struct base *base)
{
    base->mine = calloc(1, sizeof(struct late_item));
}

static void join_late_item(struct base *base)
{
    struct late_item *late = base->mine;

    if (late && late->started)
        pthread_join(late->thread, NULL);
    if (late)
        late->started = false;
}

static bool join_before_next(struct base *base, struct job *job)
{
    (void)job;
    join_late_item(base);
    return true;
}

/* Small batches are spared: the caller of one is gone, with the context, too soon to see what is done to it. */
static bool is_late(const struct item *item)
{
    return item->base->mine && item->index == item->job->count - 1 && item->job->count >= LATE_ITEMS_MIN;
}

static void start_late(const struct item *item)
{
    struct late_item *late = item->base->mine;

    *late = (struct late_item){.item = *item, .job = *item->job};
    late->started = !pthread_create(&late->thread, NULL, run_late, late);
}

static int answer_first(const struct item *item)
{
    if (!is_late(item))
        return base_call(item);
    start_late(item);
    return 0;
}

const struct defect defect_returns_early = {
    .created = make_late_item, .begin = join_before_next, .item = answer_first, .stop = join_late_item};

/* The result is right and in time, and then written once more. */
static int write_again_later(const struct item *item)
{
    const int code = base_call(item);

    if (is_late(item))
        start_late(item);
    return code;
}

const struct defect defect_touches_results_later = {
    .created = make_late_item, .begin = join_before_next, .item = write_again_later, .stop = join_late_item};
