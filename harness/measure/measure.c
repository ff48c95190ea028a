#define _DEFAULT_SOURCE
#include "measure.h"

#include "sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* Memory that this process has touched, as a program's own data would be, before any pool forks from it. */
static bool fill_memory(size_t bytes, char why[WHY_SIZE])
{
    if (bytes == 0)
        return true;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        snprintf(why, WHY_SIZE, "no memory for %zu resident bytes", bytes);
        return false;
    }
    memset(memory, 1, bytes);
    return true; /* it stays until the process ends */
}

static int measure_body(void *arg, int report)
{
    const struct runner_cell *c = arg;
    struct sampler s = {c->runner, c->cell, runner_job(c), report, 0};
    char why[WHY_SIZE] = "";
    struct note note;

    if (!fill_memory(c->cell->resident_bytes, why) || !c->runner->plan->metrics[c->cell->metric]->sample(&s, why))
        return channel_fail(report, why);
    memset(&note, 0, sizeof note);
    note.kind = NOTE_CHECKED;
    note.check_ns = s.check_ns;
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

enum runner_end measure_cell(struct measure *m, size_t launch, size_t place, int64_t timeout_ns, char why[WHY_SIZE])
{
    const struct plan *p = m->runner.plan;
    const size_t cell = p->order[launch * p->cell_count + place];
    const struct runner_cell c = {&m->runner, &p->cells[cell]};
    struct intake in = {m, launch, cell, plan_position(p, launch, place)};

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
