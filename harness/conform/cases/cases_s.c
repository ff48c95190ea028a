/* S1-S3: what is left behind, what grows, what workers inherit. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../kit/act.h"
#include "../kit/census.h"
#include "cases.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t count_lines(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t lines = 0;
    int c;

    while (file && (c = getc(file)) != EOF)
        lines += c == '\n';
    if (file)
        fclose(file);
    return lines;
}

/* How one life of a pool goes. */
static void live(const struct subject *s, size_t round, bool processes)
{
    struct pool *pool = subject_create(s, subject_workers(s, 1 + round % 3));
    struct play *p = play_new(s, 0, 12);

    if (round % 4 == 1)
        p->in[3].act = ACT_FAIL;
    if (round % 4 == 2 && processes)
        p->in[5].act = ACT_KILL;
    play_start(p, pool, round % 3);
    if (round % 4 == 3) {
        pool_terminate(pool);
        pool_destroy(pool);
        play_expect_end(p);
    } else {
        play_await(p);
        play_judge(p, false);
        subject_end(pool);
    }
    play_free(p);
}

void S1_cycles_leave_nothing(struct subject *s)
{
    const bool processes = workers_are_processes(s);
    const size_t rounds = s->quick ? 12 : 50;

    for (size_t round = 0; round < 8; round++)
        live(s, round, processes);
    const struct census before = census_take();
    const size_t maps = count_lines("/proc/self/maps");
    for (size_t round = 0; round < rounds; round++)
        live(s, round, processes);
    census_compare(s, &before, true, "after many pools");
    /* An allocator may take one more piece of the address space for itself. */
    if (!POOLBENCH_SANITIZE[0] && count_lines("/proc/self/maps") > maps + rounds / 3)
        conform_fail("after %zu pools there are %zu mappings, before there were %zu", rounds,
                     count_lines("/proc/self/maps"), maps);
}

static int refuse_to_begin(void *arg, size_t worker)
{
    (void)arg;
    return worker == 1 ? 7 : 0;
}

void S1_failed_creation_leaves_nothing(struct subject *s)
{
    struct pool_fault fault = {0};
    const struct pool_config config = {
        .workers = subject_workers(s, 3), .initializer = refuse_to_begin, .options = s->options, .fault = &fault};
    const struct census before = census_take();
    struct pool *pool;

    for (size_t round = 0; round < (s->quick ? 10 : 50); round++)
        if (!pool_create_with(s->ops, &config, &pool))
            pool_destroy(pool);
    census_compare(s, &before, true, "after failed creations");
}

enum { WINDOW = 500, COUNTED = 1000 };

/* An item without arguments and results, so that any number may run at once; it counts. */
static int count_call(const void *const argv[], void *out, const void *context)
{
    struct ledger *ledger;

    (void)argv;
    (void)out;
    memcpy(&ledger, context, sizeof ledger);
    ledger_finish(ledger, COUNTED);
    return 0;
}

/* Asynchronous jobs, a window of them at a time; every seventh handle is dropped at once. */
static void submit_many(const struct subject *s, struct pool *pool, size_t jobs)
{
    static struct pool_handle *handles[WINDOW];
    const struct pool_task task = {
        .name = "count", .call = count_call, .nargs = 1, .context = &s->ledger, .context_size = sizeof s->ledger};
    const uint32_t *finished = &s->ledger->item[COUNTED].finished;
    const size_t before = ledger_read(finished);
    const int64_t patience_ns = subject_patience_ns(s, PATIENCE_MEET_NS);

    for (size_t i = 0; i < jobs; i++) {
        struct pool_handle **handle = &handles[i % WINDOW];
        if (pool_map_async(pool, &task, 1, NULL, NULL, 1, NULL, handle))
            conform_fail("asynchronous job %zu was refused", i);
        if (i % 7 == 0) {
            pool_handle_free(*handle);
            *handle = NULL;
        }
        if (i % WINDOW + 1 < WINDOW && i + 1 < jobs)
            continue;
        if (pool_handles_wait_all(handles, i % WINDOW + 1, patience_ns))
            conform_fail("of %zu asynchronous jobs some are not over", i + 1);
        for (size_t k = 0; k <= i % WINDOW; k++)
            pool_handle_free(handles[k]);
    }
    for (const int64_t until_ns = clock_now_ns() + patience_ns; ledger_read(finished) - before < jobs;) {
        if (clock_now_ns() > until_ns)
            conform_fail("%zu jobs ran %zu times", jobs, ledger_read(finished) - before);
        poll(NULL, 0, 1);
    }
}

void S2_nothing_grows(struct subject *s)
{
    const bool costly = subject_is_costly(s);
    const size_t maps = costly ? 60 : 300, jobs = costly ? 500 : s->quick ? 3000 : 100000;
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t i = 0; i < 20; i++)
        play_once(s, pool, 20, 1);
    submit_many(s, pool, costly ? 50 : 2000);
    struct census before = census_take();
    before.threads += pool_workers(pool); /* which may be started when they are needed */
    const size_t heap = heap_bytes();
    for (size_t i = 0; i < maps; i++)
        play_once(s, pool, 20, i % 3);
    heap_expect(s, heap, 64 * 1024 + maps / 4, maps, "maps");
    submit_many(s, pool, jobs);
    heap_expect(s, heap, 64 * 1024 + jobs / 4, jobs, "asynchronous jobs");
    census_compare(s, &before, false, "after many calls");
    subject_end(pool);
}

enum { PIPES_MAX = 30 };

/* What a worker has open. */
struct open_files {
    uint64_t pid, host_file, count, inode[PIPES_MAX];
};

struct question {
    struct ledger *ledger;
    int64_t timeout_ns;
    uint32_t workers;
    int host_file;
};

static int files_call(const void *const argv[], void *out, const void *context)
{
    struct question q;
    struct open_files seen = {.pid = (uint64_t)getpid()};
    struct stat file;

    (void)argv;
    memcpy(&q, context, sizeof q);
    seen.host_file = fcntl(q.host_file, F_GETFD) != -1;
    for (int fd = 3; fd < 1024 && seen.count < PIPES_MAX; fd++)
        if (fstat(fd, &file) == 0 && (S_ISFIFO(file.st_mode) || S_ISSOCK(file.st_mode)))
            seen.inode[seen.count++] = file.st_ino;
    memcpy(out, &seen, sizeof seen);
    ledger_add(&q.ledger->mark[MARK_INSIDE]);
    return !ledger_await(&q.ledger->mark[MARK_INSIDE], q.workers, q.timeout_ns);
}

void S3_workers_inherit_nothing(struct subject *s)
{
    enum { WORKERS = 3 };
    struct open_files seen[WORKERS];

    need_processes(s);
    struct question q = {.ledger = s->ledger,
                         .timeout_ns = subject_patience_ns(s, PATIENCE_MEET_NS),
                         .workers = (uint32_t)subject_workers(s, WORKERS),
                         .host_file = memfd_create("host", 0)};
    const struct pool_task task = {.name = "files",
                                   .call = files_call,
                                   .nargs = 1,
                                   .out_size = sizeof seen[0],
                                   .context = &q,
                                   .context_size = sizeof q};
    struct pool *other = subject_create(s, 2), *pool = subject_create(s, q.workers);
    for (size_t round = 0; round < 3; round++) {
        gate_shut(s);
        if (pool_map(pool, &task, q.workers, NULL, seen, 1, NULL))
            conform_fail("items that wait for each other failed");
        for (size_t i = 0; i < q.workers; i++) {
            if (seen[i].host_file)
                conform_fail("a worker has a descriptor of its host's open");
            for (size_t k = 0; k < i; k++)
                for (size_t a = 0; a < seen[i].count; a++)
                    for (size_t b = 0; b < seen[k].count; b++)
                        if (seen[i].inode[a] == seen[k].inode[b] && seen[i].pid != seen[k].pid)
                            conform_fail("two workers have an end of the same pipe open");
        }
        (void)worker_kill((pid_t)seen[round % q.workers].pid); /* the next one was forked beside the others */
        play_once(s, other, 5, 1);
    }
    subject_end(pool);
    subject_end(other);
    close(q.host_file);
}
