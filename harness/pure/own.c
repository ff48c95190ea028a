#include "own.h"

#include <stdio.h>
#include <stdlib.h>

/* Sums by launch. */
struct sums {
    double *top, *bottom; /* of each launch */
    double *values;       /* scratch */
    size_t launches;
};

/* Add value / weight to a launch. */
static void add(const struct sums *s, size_t launch, double value, double weight)
{
    s->top[launch] += value;
    s->bottom[launch] += weight;
}

/* The median over launches of top / bottom; both are empty again afterwards. */
static struct stats_median take(const struct sums *s, double factor)
{
    size_t n = 0;

    for (size_t l = 0; l < s->launches; l++) {
        if (s->bottom[l] > 0)
            s->values[n++] = factor * s->top[l] / s->bottom[l];
        s->top[l] = s->bottom[l] = 0;
    }
    return n ? stats_median_of(s->values, n) : (struct stats_median){0};
}

static void fill(const struct own_lines *lines, const struct sums *s, struct own *own)
{
    for (size_t i = 0; i < lines->empty_count; i++)
        add(s, lines->empties[i].launch, lines->empties[i].value, 1);
    own->empty_ns = take(s, 1);
    for (size_t i = 0; i < lines->canary_count; i++)
        add(s, lines->canaries[i].launch, lines->canaries[i].value, 1);
    own->canary_ns = take(s, 1);
    for (size_t i = 0; i < lines->session_count; i++)
        add(s, lines->sessions[i].launch, lines->sessions[i].value, (double)lines->sessions[i].wall_ns);
    own->percent = take(s, 100);
    for (size_t i = 0; i < lines->session_count; i++)
        add(s, lines->sessions[i].launch, lines->sessions[i].value, 0);
    for (size_t i = 0; i < lines->sample_count; i++)
        add(s, lines->samples[i].launch, 0, 1);
    own->sample_ns = take(s, 1);
}

bool own_make(const struct plan *p, const struct own_lines *lines, const struct soundness *soundness, struct own *own)
{
    double *room = calloc(3 * p->launches + 1, sizeof *room);
    const struct sums s = {room, room + p->launches, room + 2 * p->launches, p->launches};

    if (!room)
        return false;
    *own = (struct own){0};
    fill(lines, &s, own);
    if (soundness->has_aa) {
        own->aa = soundness->aa;
        own->twin = soundness->twin;
    }
    free(room);
    return true;
}

static void print(FILE *f, const char *what, const char *strategy, const struct stats_median *m)
{
    if (m->n == 0)
        return;
    fprintf(f, "%s,%s,,,,1,0,,,,,,,,,%zu,,%.6g,", what, strategy, m->n, m->median);
    if (m->has_interval)
        fprintf(f, "%.6g,%.6g,,,,,,\n", m->low, m->high);
    else
        fputs(",,,,,,,\n", f);
}

char *own_to_csv(const struct plan *p, const struct own *own)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    if (!f)
        return NULL;
    print(f, "(empty),wall,ns", "", &own->empty_ns);
    print(f, "(canary),wall,ns", "", &own->canary_ns);
    print(f, "(harness),per_sample,ns", "", &own->sample_ns);
    print(f, "(harness),share,%", "", &own->percent);
    print(f, "(aa),ratio,1", p->strategies[own->twin].name, &own->aa);
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}
