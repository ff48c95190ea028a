#define _DEFAULT_SOURCE
#include "measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALLS_MAX = 1000 };

/* Counters of worker processes are known once they have ended; those that live on leave them unknown. */
static void forget_counters(struct sample *s)
{
    s->cpu_user_ns = s->cpu_system_ns = s->context_switches = SAMPLE_UNKNOWN;
    s->faults_minor = s->faults_major = SAMPLE_UNKNOWN;
}

static void add_cost(struct sample *s, const struct session_cost *cost)
{
    s->calls++;
    s->wall_ns += cost->wall_ns;
    s->cpu_user_ns += cost->used.user_ns;
    s->cpu_system_ns += cost->used.system_ns;
    s->context_switches += cost->used.switches;
    s->faults_minor += cost->used.faults_minor;
    s->faults_major += cost->used.faults_major;
}

/* Calls until the sample is long enough. False: a result was wrong, and the sample says so. */
static bool take_sample(struct session *session, int64_t ns_min, struct sample *s, char why[WHY_SIZE])
{
    const unsigned capabilities = session->job->strategy->ops->capabilities;

    s->verified = true;
    do {
        struct session_cost cost;
        s->verified = session_call(session, &cost, why);
        add_cost(s, &cost);
    } while (s->verified && s->wall_ns < ns_min && s->calls < CALLS_MAX);
    if ((capabilities & POOL_CAP_PROCS) && !(capabilities & POOL_CAP_FRESH))
        forget_counters(s);
    return s->verified;
}

static bool take_samples(const struct runner_cell *c, struct session *session, int report, char why[WHY_SIZE])
{
    const size_t total = PLAN_WARMUPS + c->runner->plan->rounds;
    struct note note;
    bool ok = true;

    for (size_t i = 0; ok && i < total; i++) {
        const bool warmup = i < PLAN_WARMUPS;
        memset(&note, 0, sizeof note);
        note.kind = NOTE_SAMPLE;
        note.sample.phase = warmup ? SAMPLE_WARMUP : SAMPLE_MEASURE;
        note.sample.round = warmup ? i : i - PLAN_WARMUPS;
        note.sample.count = c->cell->count;
        ok = take_sample(session, warmup ? 0 : c->runner->sample_ns_min, &note.sample, why);
        if (!channel_send(report, &note))
            return false;
    }
    return ok;
}

static int measure_body(void *arg, int report)
{
    const struct runner_cell *c = arg;
    const struct session_job job = runner_job(c);
    char why[WHY_SIZE] = "";
    struct session session;
    struct note note;

    if (!session_open(&session, &job, why))
        return channel_fail(report, why);
    const bool ok = take_samples(c, &session, report, why);
    memset(&note, 0, sizeof note);
    note.kind = NOTE_CHECKED;
    note.check_ns = session.check_ns;
    if (!session_close(&session, why) || !ok)
        return channel_fail(report, why);
    return channel_send(report, &note) ? 0 : 1;
}

/* Where the notes of one session go. */
struct intake {
    struct measure *measure;
    size_t launch, cell, position;
};

static bool keep(struct measure *m, const struct sample *s)
{
    if (m->count == m->capacity) {
        const size_t capacity = m->capacity ? 2 * m->capacity : 1024;
        struct sample *samples = realloc(m->samples, capacity * sizeof *samples);
        if (!samples)
            return false;
        m->samples = samples;
        m->capacity = capacity;
    }
    m->samples[m->count++] = *s;
    return true;
}

static void stamp(struct sample *s)
{
    double load = 0;

    s->load1 = getloadavg(&load, 1) == 1 ? load : 0;
    s->timestamp = (int64_t)time(NULL);
}

static void store_line(struct measure *m, const char *line, size_t length)
{
    if (!m->store_failed)
        m->store_failed = !store_append(m->store, line, length, m->why);
}

static void take_note(void *arg, const struct note *note)
{
    const struct intake *in = arg;
    struct measure *m = in->measure;
    char line[SAMPLE_LINE_MAX];

    if (note->kind == NOTE_CHECKED)
        m->check_ns += note->check_ns;
    if (note->kind != NOTE_SAMPLE)
        return;
    struct sample s = note->sample;
    s.launch = in->launch;
    s.cell = in->cell;
    s.position = in->position;
    stamp(&s);
    store_line(m, line, sample_format(m->runner.plan, &s, line, sizeof line));
    if (!m->store_failed && !keep(m, &s)) {
        m->store_failed = true;
        strcpy(m->why, "out of memory for the samples");
    }
}

enum runner_end measure_cell(struct measure *m, size_t launch, size_t cell, int64_t timeout_ns, char why[WHY_SIZE])
{
    const struct runner_cell c = {&m->runner, &m->runner.plan->cells[cell]};
    struct intake in = {m, launch, cell, plan_position(m->runner.plan, launch, cell)};

    return runner_run(measure_body, &c, timeout_ns, take_note, &in, why);
}

void measure_store_canary(struct measure *m, size_t launch, uint64_t loops, int64_t wall_ns)
{
    struct sample s = {.launch = launch, .count = (size_t)loops, .wall_ns = wall_ns};
    char line[SAMPLE_LINE_MAX];

    stamp(&s);
    store_line(m, line, sample_format_canary(m->runner.plan, &s, line, sizeof line));
}

void measure_free(struct measure *m)
{
    free(m->samples);
    m->samples = NULL;
    m->count = m->capacity = 0;
}
