/* poolbench compare - two saved runs against each other. */
#include "../pure/verdict/soundness.h"
#include "../saved.h"
#include "arguments.h"
#include "command.h"
#include "compare_format.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct arguments {
    const char *a, *b;
    double gate; /* NAN: none */
    const struct metric *metric;
    bool force;
    void (*print)(const struct compare_page *, FILE *);
};

static const struct {
    const char *name;
    void (*print)(const struct compare_page *, FILE *);
} formats[] = {{"text", compare_print_text}, {"csv", compare_print_csv}, {"json", compare_print_json}};

static error_t take_format(struct arguments *a, const char *text)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(text, formats[i].name) == 0) {
            a->print = formats[i].print;
            return 0;
        }
    message("'%.20s' is no format of compare: --format text, csv or json", text);
    return EINVAL;
}

/* "5", "5%" or "2.5 %" of one to a thousand. */
static error_t take_gate(struct arguments *a, const char *text)
{
    char *end;
    const double percent = strtod(text, &end);
    const bool plain = end > text && end == text + strspn(text, "0123456789.");

    end += strspn(end, " ");
    if (plain && (*end == '\0' || strcmp(end, "%") == 0) && percent > 0 && percent <= 1000) {
        a->gate = percent / 100;
        return 0;
    }
    message("--gate %.20s: how much worse is allowed, in percent, more than 0 and at most 1000: --gate 5", text);
    return EINVAL;
}

static error_t take_metric(struct arguments *a, const char *text)
{
    a->metric = metric_named(text);
    if (a->metric)
        return 0;
    message("there is no metric '%.40s'; 'poolbench list metrics' shows them", text);
    return EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'g': return take_gate(a, arg);
    case 'f': return take_format(a, arg);
    case 'm': return take_metric(a, arg);
    case 'F': a->force = true; return 0;
    case ARGP_KEY_ARG:
        if (a->b)
            return ARGP_ERR_UNKNOWN;
        *(a->a ? &a->b : &a->a) = arg;
        return 0;
    case ARGP_KEY_END:
        if (a->b)
            return 0;
        message("compare wants two result folders: poolbench compare A B");
        return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"gate", 'g', "PERCENT", 0, "fail when B is worse than A by more than this", 0},
    {"metric", 'm', "NAME", 0, "compare this metric only: fewer comparisons need fewer launches", 0},
    {"format", 'f', "text|csv|json", 0, "how to print it; text by default", 0},
    {"force", 'F', NULL, 0, "compare although the environments differ", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "A B",
    .doc =
        "Compare two result folders cell by cell: Mann-Whitney's test and the Hodges-Lehmann shift over launches, "
        "corrected for the number of comparisons. The runs share no weather, so this is unpaired: differences of a few "
        "percent are better measured inside one run."
        "\vWithout --gate whatever is found worse is a regression. With it, a cell passes only when a greater loss "
        "is excluded.\n\n"
        "Exit codes: 0 no regression, 1 a regression, 2 usage or folders that cannot be compared, 3 inconclusive.\n\n"
        "Example: poolbench compare results/before results/after --gate 5",
};

static int conclude(const struct compare *c)
{
    size_t fails = 0, unknown = 0, without = 0;

    for (size_t i = 0; i < c->count; i++) {
        fails += c->rows[i].gate == COMPARE_FAILS;
        unknown += c->rows[i].gate == COMPARE_UNKNOWN;
        without += c->rows[i].verdict == COMPARE_INCONCLUSIVE;
    }
    if (without > 0)
        message("%zu of %zu cells have too few launches for %zu comparisons; compare one --metric, or measure fewer "
                "cells or more launches",
                without, c->count, c->count);
    if (fails > 0)
        return failure(EXIT_FOUND, "regression: %zu of %zu cells are worse", fails, c->count);
    if (unknown > without)
        message("%zu of %zu cells are not within the gate for sure; more launches narrow the intervals",
                unknown - without, c->count);
    return unknown > 0 ? EXIT_INCONCLUSIVE : EXIT_GOOD;
}

/* A run whose own A/A pair comes out apart proves nothing. False: it does, or memory is short. */
static bool is_sound(const struct saved *s)
{
    struct soundness sound = {0};
    struct rounds r;
    bool ok = rounds_open(&r, &s->summary.launches, s->samples.list, s->samples.count);

    if (ok) {
        ok =
            soundness_find(&r, s->samples.list, s->samples.count, s->samples.canaries, s->samples.canary_count, &sound);
        rounds_free(&r);
    }
    return ok && (!sound.has_aa || sound.aa_sound);
}

/* What a gate says of runs, beyond what it says of their cells. */
static int guard(const struct arguments *arguments, const struct saved *a, const struct saved *b, int code)
{
    if (isnan(arguments->gate) || code == EXIT_USAGE)
        return code;
    const struct saved *unsound = !is_sound(a) ? a : !is_sound(b) ? b : NULL;
    return unsound ? failure(EXIT_INCONCLUSIVE,
                             "inconclusive all the same: in %.100s a strategy differs from itself (A/A)", unsound->path)
                   : code;
}

static int compare_runs(const struct arguments *arguments, const struct saved *a, const struct saved *b)
{
    const struct compare_run run_a = {&a->plan, &a->summary, arguments->metric};
    const struct compare_run run_b = {&b->plan, &b->summary, arguments->metric};
    char differences[WHY_SIZE];
    struct compare c;

    if (!saved_same_environment(a, b, differences) && !arguments->force)
        return failure(EXIT_USAGE,
                       "the runs were made in different environments (%s); --force compares them all the same",
                       differences);
    if (!compare_make(&run_a, &run_b, arguments->gate, &c)) {
        free(c.rows);
        return failure(EXIT_CANNOT, "out of memory for the comparison");
    }
    int code = EXIT_USAGE;
    if (c.count == 0)
        failure(code, "%.100s and %.100s have no cell in common", a->path, b->path);
    else {
        const struct compare_page page = {&c, &a->plan, a->path, b->path, arguments->gate, differences};
        arguments->print(&page, stdout);
        code = conclude(&c);
    }
    free(c.rows);
    return guard(arguments, a, b, code);
}

int command_compare(int argc, char **argv)
{
    struct arguments arguments = {.gate = NAN, .print = compare_print_text};
    struct saved a, b;
    char why[WHY_SIZE];

    if (!arguments_parse(&argp, argc, argv, &arguments))
        return EXIT_USAGE;
    if (!saved_open(arguments.a, &a, why))
        return failure(EXIT_USAGE, "%s", why);
    if (!saved_open(arguments.b, &b, why)) {
        saved_free(&a);
        return failure(EXIT_USAGE, "%s", why);
    }
    const int code = compare_runs(&arguments, &a, &b);
    saved_free(&b);
    saved_free(&a);
    return code;
}
