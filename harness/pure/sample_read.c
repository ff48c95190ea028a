#include "sample_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How the lines of one cell and quantity begin: the columns up to the count, with their commas. */
struct sample_key {
    char *text;
    size_t cell, quantity;
};

static const char *const names[SAMPLE_FIELDS] = {
    [FIELD_COUNT] = "count",
    [FIELD_LAUNCH] = "launch",
    [FIELD_ROUND] = "round",
    [FIELD_POSITION] = "position",
    [FIELD_PHASE] = "phase",
    [FIELD_CALLS] = "calls",
    [FIELD_VALUE] = "value",
    [FIELD_WALL] = "wall_ns",
    [FIELD_USER] = "cpu_user_ns",
    [FIELD_SYSTEM] = "cpu_system_ns",
    [FIELD_SWITCHES] = "context_switches",
    [FIELD_MIGRATIONS] = "migrations",
    [FIELD_MINOR] = "page_faults_minor",
    [FIELD_MAJOR] = "page_faults_major",
    [FIELD_STEAL] = "steal_ns",
    [FIELD_CPUS] = "worker_cpus",
    [FIELD_LOAD] = "load1",
    [FIELD_TIMESTAMP] = "timestamp",
    [FIELD_VERIFIED] = "verified",
};

/* Where sample_header has the fields; it has them all, or this file and sample.c disagree. */
static void find_columns(struct sample_reader *r)
{
    for (size_t f = 0; f < SAMPLE_FIELDS; f++)
        r->at[f] = SIZE_MAX;
    for (const char *c = sample_header; *c; c += strcspn(c, ",\n") + 1, r->columns++)
        for (size_t f = 0; f < SAMPLE_FIELDS; f++)
            if (strncmp(c, names[f], strlen(names[f])) == 0 && strchr(",\n", c[strlen(names[f])]))
                r->at[f] = r->columns;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct sample_key *)a)->text, ((const struct sample_key *)b)->text);
}

static bool add_keys(struct sample_reader *r, size_t cell)
{
    char text[SAMPLE_LINE_MAX];

    for (size_t q = 0; q <= sample_quantity_session(r->plan, cell); q++) {
        sample_format_key(r->plan, cell, q, text, sizeof text);
        if (!(r->keys[r->key_count].text = strdup(text)))
            return false;
        r->keys[r->key_count].cell = cell;
        r->keys[r->key_count++].quantity = q;
    }
    return true;
}

bool sample_reader_open(struct sample_reader *r, const struct plan *p)
{
    size_t keys = 0;

    *r = (struct sample_reader){.plan = p};
    find_columns(r);
    for (size_t c = 0; c < p->cell_count; c++)
        keys += sample_quantity_session(p, c) + 1;
    r->keys = calloc(keys + 1, sizeof *r->keys);
    bool ok = r->keys != NULL;
    for (size_t c = 0; ok && c < p->cell_count; c++)
        ok = add_keys(r, c);
    if (ok)
        qsort(r->keys, r->key_count, sizeof *r->keys, compare_keys);
    else
        sample_reader_close(r);
    return ok;
}

void sample_reader_close(struct sample_reader *r)
{
    for (size_t i = 0; i < r->key_count; i++)
        free(r->keys[i].text);
    free(r->keys);
    *r = (struct sample_reader){0};
}

/* One line that is being taken apart. */
struct fields {
    const struct sample_reader *reader;
    char *const *cells;
    char *why;
};

static const char *text_of(const struct fields *f, enum sample_field field)
{
    return f->cells[f->reader->at[field]];
}

static bool refuse(const struct fields *f, enum sample_field field, const char *what)
{
    snprintf(f->why, WHY_SIZE, "%s is '%.20s', which is not %s", names[field], text_of(f, field), what);
    return false;
}

static bool take_whole(const struct fields *f, enum sample_field field, uint64_t min, uint64_t max, size_t *value)
{
    const char *text = text_of(f, field);
    char *end;

    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number < min || number > max) {
        char what[64];
        snprintf(what, sizeof what, "a whole number from %llu to %llu", (unsigned long long)min,
                 (unsigned long long)max);
        return refuse(f, field, what);
    }
    *value = (size_t)number;
    return true;
}

/* Empty: not known. */
static bool take_counter(const struct fields *f, enum sample_field field, int64_t *value)
{
    size_t number;

    *value = SAMPLE_UNKNOWN;
    if (*text_of(f, field) == '\0')
        return true;
    if (!take_whole(f, field, 0, INT64_MAX, &number))
        return false;
    *value = (int64_t)number;
    return true;
}

static bool take_number(const struct fields *f, enum sample_field field, double *value)
{
    const char *text = text_of(f, field);
    char *end;

    *value = strtod(text, &end);
    if (*text == '\0' || text[strspn(text, "0123456789.e+-")] || *end || !isfinite(*value) || *value < 0)
        return refuse(f, field, "a number from 0 on");
    return true;
}

static bool take_cpus(const struct fields *f, char cpus[SAMPLE_CPUS_SIZE])
{
    const char *text = text_of(f, FIELD_CPUS);

    if (strlen(text) >= SAMPLE_CPUS_SIZE || text[strspn(text, "0123456789-;.+")])
        return refuse(f, FIELD_CPUS, "a list of CPUs");
    snprintf(cpus, SAMPLE_CPUS_SIZE, "%s", text);
    return true;
}

static bool take_phase(const struct fields *f, enum sample_phase *phase)
{
    const char *text = text_of(f, FIELD_PHASE);

    for (enum sample_phase p = 0; p < SAMPLE_PHASES; p++)
        if (strcmp(text, sample_phase_text(p)) == 0) {
            *phase = p;
            return true;
        }
    return refuse(f, FIELD_PHASE, "one that poolbench writes");
}

static bool take_cell(const struct sample_reader *r, const struct fields *f, struct sample *s)
{
    char text[SAMPLE_LINE_MAX];
    struct sample_key wanted = {.text = text};
    size_t length = 0;

    for (size_t k = 0; k < r->at[FIELD_COUNT]; k++) {
        const size_t more = strlen(f->cells[k]);
        if (length + more + 2 > sizeof text)
            return snprintf(f->why, WHY_SIZE, "is longer than any that poolbench writes") < 0;
        memcpy(text + length, f->cells[k], more);
        length += more;
        text[length++] = ',';
    }
    text[length] = '\0';
    const struct sample_key *key = bsearch(&wanted, r->keys, r->key_count, sizeof *r->keys, compare_keys);
    if (!key)
        return snprintf(f->why, WHY_SIZE, "belongs to no cell of plan.json") < 0;
    s->cell = key->cell;
    s->quantity = key->quantity;
    return true;
}

/* The line at the end of a session has a quantity of its own, and calls that warm up are never measurements. */
static bool fits_phase(const struct sample_reader *r, const struct sample *s, const struct fields *f)
{
    const bool session = s->quantity == sample_quantity_session(r->plan, s->cell);
    const bool warmup = s->quantity == sample_quantity_warmup(r->plan, s->cell);

    return (session == (s->phase == SAMPLE_SESSION) && !(warmup && s->phase == SAMPLE_MEASURE)) ||
           refuse(f, FIELD_PHASE, "that of its quantity");
}

static bool take_counters(const struct fields *f, struct sample_counters *c)
{
    return take_counter(f, FIELD_USER, &c->cpu_user_ns) && take_counter(f, FIELD_SYSTEM, &c->cpu_system_ns) &&
           take_counter(f, FIELD_SWITCHES, &c->context_switches) && take_counter(f, FIELD_MIGRATIONS, &c->migrations) &&
           take_counter(f, FIELD_MINOR, &c->faults_minor) && take_counter(f, FIELD_MAJOR, &c->faults_major) &&
           take_counter(f, FIELD_STEAL, &c->steal_ns);
}

bool sample_read(const struct sample_reader *r, char *const *cells, struct sample *s, char why[WHY_SIZE])
{
    const struct fields f = {r, cells, why};
    size_t timestamp, verified;

    *s = (struct sample){.cell = SAMPLE_NO_CELL};
    if (!take_phase(&f, &s->phase))
        return false;
    const bool machine = s->phase == SAMPLE_CANARY || s->phase == SAMPLE_EMPTY;
    if (!machine && (!take_cell(r, &f, s) || !fits_phase(r, s, &f)))
        return false;
    if (!take_whole(&f, FIELD_COUNT, 1, machine ? INT64_MAX : PLAN_COUNT_MAX, &s->count) ||
        !take_whole(&f, FIELD_LAUNCH, 0, r->plan->launches - 1, &s->launch) ||
        !take_whole(&f, FIELD_ROUND, 0, PLAN_ROUNDS_MAX, &s->round) ||
        !take_whole(&f, FIELD_POSITION, 0, r->plan->strategy_count, &s->position) ||
        !take_whole(&f, FIELD_CALLS, 1, INT64_MAX, &s->calls) || !take_number(&f, FIELD_VALUE, &s->value) ||
        !take_counter(&f, FIELD_WALL, &s->wall_ns) || !take_counters(&f, &s->used) || !take_cpus(&f, s->worker_cpus) ||
        !take_number(&f, FIELD_LOAD, &s->load1) || !take_whole(&f, FIELD_TIMESTAMP, 0, INT64_MAX, &timestamp) ||
        !take_whole(&f, FIELD_VERIFIED, 0, 1, &verified))
        return false;
    s->timestamp = (int64_t)timestamp;
    s->verified = verified;
    return true;
}
