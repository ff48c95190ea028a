/* Y2: reports that do not depend on the schedule. Z3: no idle worker beside work. Z4: no work, no time. */
#define _GNU_SOURCE
#include "../../machine/clock.h"
#include "../kit/meet.h"
#include "../kit/script.h"
#include "../kit/trial.h"
#include "cases.h"

#include <ctype.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPORT_ITEMS = 60 };

/* What a map of some failing items reports: the fault and each item's outcome, as one number. */
static uint64_t report_digest(const struct subject *s, struct pool *pool, size_t step, size_t chunk)
{
    const struct script script = script_new(s, 1, REPORT_ITEMS);
    const struct pool_task task = script_task(&script);
    struct script_line line[REPORT_ITEMS];
    uint64_t out[REPORT_ITEMS];
    struct pool_item items[REPORT_ITEMS];
    const struct pool_async async = {.items = items};
    struct pool_handle *handle;
    struct pool_fault fault;

    /* Items one by one on several workers: the lowest that fails ends after others. */
    const bool held = chunk == 1 && pool_workers(pool) > 1;
    for (size_t i = 0; i < REPORT_ITEMS; i++)
        line[i] = (struct script_line){
            .number = i, .gate = held && i == step - 1, .code = i % step == step - 1 ? 10 + (int)i : 0};
    memset(items, 0, sizeof items);
    if (pool_map_async(pool, &task, REPORT_ITEMS, line, out, chunk, &async, &handle))
        conform_fail("map_async was refused");
    if (held)
        script_await(&script, SCRIPT_FINISHED, REPORT_ITEMS / 4, "while one item is held");
    script_open(&script, 1);
    pool_handle_get(handle, POOL_FOREVER, &fault);
    pool_handle_free(handle);
    uint64_t digest = proof_digest(out, sizeof out, 0);
    const uint64_t whole[] = {fault.status, fault.index, fault.failed, (uint64_t)fault.code};
    digest = proof_digest(whole, sizeof whole, digest);
    digest = proof_digest(fault.text, strlen(fault.text), digest);
    for (size_t i = 0; i < REPORT_ITEMS; i++) {
        const int outcome[] = {(int)items[i].status, items[i].code};
        digest = proof_digest(outcome, sizeof outcome, digest);
    }
    return digest;
}

void Y2_reports_do_not_depend_on_the_schedule(struct subject *s)
{
    static const size_t steps[] = {1, 3, 20, 60, 61}, chunks[] = {0, 7, 1, 2, 60};
    const size_t rounds = s->quick || subject_is_costly(s) ? 1 : 10;
    uint64_t first[COUNT(steps)] = {0};
    char key[64];

    for (size_t w = 1; w <= subject_workers(s, 4); w += s->quick ? 2 : 1) {
        struct pool *pool = subject_create(s, w);
        for (size_t n = 0; n < rounds * COUNT(steps) * COUNT(chunks); n++) {
            const size_t step = n % COUNT(steps), chunk = chunks[n / COUNT(steps) % COUNT(chunks)];
            const uint64_t digest = report_digest(s, pool, steps[step], chunk);
            if (first[step] && digest != first[step])
                conform_fail("every %zu-th item fails: on %zu workers in chunks of %zu the report is another",
                             steps[step], w, chunk);
            first[step] = digest;
        }
        subject_end(pool);
    }
    for (size_t step = 0; step < COUNT(steps); step++) {
        snprintf(key, sizeof key, "report%llu/%zu", (unsigned long long)s->seed, steps[step]);
        verdict_digest(key, first[step]);
    }
}

void Z3_long_item_holds_up_its_own_claim_only(struct subject *s)
{
    enum { ITEMS = 120 };
    struct script_line line[ITEMS];
    uint64_t out[ITEMS];

    subject_need_workers(s, 2);
    for (size_t w = 2; w <= 4; w++)
        for (size_t at = 0; at < ITEMS; at += s->quick || subject_is_costly(s) ? 60 : 17) {
            struct pool *pool = subject_create(s, w);
            const struct script script = script_new(s, 2, ITEMS);
            const struct pool_task task = script_task(&script);
            const size_t free = ITEMS - pool_auto_chunk(pool, ITEMS);
            struct pool_handle *handle;

            for (size_t i = 0; i < ITEMS; i++)
                line[i] = (struct script_line){.number = i, .gate = i == at};
            if (pool_map_async(pool, &task, ITEMS, line, out, 0, NULL, &handle))
                conform_fail("map_async was refused");
            script_await(&script, SCRIPT_FINISHED, free, "beside one that is long, idle workers leave items lying");
            script_open(&script, 1);
            if (pool_handle_get(handle, POOL_FOREVER, NULL))
                conform_fail("a map with one long item failed");
            pool_handle_free(handle);
            subject_end(pool);
        }
}

/* The time on a CPU of a process's threads, in ns. */
static int64_t process_time_ns(const char *pid)
{
    char path[320];
    int64_t sum = 0;

    snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        long long ns = 0;
        snprintf(path, sizeof path, "/proc/%s/task/%.20s/schedstat", pid, entry->d_name);
        FILE *file = isdigit((unsigned char)entry->d_name[0]) ? fopen(path, "re") : NULL;
        if (!file)
            continue;
        sum += fscanf(file, "%lld", &ns) == 1 ? ns : 0;
        fclose(file);
    }
    if (folder)
        closedir(folder);
    return sum;
}

/* The same of all processes of this session: the case's own, and its workers'. */
static int64_t session_time_ns(void)
{
    DIR *proc = opendir("/proc");
    int64_t sum = 0;

    for (struct dirent *entry; proc && (entry = readdir(proc));)
        if (isdigit((unsigned char)entry->d_name[0]) && getsid((pid_t)atoi(entry->d_name)) == getsid(0))
            sum += process_time_ns(entry->d_name);
    if (proc)
        closedir(proc);
    return sum;
}

/* Ends the case unless, before patience is over, some tenth of a second passes with less than 1 % of one CPU used. */
static void expect_idle(const struct subject *s, const char *when)
{
    const int64_t until_ns = clock_now_ns() + subject_patience_ns(s, PATIENCE_SETTLE_NS);
    double share;

    do {
        const int64_t used_ns = session_time_ns(), from_ns = clock_now_ns();
        poll(NULL, 0, 100);
        const int64_t after_ns = clock_now_ns();
        const int64_t counting_ns = session_time_ns(); /* which costs time itself; so does looking a second time */
        const int64_t cost_ns = clock_now_ns() - after_ns;
        share = (double)(counting_ns - used_ns - 2 * cost_ns) / (double)(after_ns - from_ns);
        if (share < 0.01)
            return;
    } while (clock_now_ns() < until_ns);
    conform_fail("%s the pool uses %.0f %% of a CPU", when, 100 * share);
}

void Z4_idle_pool_uses_no_time(struct subject *s)
{
    static const char *const when[] = {"waiting at first, when idle", "spinning at first, when idle",
                                       "sleeping at once, when idle"};
    const struct trial_shape shape = trial_plain(50);

    if (!session_time_ns())
        conform_unsupported("this kernel does not tell the time of threads in /proc/PID/task/TID/schedstat");
    for (int wait = POOL_WAIT_YIELD; wait <= (s->quick ? POOL_WAIT_YIELD : POOL_WAIT_SLEEP); wait++) {
        const struct pool_config config = {.workers = subject_workers(s, 3), .wait = (enum pool_wait)wait};
        struct pool *pool = subject_create_with(s, config);
        const struct script script = script_new(s, 3, 1);
        struct script_job job = {.line.gate = 1};

        expect_idle(s, when[wait]);
        trial_once(s, pool, &shape, 1);
        expect_idle(s, when[wait]);
        script_new(s, 3, 1);
        script_submit(pool, &script, &job, NULL); /* the item waits without using time */
        expect_idle(s, "with one item that sleeps,");
        script_open(&script, 1);
        script_finish(&script, &job);
        subject_end(pool);
    }
}
