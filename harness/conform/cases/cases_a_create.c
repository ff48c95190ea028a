/* A6-A9: creation that fails, arguments that make no sense, and where workers run. */
#define _GNU_SOURCE
#include "../kit/census.h"
#include "../kit/meet.h"
#include "../kit/trial.h"
#include "cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define AS_STEP ((rlim_t)2 << 20)

/* The limit under which exactly `count` more descriptors can be opened, whatever was inherited. */
static rlim_t limit_for_descriptors(size_t count)
{
    int number = 0;

    for (;; number++)
        if (fcntl(number, F_GETFD) == -1 && count-- == 0)
            return (rlim_t)number;
}

static rlim_t address_space_in_use(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (!file || fscanf(file, "%llu", &pages) != 1)
        conform_unsupported("/proc/self/statm cannot be read");
    fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Create under a limit. True: it worked. */
static bool create_under(const struct subject *s, int resource, rlim_t limit, size_t workers)
{
    struct pool_fault fault = {0};
    const struct pool_config config = {.workers = workers, .options = s->options, .fault = &fault};
    const struct census before = census_take();
    struct rlimit old, now;
    struct pool *pool = NULL;

    getrlimit((__rlimit_resource_t)resource, &old);
    now = old;
    now.rlim_cur = limit < old.rlim_max ? limit : old.rlim_max;
    setrlimit((__rlimit_resource_t)resource, &now);
    const enum pool_status status = pool_create_with(s->ops, &config, &pool);
    setrlimit((__rlimit_resource_t)resource, &old);
    if (!status) {
        subject_end(pool);
        return true;
    }
    if (status != POOL_EOS && status != POOL_ENOMEM)
        conform_fail("creation without resources gave '%s': %s", pool_status_text(status), fault.text);
    if (pool || !fault.text[0])
        conform_fail("creation failed, but it gave a pool, or no sentence");
    census_compare(s, &before, false, "after a failed creation");
    return false;
}

static size_t fail_for_descriptors(const struct subject *s, size_t workers)
{
    size_t failures = 0;

    for (size_t k = 0, worked = 0; k < 16 + 8 * workers && worked < 3; k++) {
        const bool ok = create_under(s, RLIMIT_NOFILE, limit_for_descriptors(k), workers);
        failures += !ok;
        worked += ok;
    }
    return failures;
}

static size_t fail_for_memory(const struct subject *s, size_t workers)
{
    size_t failures = 0;

    if (POOLBENCH_SANITIZE[0])
        return 0; /* a sanitizer's own mappings need the address space */
    for (rlim_t k = 0; k < 10 + 6 * workers; k++) {
        if (create_under(s, RLIMIT_AS, address_space_in_use() + k * AS_STEP, workers))
            break; /* from here on stacks of earlier threads are used again */
        failures++;
    }
    return failures;
}

void A6_failed_creation_leaves_nothing(struct subject *s)
{
    const size_t workers = subject_workers(s, 4);
    /* Memory first: the stacks of a pool that could be created are used again without any new mapping. */
    const size_t without_memory = fail_for_memory(s, workers), without_descriptors = fail_for_descriptors(s, workers);

    if (without_memory + without_descriptors == 0)
        conform_unsupported("creation did not fail with no descriptor%s left",
                            POOLBENCH_SANITIZE[0] ? "" : " and no address space");
    struct pool *pool = subject_create(s, workers);
    const struct trial_shape shape = trial_plain(33);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
}

void A7_creation_is_bounded(struct subject *s)
{
    static const size_t sizes[] = {1, 2, 7, 16};
    const size_t rounds = s->quick ? 3 : 10;

    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t k = 0; k < rounds; k++) {
            struct pool *pool = subject_create(s, subject_workers(s, sizes[i]));
            if (k % 2)
                pool_destroy(pool);
            else
                subject_end(pool);
        }
}

static int never_call(const void *const argv[], void *out, const void *context)
{
    struct ledger *ledger;

    (void)argv;
    (void)out;
    memcpy(&ledger, context, sizeof ledger);
    ledger_start(ledger, SIZE_MAX);
    return 0;
}

static void expect_refused(const struct subject *s, enum pool_status status, const struct pool_fault *fault,
                           const char *what)
{
    if (status != POOL_EINVAL)
        conform_fail("%s gave '%s'", what, pool_status_text(status));
    if (fault->status != POOL_EINVAL || !fault->text[0])
        conform_fail("%s was refused without a sentence", what);
    if (ledger_read(&s->ledger->calls))
        conform_fail("%s was refused, but the task was called", what);
}

static void refuse_creations(const struct subject *s)
{
    static const struct {
        const char *strategy, *options, *what;
    } rows[] = {{"no_such_strategy", NULL, "an unknown strategy"}, {NULL, NULL, "a NULL strategy"}};
    static const char *const options[] = {"no_such_option=1", "=", "x", "=1", "no_such_option=", ",,"};
    struct pool *pool;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pool_fault fault = {0};
        const struct pool_config config = {.fault = &fault};
        expect_refused(s, pool_create(rows[i].strategy, &config, &pool), &fault, rows[i].what);
    }
    for (size_t i = 0; i < COUNT(options); i++) {
        struct pool_fault fault = {0};
        const struct pool_config config = {.options = options[i], .fault = &fault};
        expect_refused(s, pool_create_with(s->ops, &config, &pool), &fault, "an unknown option");
    }
}

void A8_bad_arguments_are_refused(struct subject *s)
{
    static uint64_t in[4], out[4];
    const struct pool_task good = {.name = "never",
                                   .call = never_call,
                                   .nargs = 1,
                                   .arg_size = {sizeof *in},
                                   .out_size = sizeof *out,
                                   .context = &s->ledger,
                                   .context_size = sizeof s->ledger};
    struct pool_task no_call = good, no_size = good, huge = good;
    const struct census before = census_take();
    struct pool_fault f = {0};

    refuse_creations(s);
    census_compare(s, &before, false, "after the refusals");
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    no_call.call = NULL;
    no_size.out_size = 0;
    huge.arg_size[0] = SIZE_MAX / 2;
    expect_refused(s, pool_map(pool, NULL, 4, in, out, 0, &f), &f, "a NULL task");
    expect_refused(s, pool_map(pool, &no_call, 4, in, out, 0, &f), &f, "a task without a function");
    expect_refused(s, pool_map(pool, &good, 4, in, NULL, 0, &f), &f, "a NULL array of results");
    expect_refused(s, pool_map(pool, &good, 4, NULL, out, 0, &f), &f, "a NULL array of items");
    expect_refused(s, pool_map(pool, &no_size, 4, in, out, 0, &f), &f, "results without a size");
    expect_refused(s, pool_map(pool, &huge, 4, in, out, 0, &f), &f, "an array larger than the address space");
    expect_refused(s, pool_map(NULL, &good, 4, in, out, 0, &f), &f, "a NULL pool");
    const struct trial_shape shape = trial_plain(9);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
}

/* All workers at once, and what each saw. Owns: the caller frees. */
static struct witness *gather(const struct subject *s, struct pool *pool)
{
    const size_t workers = pool_workers(pool);
    struct witness *seen = calloc(workers, sizeof *seen);

    if (!seen)
        conform_unsupported("no memory for %zu witnesses", workers);
    meet_run(s, pool, workers, 1, workers, false, seen);
    return seen;
}

static void expect_inherited(const struct subject *s, const cpu_set_t *mask)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    struct witness *seen = gather(s, pool);

    for (size_t i = 0; i < pool_workers(pool); i++)
        if (!CPU_EQUAL(&seen[i].cpus, mask))
            conform_fail("a worker may use %d CPUs, its creator %d", CPU_COUNT(&seen[i].cpus), CPU_COUNT(mask));
    free(seen);
    subject_end(pool);
}

static size_t list_cpus(const cpu_set_t *mask, unsigned *cpus)
{
    size_t count = 0;

    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, mask))
            cpus[count++] = cpu;
    return count;
}

void A9_affinity_is_inherited(struct subject *s)
{
    unsigned cpus[CPU_SETSIZE];
    cpu_set_t all, one;

    if (sched_getaffinity(0, sizeof all, &all))
        conform_unsupported("the affinity mask cannot be read");
    expect_inherited(s, &all);
    const size_t count = list_cpus(&all, cpus);
    CPU_ZERO(&one);
    CPU_SET(cpus[count - 1], &one);
    if (sched_setaffinity(0, sizeof one, &one))
        conform_unsupported("the affinity mask cannot be changed");
    expect_inherited(s, &one);
    sched_setaffinity(0, sizeof all, &all);
}

void A9_binding_is_spread_and_wraps(struct subject *s)
{
    unsigned cpus[CPU_SETSIZE];
    size_t used[CPU_SETSIZE] = {0};
    cpu_set_t all, after;

    if (sched_getaffinity(0, sizeof all, &all) || sched_setaffinity(0, sizeof all, &all))
        conform_unsupported("the affinity mask cannot be changed");
    const struct pool_binding binding = {.cpus = cpus, .count = list_cpus(&all, cpus)};
    const size_t workers = subject_workers(s, binding.count + 1);
    struct pool *pool = subject_create_with(s, (struct pool_config){.workers = workers, .binding = &binding});
    struct witness *seen = gather(s, pool);

    for (size_t i = 0; i < workers; i++) {
        unsigned cpu[CPU_SETSIZE];
        if (list_cpus(&seen[i].cpus, cpu) != 1)
            conform_fail("a bound worker may use %d CPUs", CPU_COUNT(&seen[i].cpus));
        used[cpu[0]]++;
    }
    for (size_t k = 0; k < binding.count; k++) {
        const size_t expected = workers / binding.count + (k < workers % binding.count);
        if (used[cpus[k]] != expected)
            conform_fail("CPU %u has %zu of %zu workers, it should have %zu", cpus[k], used[cpus[k]], workers,
                         expected);
    }
    free(seen);
    subject_end(pool);
    if (sched_getaffinity(0, sizeof after, &after) || !CPU_EQUAL(&all, &after))
        conform_fail("the caller's own affinity mask was changed");
}
