#include "runner.h"

#include "../machine/isolate.h"

#include <stdio.h>
#include <string.h>

struct session_job runner_job(const struct runner_cell *c)
{
    const struct runner *r = c->runner;

    return (struct session_job){
        .strategy = &r->strategies[c->cell->strategy],
        .workload = &r->workloads[c->cell->workload],
        .spec = {.count = c->cell->count,
                 .seed = r->plan->seed,
                 .work_ns = c->cell->work_ns,
                 .loops_per_ns = r->loops_per_ns,
                 .in_bytes = c->cell->in_bytes,
                 .out_bytes = c->cell->out_bytes,
                 .options = r->workloads[c->cell->workload].options},
        .workers = c->cell->workers,
        .chunk = c->cell->chunk,
        .right = c->right,
        .wait = r->plan->wait,
        .own_arrays = r->plan->metrics[c->cell->metric]->own_arrays,
        .cpus = r->cpus,
        .cpu_count = r->cpu_count,
    };
}

/* The caller's taker behind one that keeps the sentence of a failure. */
struct tap {
    void (*take)(void *arg, const struct note *);
    void *arg;
    char why[WHY_SIZE];
};

static void tap_take(void *arg, const struct note *note)
{
    struct tap *tap = arg;

    if (note->kind == NOTE_FAILED)
        snprintf(tap->why, sizeof tap->why, "%.*s", WHY_SIZE - 1, note->why);
    else
        tap->take(tap->arg, note);
}

/* The first line of what a child printed: a runtime's own last words. */
static void add_output(char why[WHY_SIZE], const struct isolate_result *result)
{
    const size_t length = result->output ? strcspn(result->output, "\r\n") : 0, used = strlen(why);

    if (length > 0)
        snprintf(why + used, WHY_SIZE - used, " (it printed: %.*s)", (int)(length < 120 ? length : 120),
                 result->output);
}

static enum runner_end judge(const struct isolate_result *result, const struct tap *tap, int64_t timeout_ns,
                             char why[WHY_SIZE])
{
    char limit[32];

    if (result->end == ISOLATE_INTERRUPTED)
        return RUNNER_INTERRUPTED;
    if (tap->why[0])
        snprintf(why, WHY_SIZE, "%s", tap->why);
    else if (result->end == ISOLATE_HUNG)
        snprintf(why, WHY_SIZE, "it did not end within %s", units_format_ns((double)timeout_ns, limit, sizeof limit));
    else if (result->end == ISOLATE_SIGNALED)
        snprintf(why, WHY_SIZE, "its process was killed by signal %d (%s)", result->code, strsignal(result->code));
    else if (result->code != 0)
        snprintf(why, WHY_SIZE, "its process exited with code %d", result->code);
    else if (result->survivors > 0)
        snprintf(why, WHY_SIZE, "it left %zu processes running", result->survivors);
    else
        return RUNNER_DONE;
    add_output(why, result);
    return RUNNER_FAILED;
}

enum runner_end runner_run(int (*body)(void *, int), const struct runner_cell *cell, int64_t timeout_ns,
                           void (*take)(void *arg, const struct note *), void *arg, char why[WHY_SIZE])
{
    struct tap tap = {take, arg, ""};
    struct channel channel = {.take = tap_take, .arg = &tap};
    struct isolate_result result = {0};

    if (!isolate_run(body, (void *)cell, timeout_ns, channel_sink, &channel, &result, why))
        return isolate_interrupted() ? RUNNER_INTERRUPTED : RUNNER_FAILED;
    const enum runner_end end = judge(&result, &tap, timeout_ns, why);
    isolate_result_free(&result);
    return end;
}
