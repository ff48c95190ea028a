/* A1-A5: how many workers a pool has. */
#define _GNU_SOURCE
#include "../kit/census.h"
#include "../kit/meet.h"
#include "../kit/trial.h"
#include "cases.h"
#include "front/cpus.h"

#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of a made-up tree. */
struct made_file {
    const char *path, *text;
};

static void make_file(const char *root, const struct made_file *made)
{
    char path[512];

    snprintf(path, sizeof path, "%s%s", root, made->path);
    for (char *slash = strchr(path + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "we");
    if (!file || fputs(made->text, file) == EOF || fclose(file))
        conform_unsupported("the file %s cannot be written", path);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

/* What the pool reads from a made-up tree, against what it should. The first file is /proc/self/cgroup. */
static void expect_quota(size_t expected, const struct made_file *files, size_t count)
{
    char root[] = "/tmp/poolbench-cgroup-XXXXXX";

    if (!mkdtemp(root))
        conform_unsupported("no folder can be made under /tmp");
    for (size_t i = 0; i < count; i++)
        make_file(root, &files[i]);
    const size_t got = cpus_quota(root), usable = cpus_usable(root);
    nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    if (got != expected)
        conform_fail("a cgroup with '%s' allows %zu CPUs, read was %zu", count > 1 ? files[1].text : "", expected, got);
    if (usable < 1)
        conform_fail("a cgroup with '%s' makes the automatic size 0", count > 1 ? files[1].text : "");
}

static void expect_workers(const struct subject *s, const struct pool_config *config, size_t expected, const char *when)
{
    struct pool *pool = subject_create_with(s, *config);

    if (pool_workers(pool) != subject_workers(s, expected))
        conform_fail("%s the automatic size is %zu, it should be %zu", when, pool_workers(pool),
                     subject_workers(s, expected));
    const struct trial_shape shape = trial_plain(4 * expected + 1);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
}

void A1_size_zero_is_what_the_process_may_use(struct subject *s)
{
    static const struct made_file version2[] = {{"/proc/self/cgroup", "0::/outer/inner\n"},
                                                {"/sys/fs/cgroup/outer/cpu.max", "150000 100000\n"},
                                                {"/sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n"}};
    static const struct made_file version1[] = {{"/proc/self/cgroup", "4:cpu,cpuacct:/x\n2:memory:/y\n"},
                                                {"/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "300000\n"},
                                                {"/sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n"}};
    const size_t quota = cpus_quota("");
    const struct pool_config automatic = {0}, capped = {.workers_cap = 1};
    cpu_set_t all, first;

    expect_quota(2, version2, COUNT(version2));
    expect_quota(3, version1, COUNT(version1));
    if (sched_getaffinity(0, sizeof all, &all))
        conform_unsupported("the affinity mask cannot be read");
    const size_t cpus = (size_t)CPU_COUNT(&all);
    expect_workers(s, &automatic, cpus < quota ? cpus : quota, "with the whole affinity mask");
    expect_workers(s, &capped, 1, "with a cap of 1");
    CPU_ZERO(&first);
    for (size_t cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&first); cpu++)
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &first);
    if (sched_setaffinity(0, sizeof first, &first))
        conform_unsupported("the affinity mask cannot be changed");
    expect_workers(s, &automatic, 1, "with one CPU in the affinity mask");
    sched_setaffinity(0, sizeof all, &all);
}

void A2_cgroup_texts_never_break_the_size(struct subject *s)
{
    static const struct {
        const char *text;
        size_t cpus;
    } rows[] = {{"max 100000\n", SIZE_MAX},
                {"", SIZE_MAX},
                {"\n", SIZE_MAX},
                {"garbage", SIZE_MAX},
                {"100000", SIZE_MAX},
                {"100000 0\n", SIZE_MAX},
                {"0 100000\n", SIZE_MAX},
                {"-1 100000\n", SIZE_MAX},
                {"100000 -5\n", SIZE_MAX},
                {"1 100000\n", 1},
                {"99999 100000\n", 1},
                {"100000 100000\n", 1},
                {"100001 100000\n", 2},
                {"99999999999999999999999 100000\n", SIZE_MAX},
                {"9223372036854775807 1\n", INT64_MAX}};
    static const struct made_file missing[] = {{"/proc/self/cgroup", "0::/no/such/group\n"}};
    static const struct made_file broken[] = {{"/proc/self/cgroup", "\n:\n::\n0\nx:y\n0:cpu\n"}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct made_file files[] = {{"/proc/self/cgroup", "0::/g\n"}, {"/sys/fs/cgroup/g/cpu.max", rows[i].text}};
        expect_quota(rows[i].cpus, files, COUNT(files));
    }
    expect_quota(SIZE_MAX, missing, COUNT(missing));
    expect_quota(SIZE_MAX, broken, COUNT(broken));
    subject_end(subject_create(s, 0));
}

void A3_explicit_size_is_honoured(struct subject *s)
{
    const size_t sizes[] = {1, 2, 3, s->cpus + 1, 4 * s->cpus};

    for (size_t i = 0; i < COUNT(sizes) && sizes[i] <= subject_workers(s, SIZE_MAX); i++) {
        struct pool *pool = subject_create(s, sizes[i]);
        if (pool_workers(pool) != sizes[i])
            conform_fail("a pool of %zu workers says that it has %zu", sizes[i], pool_workers(pool));
        meet_run(s, pool, sizes[i], 1, sizes[i], true, NULL);
        const size_t different = ledger_count_workers(s->ledger, sizes[i]);
        if (different != sizes[i])
            conform_fail("%zu workers were asked for, %zu took part", sizes[i], different);
        subject_end(pool);
    }
}

void A4_too_many_workers_are_refused(struct subject *s)
{
    const size_t sizes[] = {s->ops->workers_max + 1, (size_t)POOL_WORKERS_MAX + 1, SIZE_MAX / 2 + 1, SIZE_MAX};
    const struct census before = census_take();

    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct pool_fault fault = {0};
        const struct pool_config config = {.workers = sizes[i], .options = s->options, .fault = &fault};
        struct pool *pool = (struct pool *)&fault;
        const enum pool_status status = pool_create_with(s->ops, &config, &pool);
        if (status != POOL_EINVAL)
            conform_fail("a pool of %zu workers gave '%s'", sizes[i], pool_status_text(status));
        if (pool || !fault.text[0] || fault.status != POOL_EINVAL)
            conform_fail("a pool of %zu workers was refused without a sentence, or a pool was given", sizes[i]);
    }
    census_compare(s, &before, false, "after the refusals");
}

/* A thread that asks for the size all the time. */
struct poller {
    struct pool *pool;
    size_t workers, chunk, wrong_workers, wrong_chunk;
    uint32_t stop;
};

static void *poll_size(void *arg)
{
    struct poller *p = arg;

    while (!ledger_read(&p->stop)) {
        const size_t workers = pool_workers(p->pool), chunk = pool_auto_chunk(p->pool, 1000);
        if (workers != p->workers)
            p->wrong_workers = workers;
        if (chunk != p->chunk)
            p->wrong_chunk = chunk;
        sched_yield();
    }
    return NULL;
}

/* One item kills its worker. */
static int kill_call(const void *const argv[], void *out, const void *context)
{
    (void)out;
    if (*(const unsigned char *)argv[0] == *(const unsigned char *)context)
        kill(getpid(), SIGKILL);
    return 0;
}

static void lose_a_worker(struct pool *pool, unsigned char victim)
{
    unsigned char items[32];
    const struct pool_task task = {
        .name = "kill", .call = kill_call, .nargs = 1, .arg_size = {1}, .context = &victim, .context_size = 1};

    for (size_t i = 0; i < sizeof items; i++)
        items[i] = (unsigned char)i;
    pool_map(pool, &task, sizeof items, items, NULL, 0, NULL); /* whose outcome is not this clause's business */
}

void A5_reported_size_never_changes(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    struct poller poller = {.pool = pool, .workers = pool_workers(pool), .chunk = pool_auto_chunk(pool, 1000)};
    const struct trial_shape shape = trial_plain(61);
    pthread_t thread;

    if (pthread_create(&thread, NULL, poll_size, &poller))
        conform_unsupported("no thread can be started");
    for (unsigned char i = 0; i < 20; i++) {
        if (s->ops->capabilities & POOL_CAP_PROCS)
            lose_a_worker(pool, i);
        trial_once(s, pool, &shape, 0);
    }
    ledger_add(&poller.stop);
    pthread_join(thread, NULL);
    if (poller.wrong_workers)
        conform_fail("a pool of %zu workers said that it has %zu", poller.workers, poller.wrong_workers);
    if (poller.wrong_chunk)
        conform_fail("the automatic chunk changed from %zu to %zu", poller.chunk, poller.wrong_chunk);
    subject_end(pool);
}
