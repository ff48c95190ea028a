/* poolbench advise - which strategy to take for tasks of a kind, from what a saved run measured. */
#include "../pure/verdict/advice.h"
#include "../pure/words.h"
#include "../saved.h"
#include "arguments.h"
#include "catalogue.h"
#include "command.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_TASK = 256, KEY_COUNT, KEY_ARG, KEY_WORKERS, KEY_ISOLATE };

struct arguments {
    const char *dir;
    struct advice_question question;
    bool isolate;
};

static error_t refuse(const char *option, const char *text, const char *why)
{
    message("--%s %.40s: %s", option, text, why);
    return EINVAL;
}

static error_t take_task(struct arguments *a, const char *text)
{
    char why[WHY_SIZE];
    uint64_t ns;

    if (!units_parse_duration_ns(text, &ns, why))
        return refuse("task", text, why);
    if (ns == 0)
        return refuse("task", text, "a task takes time: 50us, 2ms");
    a->question.task_ns = (double)ns;
    return 0;
}

static error_t take_count(const char *option, const char *text, uint64_t max, size_t *value)
{
    char why[WHY_SIZE];
    uint64_t count;

    if (!units_parse_count(text, 1, max, &count, why))
        return refuse(option, text, why);
    *value = (size_t)count;
    return 0;
}

static error_t take_bytes(struct arguments *a, const char *text)
{
    char why[WHY_SIZE];

    return units_parse_bytes(text, &a->question.arg_bytes, why) ? 0 : refuse("arg", text, why);
}

static error_t check_complete(const struct arguments *a)
{
    if (a->dir && a->question.task_ns > 0 && a->question.count > 0)
        return 0;
    message(a->dir ? "advise wants to know the tasks: --task 50us --count 10000"
                   : "advise wants a result folder: poolbench advise DIR --task 50us --count 10000");
    return EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case KEY_TASK: return take_task(a, arg);
    case KEY_COUNT: return take_count("count", arg, 1000000000, &a->question.count);
    case KEY_WORKERS: return take_count("workers", arg, POOL_WORKERS_MAX, &a->question.workers);
    case KEY_ARG: return take_bytes(a, arg);
    case KEY_ISOLATE: a->isolate = true; return 0;
    case ARGP_KEY_ARG:
        if (a->dir)
            return ARGP_ERR_UNKNOWN;
        a->dir = arg;
        return 0;
    case ARGP_KEY_END: return check_complete(a);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"task", KEY_TASK, "TIME", 0, "how long one task works", 0},
    {"count", KEY_COUNT, "N", 0, "how many tasks a call has", 0},
    {"arg", KEY_ARG, "SIZE", 0, "bytes of each task's argument (default: a few)", 0},
    {"workers", KEY_WORKERS, "N", 0, "with so many workers (default: as many as are best)", 0},
    {"isolate", KEY_ISOLATE, NULL, 0, "only strategies that survive a task that crashes", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR",
    .doc = "Say which strategy to take for tasks of a kind, and why, from what a saved run measured on its machine."
           "\vA grid of works is what this needs: poolbench bench -w spin --work 1us,10us,100us,1ms; with --metric "
           "throughput,latency,lifecycle it also knows what a call and a pool cost, with -w bytes --payload "
           "64B,4KiB,64KiB "
           "what arguments cost.\n\n"
           "Example: poolbench advise results/reference --task 50us --count 10000 --arg 1KiB --isolate",
};

/* Whether a strategy's workers are processes, as this build has it; false for those it does not know. */
static bool isolates(const struct catalogue *c, const char *name)
{
    for (size_t i = 0; c->strategies[i]; i++)
        if (strcmp(c->strategies[i]->name, name) == 0)
            return c->strategies[i]->capabilities & POOL_CAP_PROCS;
    return false;
}

/* Leave those that isolate; whoever is first then is what the others are tied with. */
static void keep_isolating(struct advice *advice, const struct plan *p, const struct catalogue *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < advice->count; i++)
        if (isolates(c, p->strategies[advice->options[i].strategy].name))
            advice->options[kept++] = advice->options[i];
    advice->count = kept;
    for (size_t i = 0; i < kept; i++)
        advice->options[i].tied = stats_tied(&advice->options[0].call_ns, &advice->options[i].call_ns);
}

/* "+4.2 %", "3.1 times" */
static const char *format_more(double ratio, char *text, size_t size)
{
    if (ratio < 2)
        snprintf(text, size, "%+.1f %%", 100 * (ratio - 1));
    else
        snprintf(text, size, "%.*f times", ratio < 10, ratio);
    return text;
}

static void print_option(const struct plan *p, const struct advice *advice, size_t i, bool safe)
{
    const struct advice_option *o = &advice->options[i];
    char name[WORDS_SIZE], call[32], low[32], high[32], interval[80] = "", more[32] = "";

    if (o->call_ns.has_interval)
        snprintf(interval, sizeof interval, "(%s to %s)", units_format_ns(o->call_ns.low, low, sizeof low),
                 units_format_ns(o->call_ns.high, high, sizeof high));
    if (i > 0)
        format_more(o->call_ns.median / advice->options[0].call_ns.median, more, sizeof more);
    printf("  %-5s %-22s %3zu worker%s %10s a call %-24s %11s  %s\n",
           i == 0    ? "take"
           : o->tied ? "or"
                     : "",
           words_name(&p->strategies[o->strategy], name), o->workers, o->workers == 1 ? " " : "s",
           units_format_ns(o->call_ns.median, call, sizeof call), interval, more, safe ? "survives a crash" : "");
}

static void print_grounds(const struct arguments *a, const struct plan *p, const struct advice *advice)
{
    const struct advice_option *o = &advice->options[0];
    char x[32], y[32], name[WORDS_SIZE];

    const size_t cpus = o->workers < p->usable ? o->workers : p->usable;
    const double useful = a->question.task_ns / (double)cpus;
    printf("\nWhy: an item costs %s there, of which %s is the task itself on %zu CPU%s: %.0f %% of their time is "
           "useful.\n",
           units_format_ns(o->item_ns + o->payload_ns, x, sizeof x), units_format_ns(useful, y, sizeof y), cpus,
           cpus == 1 ? "" : "s", fmin(100, 100 * useful / (o->item_ns + o->payload_ns)));
    words_name(&p->workloads[advice->workload], name);
    units_format_ns(o->nearest_ns[0], x, sizeof x);
    if (o->work == ADVICE_OUTSIDE)
        printf(
            "Outside the measured works: the nearest one of %s is %s; the pool's own cost is taken to stay what it is "
            "there. Measure with --work.\n",
            name, x);
    else if (o->nearest_ns[0] == o->nearest_ns[1])
        printf("Measured there: %s at %s.\n", name, x);
    else
        printf("Interpolated between %s at %s and %s.\n", name, x, units_format_ns(o->nearest_ns[1], y, sizeof y));
    if (a->question.arg_bytes > 0 && o->payload == ADVICE_NONE)
        puts(
            "Left out: what arguments of that size cost, for it was not measured (-w bytes --payload 64B,4KiB,64KiB).");
    if (o->payload == ADVICE_OUTSIDE)
        puts("The size of the arguments is outside the measured ones: the nearest stands for it.");
    if (o->start == ADVICE_NONE)
        puts("Left out: what a call costs in itself, for it was not measured (--metric latency).");
    if (!isnan(o->life_ns))
        printf("A pool that lives for one call only costs %s more.\n", units_format_ns(o->life_ns, x, sizeof x));
    else
        puts("Left out: what creating and ending the pool costs (--metric lifecycle).");
}

static int print_advice(const struct arguments *a, const struct saved *s, const struct catalogue *c,
                        const struct advice *advice)
{
    const char *cpu = saved_text(s, "cpu_model");
    char task[32], arg[32];

    printf("Tasks of %s, %zu in a call", units_format_ns(a->question.task_ns, task, sizeof task), a->question.count);
    if (a->question.arg_bytes > 0)
        printf(", arguments of %s", units_format_bytes((double)a->question.arg_bytes, arg, sizeof arg));
    printf("%s, on the machine of %s (", a->isolate ? ", a crash to be survived" : "", s->path);
    for (size_t i = 0; cpu[i] && i < 60; i++)
        putchar(cpu[i] < ' ' || cpu[i] > '~' ? '?' : cpu[i]);
    puts("):\n");
    for (size_t i = 0; i < advice->count; i++)
        print_option(&s->plan, advice, i, isolates(c, s->plan.strategies[advice->options[i].strategy].name));
    if (advice->count > 1 && advice->options[1].tied)
        puts("\nThose marked 'or' are not told apart from the first: take the one that you like.");
    print_grounds(a, &s->plan, advice);
    return EXIT_GOOD;
}

static bool has_workers(const struct advice *advice, size_t workers)
{
    for (size_t i = 0; i < advice->count; i++)
        if (advice->options[i].workers == workers)
            return true;
    return workers == 0;
}

/* NULL: there is something to advise. */
static const char *find_gap(const struct arguments *a, const struct advice *advice)
{
    if (advice->workload == SIZE_MAX)
        return "no throughput of a workload whose work can be set; measure with -w spin --work 1us,10us,100us,1ms";
    return has_workers(advice, a->question.workers) ? NULL : "nothing with so many workers";
}

static int advise(const struct arguments *a, const struct saved *s, const struct catalogue *c)
{
    struct advice advice;

    if (!advice_make(&s->plan, &s->summary, &a->question, &advice)) {
        free(advice.options);
        return failure(EXIT_CANNOT, "out of memory for the advice");
    }
    const char *gap = find_gap(a, &advice);
    if (!gap && a->isolate) {
        keep_isolating(&advice, &s->plan, c);
        gap = advice.count == 0 ? "no strategy that survives a crash" : NULL;
    }
    const int code = gap ? failure(EXIT_INCONCLUSIVE, "%.100s has %s", s->path, gap) : print_advice(a, s, c, &advice);
    free(advice.options);
    return code;
}

int command_advise(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct catalogue c;
    struct saved s;
    char why[WHY_SIZE];

    if (!arguments_parse(&argp, argc, argv, &arguments))
        return EXIT_USAGE;
    if (!saved_open(arguments.dir, &s, why))
        return failure(EXIT_USAGE, "%s", why);
    int code = EXIT_CANNOT;
    if (catalogue_open(&c, why)) {
        code = advise(&arguments, &s, &c);
        catalogue_close(&c);
    } else
        failure(code, "%s", why);
    saved_free(&s);
    return code;
}
