/*
 * verdict DIR - what a session says of each variant of `planted` against the one without options: the verdict of the
 * ranking of the two alone, their ratio, and what an item costs more of a worker's time.
 */
#include "pure/verdict/contest.h"
#include "pure/verdict/soundness.h"
#include "saved.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    struct saved saved;
    struct rounds rounds;
    struct soundness soundness;
};

static bool session_open(struct session *s, const char *dir)
{
    char why[WHY_SIZE] = "out of memory";
    const struct samples *all = &s->saved.samples;

    if (saved_open(dir, &s->saved, why) && rounds_open(&s->rounds, &s->saved.summary.launches, all->list, all->count) &&
        soundness_find(&s->rounds, all->list, all->count, all->canaries, all->canary_count, &s->soundness))
        return true;
    fprintf(stderr, "verdict: %s\n", why);
    return false;
}

/* The median over launches of what a cell's items cost more than the base's, of a worker's time. */
static double difference_ns(const struct session *s, size_t cell, size_t base)
{
    const struct launches *l = &s->saved.summary.launches;
    double *ns = calloc(l->plan->launches, sizeof *ns);
    size_t n = 0;

    for (size_t i = 0; ns && i < l->plan->launches; i++) {
        const double more = launches_of(l, cell, 0)[i] - launches_of(l, base, 0)[i];
        if (!isnan(more))
            ns[n++] = more * (double)l->plan->cells[cell].workers;
    }
    const double median = n ? stats_median_of(ns, n).median : NAN;
    free(ns);
    return median;
}

static const char *verdict_of(const struct session *s, size_t cell, size_t base, double *ratio)
{
    const size_t cells[] = {base, cell};
    struct contest c;

    *ratio = NAN;
    if (!contest_make(&s->rounds, cells, 2, 0, s->soundness.has_aa ? &s->soundness.aa : NULL, &c) || c.count != 2)
        return "incomplete";
    const bool tie = c.places[0].worst > 1, base_is_first = c.places[0].item == base;
    *ratio = base_is_first ? c.by_best[1].median : 1 / c.by_best[1].median;
    contest_free(&c);
    if (!s->soundness.has_aa || !s->soundness.aa_sound)
        return "inconclusive";
    return tie ? "tie" : base_is_first ? "slower" : "faster";
}

/* The cell of `planted` with these options; NULL: none. */
static size_t cell_of(const struct plan *p, const char *options)
{
    for (size_t i = 0; i < p->cell_count; i++) {
        const struct plan_name *n = &p->strategies[p->cells[i].strategy];
        if (!n->twin && strcmp(n->name, "planted") == 0 &&
            (options ? n->options && strcmp(n->options, options) == 0 : !n->options))
            return i;
    }
    return SIZE_MAX;
}

int main(int argc, char **argv)
{
    struct session s;

    if (argc != 2 || !session_open(&s, argv[1]))
        return 2;
    const struct plan *p = &s.saved.plan;
    const size_t base = cell_of(p, NULL);
    for (size_t i = 0; base != SIZE_MAX && i < p->strategy_count; i++) {
        const char *options = p->strategies[i].options;
        const size_t cell = options && !p->strategies[i].twin ? cell_of(p, options) : SIZE_MAX;
        double ratio;
        if (cell == SIZE_MAX)
            continue;
        const char *verdict = verdict_of(&s, cell, base, &ratio);
        printf("%s %s %.5f %.1f\n", options, verdict, ratio, difference_ns(&s, cell, base));
    }
    rounds_free(&s.rounds);
    saved_free(&s.saved);
    return base == SIZE_MAX ? 2 : 0;
}
