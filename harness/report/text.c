/* The report as text: what report.html holds in tables. */
#include "../pure/table.h"
#include "../pure/verdict/lives.h"
#include "../pure/verdict/models.h"
#include "../pure/words.h"
#include "../report.h"
#include "fresh.h"

#include <math.h>
#include <stdlib.h>

enum { NAME_WIDTH = 24, WORK_WIDTH = 26, COLUMN = 24, TEXT_SIZE = 96 };

struct text {
    FILE *f;
    const struct saved *saved;
    const struct plan *plan;
};

/* "≤ 16.0 ns", "never" and the like for what is infinite: below names what lies below, above what lies above. */
static void add_value(FILE *to, double value, const char *unit, double smallest, double largest)
{
    char text[32];

    if (isnan(value))
        fputs("-", to);
    else if (isinf(value) && isnan(largest))
        fputs("never", to);
    else if (isinf(value))
        fprintf(to, "%s %s",
                value < 0 ? "<=" : ">=", units_format(value < 0 ? smallest : largest, unit, text, sizeof text));
    else
        fputs(units_format(value, unit, text, sizeof text), to);
}

/* One column: the median and half the width of its interval, or the interval's ends where these lie far apart. */
static void print_estimate(const struct text *t, const struct stats_median *m, const char *unit, double smallest,
                           double largest)
{
    char text[TEXT_SIZE] = "-";
    FILE *to = m->n ? fmemopen(text, sizeof text, "w") : NULL;
    const double half = 50 * (m->high - m->low) / m->median;

    if (to) {
        add_value(to, m->median, unit, smallest, largest);
        if (!m->has_interval)
            fputs(" n too small", to);
        else if (half >= 0 && half < 50)
            fprintf(to, " +-%.2g%%", half);
        else if (!(isinf(m->median) && m->low == m->high)) {
            fputs(" [", to);
            add_value(to, m->low, unit, smallest, largest);
            fputs(", ", to);
            add_value(to, m->high, unit, smallest, largest);
            fputs("]", to);
        }
        (void)fclose(to);
    }
    fprintf(t->f, "  %*s", COLUMN, text);
}

static void print_who(const struct text *t, size_t cell, bool with_work)
{
    const struct plan_cell *c = &t->plan->cells[cell];
    char name[WORDS_SIZE], work[WORDS_SIZE];

    words_name(&t->plan->strategies[c->strategy], name);
    if (with_work)
        words_work(t->plan, cell, work);
    else
        words_name(&t->plan->workloads[c->workload], work);
    fprintf(t->f, "%-*s %-*s", NAME_WIDTH, name, WORK_WIDTH, work);
}

static void print_heads(const struct text *t, const char *const *heads)
{
    fprintf(t->f, "%-*s %-*s", NAME_WIDTH, "", WORK_WIDTH, "");
    for (; *heads; heads++)
        fprintf(t->f, "  %*s", COLUMN, *heads);
    fputc('\n', t->f);
}

static void print_metg(const struct text *t, const struct models_metg *m)
{
    char name[WORDS_SIZE];

    print_who(t, m->like, false);
    print_estimate(t, &m->w50, "ns", m->smallest_ns, m->largest_ns);
    for (size_t l = 0; l < MODELS_LEVELS; l++)
        print_estimate(t, &m->metg[l], "ns", m->smallest_ns / models_level[l], m->largest_ns / models_level[l]);
    fprintf(t->f, "  %s", words_name(&t->plan->strategies[m->roof], name));
    for (size_t i = 0; m->curve.crossings > 1 && i < m->curve.crossings && i < METG_CROSSINGS_MAX; i++)
        fprintf(t->f, "%s%s", i ? ", " : "; not monotone, crosses 50 % at ",
                units_format_ns(m->curve.at_ns[i], name, sizeof name));
    fputc('\n', t->f);
}

static void print_models(const struct text *t, const struct models *m)
{
    static const char *const metgs[] = {"w50", "METG(50 %)", "METG(90 %)", "METG(95 %)", "against", NULL};
    static const char *const laws[] = {"contention", "coherence", "peak at workers", "serial fraction", NULL};

    if (m->metg_count > 0) {
        fprintf(t->f,
                "\nThe smallest tasks that pay (w50: useful work where half is lost; METG: what such a task costs)\n");
        print_heads(t, metgs);
    }
    for (size_t i = 0; i < m->metg_count; i++)
        print_metg(t, &m->metgs[i]);
    if (m->law_count > 0) {
        fprintf(t->f, "\nScaling laws up to %zu workers (Gunther's; serial fraction: Karp and Flatt's)\n", m->regime);
        print_heads(t, laws);
    }
    for (size_t i = 0; i < m->law_count; i++) {
        print_who(t, m->laws[i].like, true);
        print_estimate(t, &m->laws[i].contention, "1", NAN, NAN);
        print_estimate(t, &m->laws[i].coherence, "1", NAN, NAN);
        print_estimate(t, &m->laws[i].peak, "1", NAN, NAN);
        print_estimate(t, &m->laws[i].serial, "1", NAN, NAN);
        fputc('\n', t->f);
    }
}

static void print_lives_head(const struct text *t, const size_t *fresh, size_t n)
{
    char name[WORDS_SIZE];

    fprintf(t->f, "\nCalls after which a pool has cost less than workers that are born for every call\n");
    fprintf(t->f, "%-*s %-*s", NAME_WIDTH, "", WORK_WIDTH, "");
    for (size_t i = 0; i < n; i++)
        fprintf(t->f, "  %*s", COLUMN, words_name(&t->plan->strategies[fresh[i]], name));
    fputc('\n', t->f);
}

static void print_life(const struct text *t, size_t cell, const size_t *fresh, size_t n, double *scratch)
{
    char name[WORDS_SIZE];

    fprintf(t->f, "%-*s %zu worker%-*s", NAME_WIDTH,
            words_name(&t->plan->strategies[t->plan->cells[cell].strategy], name), t->plan->cells[cell].workers,
            WORK_WIDTH - 8, t->plan->cells[cell].workers == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        const size_t other = fresh_counterpart(t->plan, cell, fresh[i]);
        const struct stats_median calls = other == SIZE_MAX
                                              ? (struct stats_median){0}
                                              : lives_break_even(&t->saved->summary.launches, cell, other, scratch);
        print_estimate(t, &calls, "1", NAN, NAN);
    }
    fputc('\n', t->f);
}

static bool print_lives(const struct text *t)
{
    size_t fresh[FRESH_MAX], n = fresh_find(t->plan, fresh), shown = 0;
    double *scratch = calloc(t->plan->launches, sizeof *scratch);

    for (size_t c = 0; scratch && n > 0 && c < t->plan->cell_count; c++) {
        if (!lives_is_life(t->plan, c) || fresh_is(t->plan, t->plan->cells[c].strategy))
            continue;
        if (shown++ == 0)
            print_lives_head(t, fresh, n);
        print_life(t, c, fresh, n, scratch);
    }
    free(scratch);
    return scratch != NULL;
}

/* Where the price in events of the hardware was asked for: which of them this machine does not tell, and why. */
static void print_uncounted(const struct text *t)
{
    static const char *const counters[] = {"cycles", "instructions", "cache_misses", "energy"};
    bool asked = false;
    char path[64];

    for (size_t m = 0; m < t->plan->metric_count; m++)
        asked = asked || metric_quantity_named(t->plan->metrics[m], counters[0]) != SIZE_MAX;
    for (size_t i = 0; asked && i < sizeof counters / sizeof *counters; i++) {
        snprintf(path, sizeof path, "counters.%s", counters[i]);
        const char *why = json_string_value(json_object_get(saved_fact(t->saved, "why"), path));
        if (why)
            fprintf(t->f, "%s%s: not counted: %s\n", i ? "" : "\n", counters[i], why);
    }
}

bool report_print(const struct saved *s, FILE *f)
{
    const struct text t = {f, s, &s->plan};
    struct models models;
    char *table = NULL;
    bool ok = table_format(&s->plan, &s->summary, true, &table);

    if (ok)
        fputs(table, f);
    free(table);
    if (!ok || !models_make(&s->summary.launches, &models))
        return false;
    print_models(&t, &models);
    models_free(&models);
    ok = print_lives(&t);
    print_uncounted(&t);
    return ok;
}
