#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void journal_take_over(struct journal *j, struct samples *samples)
{
    j->samples = *samples;
    *samples = (struct samples){0};
}

static void fail(struct journal *j, const char *why)
{
    j->failed = true;
    snprintf(j->why, sizeof j->why, "%s", why);
}

/* Text that goes to samples.csv in one piece. */
struct text {
    char *bytes;
    size_t length;
};

/* The line of a sample behind the others. False: out of memory. */
static bool add_line(const struct journal *j, const struct sample *s, struct text *t)
{
    char *more = realloc(t->bytes, t->length + SAMPLE_LINE_MAX);

    if (!more)
        return false;
    t->bytes = more;
    t->length += s->cell == SAMPLE_NO_CELL ? sample_format_machine(j->plan, s, more + t->length, SAMPLE_LINE_MAX)
                                           : sample_format(j->plan, s, more + t->length, SAMPLE_LINE_MAX);
    return true;
}

static void store(struct journal *j, struct text *t, bool complete)
{
    const int64_t start_ns = j->world->now_ns(j->world->arg);
    char why[WHY_SIZE];

    if (!complete)
        fail(j, "out of memory for the samples");
    else if (!j->failed && !store_append(j->store, t->bytes, t->length, why))
        fail(j, why);
    free(t->bytes);
    j->storing_ns += j->world->now_ns(j->world->arg) - start_ns;
}

struct journal_session journal_session_begin(struct journal *j, size_t launch, size_t place)
{
    return (struct journal_session){.journal = j,
                                    .launch = launch,
                                    .cell = j->plan->order[launch * j->plan->cell_count + place],
                                    .position = plan_position(j->plan, launch, place),
                                    .first = j->samples.count};
}

void journal_take(void *arg, const struct note *note)
{
    struct journal_session *in = arg;
    struct journal *j = in->journal;
    struct sample s = note->sample;

    if (note->kind == NOTE_OWN)
        in->own = note->own;
    if (note->kind != NOTE_SAMPLE || j->failed)
        return;
    s.launch = in->launch;
    s.cell = in->cell;
    s.position = in->position;
    j->world->stamp(j->world->arg, &s);
    if (!samples_add(&j->samples, &s))
        fail(j, "out of memory for the samples");
}

static void distrust(struct journal *j, size_t cell)
{
    for (size_t i = 0; i < j->samples.count; i++)
        if (j->samples.list[i].cell == cell)
            j->samples.list[i].verified = false;
}

void journal_session_end(struct journal_session *in, size_t tries, int64_t wall_ns, bool valid, bool sound)
{
    struct journal *j = in->journal;
    struct sample end = {.cell = in->cell,
                         .launch = in->launch,
                         .position = in->position,
                         .quantity = sample_quantity_session(j->plan, in->cell),
                         .phase = SAMPLE_SESSION,
                         .round = tries,
                         .count = j->plan->cells[in->cell].count,
                         .calls = 1,
                         .value = (double)(in->own.check_ns + in->own.book_ns),
                         .wall_ns = wall_ns,
                         .used = sample_no_counters(),
                         .verified = sound};
    struct text text = {0};
    bool ok = true;

    for (size_t i = in->first; i < j->samples.count; i++) {
        if (!valid)
            j->samples.list[i].phase = SAMPLE_INVALID;
        ok = ok && add_line(j, &j->samples.list[i], &text);
    }
    j->world->stamp(j->world->arg, &end);
    store(j, &text, ok && samples_add(&j->samples, &end) && add_line(j, &end, &text));
    if (j->failed)
        j->samples.count = in->first;
    if (!sound)
        distrust(j, in->cell);
    j->own.check_ns += in->own.check_ns;
    j->own.book_ns += in->own.book_ns;
}

void journal_session_drop(struct journal_session *in)
{
    in->journal->samples.count = in->first;
}

void journal_machine(struct journal *j, enum sample_phase phase, size_t launch, uint64_t loops, double ns)
{
    struct sample s = {.cell = SAMPLE_NO_CELL,
                       .phase = phase,
                       .launch = launch,
                       .count = loops ? (size_t)loops : 1,
                       .calls = 1,
                       .value = ns,
                       .wall_ns = phase == SAMPLE_CANARY ? (int64_t)ns : SAMPLE_UNKNOWN,
                       .verified = true};
    struct text text = {0};

    j->world->stamp(j->world->arg, &s);
    store(j, &text, samples_add(&j->samples, &s) && add_line(j, &s, &text));
}

void journal_free(struct journal *j)
{
    samples_free(&j->samples);
}
