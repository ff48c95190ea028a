#define _GNU_SOURCE
#include "explore.h"

#include "../../machine/clock.h"
#include "../../machine/isolate.h"
#include "../kit/census.h"
#include "mix.h"
#include "player.h"
#include "shrink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SEQUENCE_LENGTH 120
#define SHRINK_ATTEMPTS 400
#define HANGS_ATTEMPTS 60                 /* where each attempt costs its whole patience */
#define SHRINK_NS INT64_C(4000000000)     /* patience while shrinking; the result is tried again with all of it */
#define SHRINKING_NS INT64_C(60000000000) /* for all attempts together */
#define SOMETIMES_RUNS 10
#define ALWAYS_RUNS 3
#define FAILURES_MAX 10 /* enough to say how often */
#define RUNS_MAX 50

/* One process that plays one sequence, and what became of it. */
struct trial_run {
    struct subject subject;
    const struct sequence_command *commands;
    size_t count;
    struct player_tape *tape; /* in shared memory */
    int64_t patience_ns;
    char line[1024]; /* what it reported */
    size_t length;
    bool failed, hung, interrupted;
    char message[512];
    char *details;
};

extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static int play(void *arg, int report)
{
    struct trial_run *run = arg;
    struct subject *s = &run->subject;

    verdict_open(report);
    subject_open(s);
    const struct census before = census_take();
    player_play(s, run->commands, run->count, run->tape);
    census_compare(s, &before, true, "after the last command");
    if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check())
        conform_fail("memory was leaked: see the sanitizer's report");
    verdict_pass();
    return EXIT_SUCCESS;
}

static void keep_line(void *arg, const char *bytes, size_t count)
{
    struct trial_run *run = arg;
    const size_t room = sizeof run->line - 1 - run->length;

    count = count < room ? count : room;
    memcpy(run->line + run->length, bytes, count);
    run->length += count;
    run->line[run->length] = '\0';
}

static void name_command(const struct trial_run *run, char *text, size_t size)
{
    const size_t at = run->tape->position;
    char *name = at < run->count ? sequence_write(&run->commands[at], 1) : NULL;

    if (name)
        snprintf(text, size, "at command %zu (%.80s): ", at + 1, name);
    else
        snprintf(text, size, "at the end: ");
    free(name);
}

static void judge_end(struct trial_run *run, const struct isolate_result *end)
{
    char where[128];
    const bool passed = strcmp(run->line, "P\n") == 0;

    run->interrupted = end->end == ISOLATE_INTERRUPTED || isolate_interrupted();
    run->hung = end->end == ISOLATE_HUNG;
    run->failed = !run->interrupted && (!passed || end->end != ISOLATE_EXITED || end->code || end->survivors);
    name_command(run, where, sizeof where);
    run->line[strcspn(run->line, "\n")] = '\0';
    if (end->end == ISOLATE_HUNG)
        snprintf(run->message, sizeof run->message, "%shung", where);
    else if (end->end == ISOLATE_SIGNALED)
        snprintf(run->message, sizeof run->message, "%skilled by signal %d", where, end->code);
    else if (run->line[0] == 'F')
        snprintf(run->message, sizeof run->message, "%s%.350s", where, run->line + 2);
    else if (passed)
        snprintf(run->message, sizeof run->message, "%zu processes were left behind", end->survivors);
    else
        snprintf(run->message, sizeof run->message, "%sits process exited with code %d", where, end->code);
}

/* Play once. False: no process can be had. */
static bool run_once(struct trial_run *run, char why[WHY_SIZE])
{
    struct isolate_result end;

    run->length = 0;
    run->line[0] = '\0';
    *run->tape = (struct player_tape){0};
    if (!isolate_run(play, run, subject_patience_ns(&run->subject, run->patience_ns), keep_line, run, &end, why))
        return false;
    judge_end(run, &end);
    free(run->details);
    run->details = NULL;
    if (run->failed &&
        asprintf(&run->details, "%s%s", end.output ? end.output : "", end.stacks ? end.stacks : "") == -1)
        run->details = NULL;
    isolate_result_free(&end);
    return true;
}

struct shrinking {
    struct trial_run *run;
    const struct explore_request *request;
    bool sometimes; /* it does not always fail */
    int64_t until_ns;
};

/*
 * A sequence that fails now and then is kept if it fails in one of several runs; one that always fails only if it goes
 * on doing so, lest it shrink to one that hardly ever does.
 */
static bool still_fails(void *arg, const struct sequence_command *commands, size_t count)
{
    struct shrinking *s = arg;
    const unsigned runs = s->sometimes ? SOMETIMES_RUNS : ALWAYS_RUNS;
    char why[WHY_SIZE];

    s->run->commands = commands;
    s->run->count = count;
    for (unsigned i = 0; i < runs; i++) {
        if (clock_now_ns() > s->until_ns || !run_once(s->run, why) || s->run->interrupted)
            return false;
        if (s->request->progress)
            s->request->progress(s->request->arg, s->run->subject.ops->name, count, true);
        if (s->run->failed == s->sometimes || s->run->hung)
            return s->run->failed;
    }
    return !s->sometimes;
}

/* How often the sequence fails now, with all of the patience; the last failure's message is kept. */
static void confirm(struct trial_run *run, struct explore_finding *f, const struct sequence_command *commands,
                    size_t count)
{
    char why[WHY_SIZE];

    run->commands = commands;
    run->count = count;
    run->patience_ns = PATIENCE_CASE_NS;
    f->replay_runs = f->replay_failures = 0;
    while (f->replay_runs < RUNS_MAX && f->replay_failures < FAILURES_MAX && run_once(run, why) && !run->interrupted) {
        f->replay_runs++;
        if (!run->failed)
            continue;
        f->replay_failures++;
        snprintf(f->message, sizeof f->message, "%s", run->message);
        free(f->details);
        f->details = run->details;
        run->details = NULL;
        if (run->hung)
            break;
    }
}

/* The sequence in run fails: make it small. */
static void shrink_failure(const struct explore_request *request, struct trial_run *run, struct explore_finding *f)
{
    const struct sequence_command *whole = run->commands;
    const size_t count = run->count;
    struct sequence_command *best = calloc(count + 1, sizeof *best);
    struct shrinking s = {.run = run, .request = request, .until_ns = clock_now_ns() + SHRINKING_NS};

    if (!best)
        return;
    memcpy(best, run->commands, count * sizeof *best);
    const size_t attempts = run->hung ? HANGS_ATTEMPTS : SHRINK_ATTEMPTS;
    run->patience_ns = SHRINK_NS;
    s.sometimes = !still_fails(&s, best, count);
    size_t left = shrink_sequence(best, count, still_fails, &s, attempts);
    confirm(run, f, best, left);
    if (!f->replay_failures) { /* it was never more than slow: better the whole than a part that goes right */
        memcpy(best, whole, count * sizeof *best);
        confirm(run, f, best, left = count);
    }
    f->replay = sequence_write(best, left);
    f->replay_commands = left;
    free(best);
}

static void take_failure(const struct explore_request *request, struct trial_run *run, struct explore_finding *f)
{
    f->failed = true;
    snprintf(f->message, sizeof f->message, "%s", run->message);
    f->details = run->details;
    run->details = NULL;
    shrink_failure(request, run, f);
}

static bool explore_random(const struct explore_request *request, struct trial_run *run, struct explore_finding *f,
                           char why[WHY_SIZE])
{
    const struct subject *s = &run->subject;
    const struct sequence_limits limits = {.workers_max = s->ops->workers_max,
                                           .cpus = s->cpus,
                                           .capabilities = s->ops->capabilities,
                                           .costly = subject_is_costly(s)};
    struct sequence_command commands[SEQUENCE_LENGTH];

    run->commands = commands;
    run->count = SEQUENCE_LENGTH;
    while (f->played < request->commands && !f->interrupted) {
        sequence_generate(&limits, mix_item(request->seed, f->sequences), commands, SEQUENCE_LENGTH);
        run->subject.seed = request->seed;
        if (!run_once(run, why))
            return false;
        f->sequences++;
        f->played += run->tape->played;
        f->interrupted = run->interrupted;
        if (request->progress)
            request->progress(request->arg, s->ops->name, f->played, false);
        if (run->failed) {
            take_failure(request, run, f);
            return true;
        }
        if (f->sequences * SEQUENCE_LENGTH > 20 * request->commands + SEQUENCE_LENGTH)
            break; /* commands that never fit */
    }
    return true;
}

static bool explore_replay(const struct explore_request *request, struct trial_run *run, struct explore_finding *f,
                           char why[WHY_SIZE])
{
    struct sequence_command *commands;

    if (!sequence_read(request->replay, &commands, &run->count, why))
        return false;
    run->commands = commands;
    bool ran = true;
    for (size_t i = 0; i < request->repeat && ran && !f->failed && !f->interrupted; i++) {
        ran = run_once(run, why);
        f->sequences++;
        f->played += run->tape->played;
        f->failed = ran && run->failed;
        f->interrupted = ran && run->interrupted;
    }
    if (f->failed) {
        snprintf(f->message, sizeof f->message, "%s", run->message);
        f->details = run->details;
        run->details = NULL;
    }
    free(commands);
    return ran;
}

bool explore_strategy(const struct explore_request *request, const struct chosen_strategy *chosen,
                      struct explore_finding *f, char why[WHY_SIZE])
{
    struct trial_run run = {.subject = {.ops = chosen->ops,
                                        .options = chosen->options,
                                        .seed = request->seed,
                                        .factor = request->factor,
                                        .cpus = pool_cpus_usable()},
                            .patience_ns = PATIENCE_CASE_NS};

    *f = (struct explore_finding){0};
    run.tape = mmap(NULL, sizeof *run.tape, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run.tape == MAP_FAILED) {
        snprintf(why, WHY_SIZE, "no memory to share with a child");
        return false;
    }
    const bool ran = request->replay ? explore_replay(request, &run, f, why) : explore_random(request, &run, f, why);
    munmap(run.tape, sizeof *run.tape);
    free(run.details);
    return ran;
}

void explore_free(struct explore_finding *f)
{
    free(f->details);
    free(f->replay);
    *f = (struct explore_finding){0};
}
