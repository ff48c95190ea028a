#include "sample.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char sample_header[] =
    SAMPLE_CELL_COLUMNS "launch,round,position,phase,calls,value,wall_ns,cpu_user_ns,cpu_system_ns,context_switches,"
                        "migrations,page_faults_minor,page_faults_major,steal_ns,worker_cpus,load1,timestamp,seed,"
                        "verified\n";

static const char *const phases[] = {
    [SAMPLE_WARMUP] = "warmup",   [SAMPLE_MEASURE] = "measure", [SAMPLE_INVALID] = "invalid",
    [SAMPLE_SESSION] = "session", [SAMPLE_CANARY] = "canary",   [SAMPLE_EMPTY] = "empty"};

const char *sample_phase_text(enum sample_phase phase)
{
    return phases[phase];
}

size_t sample_quantity_warmup(const struct plan *p, size_t cell)
{
    return metric_quantity_count(plan_metric_of(p, cell));
}

size_t sample_quantity_session(const struct plan *p, size_t cell)
{
    return sample_quantity_warmup(p, cell) + 1;
}

/* A line that is being put together; what does not fit is cut. */
struct line {
    char *text;
    size_t size, length;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(l->text + l->length, l->size - l->length, format, args);
    va_end(args);
    if (n > 0)
        l->length += (size_t)n < l->size - l->length ? (size_t)n : l->size - l->length - 1;
}

/* "a=1,b=2" as "a=1;b=2": no field of these files holds a comma. */
static void add_options(struct line *l, const char *options)
{
    const size_t start = l->length;

    add(l, "%s,", options ? options : "");
    for (size_t i = start; i + 1 < l->length; i++)
        if (l->text[i] == ',')
            l->text[i] = ';';
}

static void add_number(struct line *l, uint64_t value, bool known)
{
    if (known)
        add(l, "%" PRIu64, value);
    add(l, ",");
}

static void add_counter(struct line *l, int64_t value)
{
    if (value != SAMPLE_UNKNOWN)
        add(l, "%" PRId64, value);
    add(l, ",");
}

size_t sample_format_key(const struct plan *p, size_t cell, size_t quantity, char *text, size_t size)
{
    const struct plan_cell *c = &p->cells[cell];
    const struct metric *m = plan_metric_of(p, cell);
    struct line l = {text, size, 0};

    if (quantity < sample_quantity_warmup(p, cell))
        add(&l, "%s,%s,%s,", m->name, m->quantities[quantity].name, m->quantities[quantity].unit);
    else
        add(&l, "%s,%s,ns,", m->name, quantity == sample_quantity_session(p, cell) ? "(session)" : "(warmup)");
    add(&l, "%s%s,", p->strategies[c->strategy].name, p->strategies[c->strategy].twin ? SAMPLE_TWIN : "");
    add_options(&l, p->strategies[c->strategy].options);
    add(&l, "%s,", p->workloads[c->workload].name);
    add_options(&l, p->workloads[c->workload].options);
    add(&l, "%zu,%d,%s,%s%s,%zu,", c->workers, c->oversubscribed, plan_bind_text(p->bind), plan_wait_text(p->wait),
        p->strategies[c->strategy].own_wait ? PLAN_NOT_COMPARABLE : "", c->chunk);
    add_number(&l, c->work_ns, c->work_ns > 0);
    add_number(&l, c->in_bytes, c->in_bytes > 0);
    add_number(&l, c->out_bytes, c->out_bytes > 0);
    add_number(&l, c->resident_bytes, c->resident_bytes > 0);
    return l.length;
}

size_t sample_format_cell(const struct plan *p, size_t cell, size_t quantity, size_t count, char *text, size_t size)
{
    struct line l = {text, size, 0};

    l.length = sample_format_key(p, cell, quantity, text, size);
    add(&l, "%zu,", count);
    return l.length;
}

static void add_counters(struct line *l, const struct sample_counters *c)
{
    add_counter(l, c->cpu_user_ns);
    add_counter(l, c->cpu_system_ns);
    add_counter(l, c->context_switches);
    add_counter(l, c->migrations);
    add_counter(l, c->faults_minor);
    add_counter(l, c->faults_major);
    add_counter(l, c->steal_ns);
}

size_t sample_format(const struct plan *p, const struct sample *s, char *text, size_t size)
{
    struct line l = {text, size, 0};

    l.length = sample_format_cell(p, s->cell, s->quantity, s->count, text, size);
    add(&l, "%zu,%zu,%zu,%s,%zu,%.9g,", s->launch, s->round, s->position, phases[s->phase], s->calls, s->value);
    add_counter(&l, s->wall_ns);
    add_counters(&l, &s->used);
    add(&l, "%s,%.2f,%" PRId64 ",%" PRIu64 ",%d\n", s->worker_cpus, s->load1, s->timestamp, p->seed, s->verified);
    return l.length;
}

size_t sample_format_machine(const struct plan *p, const struct sample *s, char *text, size_t size)
{
    struct line l = {text, size, 0};

    add(&l, "(%s),wall,ns,,,,,1,0,,,,,,,,%zu,%zu,%zu,0,%s,%zu,%.9g,", phases[s->phase], s->count, s->launch, s->round,
        phases[s->phase], s->calls, s->value);
    add_counter(&l, s->wall_ns);
    add(&l, ",,,,,,,,%.2f,%" PRId64 ",%" PRIu64 ",1\n", s->load1, s->timestamp, p->seed);
    return l.length;
}
