/*
 * statistics_probe.c - the statistics as a filter, for second.py: a question a line, an answer a line.
 *
 * A question is a verb and numbers; a list is its length and its values.
 */
#include "pure/stats/breakeven.h"
#include "pure/stats/looks.h"
#include "pure/stats/metg.h"
#include "pure/stats/paired.h"
#include "pure/stats/scaling.h"
#include "pure/stats/unpaired.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 256 };

struct list {
    double values[LIST_MAX];
    size_t n;
};

static double take(char **at)
{
    return strtod(*at, at);
}

static struct list take_list(char **at)
{
    struct list l = {.n = (size_t)take(at)};

    if (l.n > LIST_MAX)
        exit(2);
    for (size_t i = 0; i < l.n; i++)
        l.values[i] = take(at);
    return l;
}

static void say_median(const struct stats_median *m)
{
    if (m->has_interval)
        printf("%zu %.17g %.17g %.17g\n", m->n, m->median, m->low, m->high);
    else
        printf("%zu %.17g\n", m->n, m->median);
}

static void answer_rank(char *at)
{
    const size_t n = (size_t)take(&at);

    printf("%zu\n", stats_interval_rank_at(n, take(&at)));
}

static void answer_paired(char *at)
{
    const size_t m = (size_t)take(&at);
    const struct list a = take_list(&at), b = take_list(&at);
    double scratch[LIST_MAX];
    const struct stats_median ratio = paired_ratio(a.values, b.values, a.n, m, scratch);

    say_median(&ratio);
}

static void answer_unpaired(char *at)
{
    const double confidence = take(&at);
    const struct list a = take_list(&at), b = take_list(&at);
    struct unpaired u;

    if (!unpaired_compare(a.values, a.n, b.values, b.n, confidence, &u))
        exit(2);
    printf("%.17g %.17g ", u.u, u.p);
    say_median(&u.ratio);
}

static void answer_series(char *at)
{
    const struct list l = take_list(&at);
    double scratch[3 * LIST_MAX];
    size_t places[LIST_MAX];
    const size_t outliers = series_outliers(l.values, l.n, scratch, places);

    printf("%.17g %.17g %d", series_lag1(l.values, l.n), series_drift(l.values, l.n, scratch),
           series_halves(l.values, l.n, scratch));
    for (size_t i = 0; i < outliers; i++)
        printf(" %zu", places[i]);
    printf("\n");
}

static void answer_metg(char *at)
{
    const double level = take(&at);
    const struct list work = take_list(&at), efficiency = take_list(&at);
    struct metg_point points[LIST_MAX];

    for (size_t i = 0; i < work.n; i++)
        points[i] = (struct metg_point){work.values[i], efficiency.values[i]};
    const struct metg m = metg_find(points, work.n, level);
    printf("%.17g %.17g", m.work_ns, m.metg_ns);
    for (size_t i = 0; i < m.crossings && i < METG_CROSSINGS_MAX; i++)
        printf(" %.17g", m.at_ns[i]);
    printf("\n");
}

static void answer_scaling(char *at)
{
    const struct list workers = take_list(&at), rate = take_list(&at);
    struct scaling_point points[LIST_MAX];
    struct scaling s;

    for (size_t i = 0; i < workers.n; i++)
        points[i] = (struct scaling_point){workers.values[i], rate.values[i]};
    if (scaling_fit(points, workers.n, &s))
        printf("%.17g %.17g %.17g %.17g\n", s.rate, s.contention, s.coherence, s.misfit);
    else
        printf("none\n");
}

static void answer_breakeven(char *at)
{
    const double life = take(&at), call = take(&at);

    printf("%.17g\n", breakeven_calls(life, call, take(&at)));
}

static const struct {
    const char *verb;
    void (*answer)(char *);
} verbs[] = {
    {"rank ", answer_rank}, {"paired ", answer_paired},   {"unpaired ", answer_unpaired},   {"series ", answer_series},
    {"metg ", answer_metg}, {"scaling ", answer_scaling}, {"breakeven ", answer_breakeven},
};

int main(void)
{
    char line[16384];

    while (fgets(line, sizeof line, stdin))
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
            if (strncmp(line, verbs[i].verb, strlen(verbs[i].verb)) == 0)
                verbs[i].answer(line + strlen(verbs[i].verb));
    return 0;
}
