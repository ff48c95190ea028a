/* The table of floors, each run in a child of its own. */
#include "floors.h"

#include "floors/measure.h"
#include "floors/room.h"
#include "isolate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLOOR_TIMEOUT_NS INT64_C(20000000000) /* a virtual machine may get its memory slowly */
#define MIB ((size_t)1 << 20)

struct floor_case {
    const char *name, *what;
    bool (*measure)(struct floor_run *);
    size_t cpus_needed;
    size_t resident_bytes;
};

static const struct floor_case cases[] = {
    {"cache_line", "cache line, there and back between two cores", measure_cache_line, 2, 0},
    {"atomic_add", "atomic add by two cores at once, each add", measure_atomic_add, 2, 0},
    {"futex", "futex wake and sleep, there and back", measure_futex, 2, 0},
    {"pipe", "a byte through a pipe, there and back", measure_pipe, 2, 0},
    {"thread", "pthread create + join", measure_thread, 1, 0},
    {"fork", "fork + _exit + wait, small parent", measure_fork, 1, 0},
    {"fork_64MiB", "fork + _exit + wait, 64 MiB resident", measure_fork, 1, 64 * MIB},
    {"fork_512MiB", "fork + _exit + wait, 512 MiB resident", measure_fork, 1, 512 * MIB},
    {"fork_2GiB", "fork + _exit + wait, 2 GiB resident", measure_fork, 1, 2048 * MIB},
    {"vfork", "vfork + _exit + wait", measure_vfork, 1, 0},
    {"spawn", "posix_spawn of /bin/true + wait", measure_spawn, 1, 0},
};

#define CASES (sizeof cases / sizeof *cases)

/* What a child is told, and what it reports: the same record, its results filled in. */
struct job {
    const struct floor_case *floor;
    struct floor_run run;
    size_t received;
};

static bool write_all(int fd, const void *bytes, size_t count)
{
    const char *at = bytes;

    while (count > 0) {
        const ssize_t written = write(fd, at, count);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            count -= (size_t)written;
        }
    }
    return true;
}

static int measure_in_child(void *arg, int report)
{
    struct job *job = arg;

    if (!job->floor->measure(&job->run) && job->run.why[0] == '\0')
        snprintf(job->run.why, sizeof job->run.why, "it failed without a reason");
    return write_all(report, &job->run, sizeof job->run) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void receive(void *arg, const char *bytes, size_t count)
{
    struct job *job = arg;
    const size_t left = sizeof job->run - job->received;

    count = count < left ? count : left;
    memcpy((char *)&job->run + job->received, bytes, count);
    job->received += count;
}

static void explain_end(const struct isolate_result *result, char why[WHY_SIZE])
{
    switch (result->end) {
    case ISOLATE_HUNG: snprintf(why, WHY_SIZE, "it took too long: is the machine busy?"); break;
    case ISOLATE_INTERRUPTED: snprintf(why, WHY_SIZE, "interrupted"); break;
    case ISOLATE_SIGNALED:
        snprintf(why, WHY_SIZE, "signal %d ended it%s", result->code, result->code == 9 ? ": out of memory?" : "");
        break;
    case ISOLATE_EXITED: snprintf(why, WHY_SIZE, "its process ended early with code %d", result->code); break;
    }
}

/* What cannot be measured here at all. */
static bool possible(const struct job *job, char why[WHY_SIZE])
{
    const struct floor_case *floor = job->floor;

    if (job->run.cpus < floor->cpus_needed) {
        snprintf(why, WHY_SIZE, "needs two CPUs");
        return false;
    }
    if (floor->resident_bytes > 0 && floor->resident_bytes > room_bytes("")) {
        snprintf(why, WHY_SIZE, "not enough free memory, or RLIMIT_AS is too low");
        return false;
    }
    return !isolate_interrupted();
}

static void measure_one(struct job *job, struct floor *floor)
{
    struct isolate_result result;

    *floor = (struct floor){.name = job->floor->name, .what = job->floor->what, .why = "interrupted"};
    if (!possible(job, floor->why) ||
        !isolate_run(measure_in_child, job, FLOOR_TIMEOUT_NS, receive, job, &result, floor->why))
        return;
    if (job->received < sizeof job->run)
        explain_end(&result, floor->why);
    else
        memcpy(floor->why, job->run.why, sizeof floor->why);
    if (floor->why[0] == '\0')
        floor->ns = stats_median_of(job->run.ns, FLOOR_SAMPLES);
    isolate_result_free(&result);
}

struct floor *floors_measure(const struct topology *t, void (*progress)(const char *what), size_t *count)
{
    char why[WHY_SIZE];
    unsigned *cpus = NULL;
    size_t cpu_count = 0;
    struct floor *floors = calloc(CASES, sizeof *floors);

    *count = CASES;
    if (!floors)
        return NULL;
    if (!topology_bind_order(t, BIND_COMPACT, &cpus, &cpu_count, why))
        cpu_count = 0; /* what needs a pair of CPUs says so */
    for (size_t i = 0; i < CASES; i++) {
        struct job job = {.floor = &cases[i]};
        job.run.resident_bytes = cases[i].resident_bytes;
        job.run.cpus = cpu_count < 2 ? cpu_count : 2;
        for (size_t k = 0; k < job.run.cpus; k++)
            job.run.cpu[k] = cpus[k];
        if (progress)
            progress(cases[i].what);
        measure_one(&job, &floors[i]);
    }
    free(cpus);
    return floors;
}

static json_t *floor_json(const struct floor *f)
{
    if (f->why[0])
        return json_pack("{s:s, s:s, s:n, s:s}", "name", f->name, "what", f->what, "median_ns", "why", f->why);
    return json_pack("{s:s, s:s, s:I, s:f, s:f, s:f}", "name", f->name, "what", f->what, "n", (json_int_t)f->ns.n,
                     "median_ns", f->ns.median, "low_ns", f->ns.low, "high_ns", f->ns.high);
}

json_t *floors_json(const struct floor *floors, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; list && i < count; i++)
        json_array_append_new(list, floor_json(&floors[i]));
    return list;
}
