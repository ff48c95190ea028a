/* poolbench list - what this build has, and what it lacks and why. */
#include "../pure/plan.h"
#include "arguments.h"
#include "catalogue.h"
#include "command.h"
#include "list_clauses.h"
#include "nearest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Describes a section of the list; others join here. */
struct section {
    const char *name;
    void (*print)(const struct catalogue *);
};

struct list_arguments {
    struct catalogue catalogue;
    const struct section *only; /* NULL: all */
    bool markdown;
};

static const struct {
    unsigned bit;
    const char *name;
} capability_names[] = {
    {POOL_CAP_PROCS, "processes"}, {POOL_CAP_KILL, "kill"},     {POOL_CAP_RECYCLE, "recycle"},
    {POOL_CAP_NEST, "nest"},       {POOL_CAP_LAZY, "lazy"},     {POOL_CAP_OVERLAP, "overlap"},
    {POOL_CAP_INLINE, "inline"},   {POOL_CAP_SHARED, "shared"}, {POOL_CAP_FRESH, "fresh"},
};

static void print_capabilities(unsigned capabilities)
{
    const char *separator = "";

    for (size_t i = 0; i < sizeof capability_names / sizeof *capability_names; i++)
        if (capabilities & capability_names[i].bit) {
            printf("%s%s", separator, capability_names[i].name);
            separator = ", ";
        }
    puts(*separator ? "" : "none");
}

/* How it waits, and with which policies it is not to be held against others. */
static void print_waits(const struct pool_ops *ops, int width)
{
    const char *separator = "; not comparable with --wait ";

    printf("  %*s  waiting  %s", width, "", ops->wait_rule);
    for (enum pool_wait wait = POOL_WAIT_YIELD; wait <= POOL_WAIT_SLEEP; wait++)
        if (!pool_ops_keep_wait(ops, wait)) {
            printf("%s%s", separator, plan_wait_text(wait));
            separator = ", ";
        }
    puts("");
}

static void print_strategy(const struct pool_ops *ops, int width)
{
    printf("  %-*s  %s\n", width, ops->name, ops->summary ? ops->summary : "");
    if (ops->absent) {
        printf("  %*s  NOT IN THIS BUILD: %s\n", width, "", ops->absent);
        return;
    }
    printf("  %*s  chunk    %s\n", width, "", ops->chunk_rule);
    if (ops->workers_max < POOL_WORKERS_MAX)
        printf("  %*s  workers  at most %zu\n", width, "", ops->workers_max);
    if (ops->wait_rule)
        print_waits(ops, width);
    printf("  %*s  can      ", width, "");
    print_capabilities(ops->capabilities);
    for (const struct pool_option *o = ops->options; o && o->key; o++)
        printf("  %*s  option   :%s=%" PRIu64 "  %s, %" PRIu64 " to %" PRIu64 "\n", width, "", o->key, o->initial,
               o->summary, o->min, o->max);
}

static void print_strategies(const struct catalogue *c)
{
    int width = 0;

    for (size_t i = 0; c->strategies[i]; i++)
        if ((int)strlen(c->strategies[i]->name) > width)
            width = (int)strlen(c->strategies[i]->name);
    puts("strategies");
    for (size_t i = 0; c->strategies[i]; i++)
        print_strategy(c->strategies[i], width);
}

static void print_workload(const struct workload *w, int width)
{
    printf("  %-*s  %s\n", width, w->name, w->summary ? w->summary : "");
    if (w->absent) {
        printf("  %*s  NOT IN THIS BUILD: %s\n", width, "", w->absent);
        return;
    }
    if (w->work_is_tunable || w->has_payload)
        printf("  %*s  takes    %s%s%s\n", width, "", w->work_is_tunable ? "--work" : "",
               w->work_is_tunable && w->has_payload ? " and " : "", w->has_payload ? "--payload" : "");
    if (w->options_help)
        printf("  %*s  option   :%s\n", width, "", w->options_help);
}

static void print_workloads(const struct catalogue *c)
{
    int width = 0;

    for (size_t i = 0; c->workloads[i]; i++)
        if ((int)strlen(c->workloads[i]->name) > width)
            width = (int)strlen(c->workloads[i]->name);
    puts("workloads");
    for (size_t i = 0; c->workloads[i]; i++)
        print_workload(c->workloads[i], width);
}

static void print_clauses(const struct catalogue *c)
{
    (void)c;
    list_clauses_text();
}

static void print_metric(const struct metric *m, int width)
{
    printf("  %-*s  %s\n", width, m->name, m->summary);
    if (m->workloads)
        printf("  %*s  runs      %s\n", width, "", m->workloads);
    for (const struct metric_quantity *q = m->quantities; q->name; q++)
        printf("  %*s  quantity  %s: %s [%s]%s\n", width, "", q->name, q->summary, q->unit,
               q->derived ? ", derived" : "");
}

static void print_metrics(const struct catalogue *c)
{
    int width = 0;

    (void)c;
    for (size_t i = 0; metric_list[i]; i++)
        if ((int)strlen(metric_list[i]->name) > width)
            width = (int)strlen(metric_list[i]->name);
    puts("metrics of bench");
    for (size_t i = 0; metric_list[i]; i++)
        print_metric(metric_list[i], width);
}

static const struct section sections[] = {
    {"strategies", print_strategies},
    {"workloads", print_workloads},
    {"metrics", print_metrics},
    {"clauses", print_clauses},
};

#define SECTION_COUNT (sizeof sections / sizeof *sections)

static error_t choose_section(struct list_arguments *list, const char *name)
{
    struct nearest nearest = {.typed = name};

    if (list->only) {
        message("list takes one section, or none for all; '%.60s' is one too many", name);
        return EINVAL;
    }
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (strcmp(sections[i].name, name) == 0)
            list->only = &sections[i];
        nearest_try(&nearest, sections[i].name);
    }
    if (list->only)
        return 0;
    const char *meant = nearest_name(&nearest);
    message("there is no section '%.60s' to list; %s%s%s", name, meant ? "did you mean '" : "--help names them",
            meant ? meant : "", meant ? "'?" : "");
    return EINVAL;
}

static error_t check_markdown(const struct list_arguments *list)
{
    if (!list->markdown || (list->only && list->only->print == print_clauses))
        return 0;
    message("--markdown is for the clauses; say 'poolbench list clauses --markdown'");
    return EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct list_arguments *list = state->input;
    char why[WHY_SIZE];

    if (key == ARGP_KEY_ARG)
        return choose_section(list, arg);
    if (key == ARGP_KEY_END)
        return check_markdown(list);
    if (key == 'M') {
        list->markdown = true;
        return 0;
    }
    if (key != 'P')
        return ARGP_ERR_UNKNOWN;
    if (catalogue_add_plugin(&list->catalogue, arg, why))
        return 0;
    message("%s", why);
    return EINVAL;
}

static const struct argp_option options[] = {
    {"plugin", 'P', "FILE", 0, "Add the strategies and workloads of a shared object", 0},
    {"markdown", 'M', NULL, 0, "Show the clauses as the tables of docs/contract.md", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[strategies|workloads|metrics|clauses]",
    .doc = "Show what this build has, and what it lacks and why."
           "\vchunk is the rule by which the automatic chunk is found. Capabilities: processes - a crashing task is "
           "survived; kill - a running item can be stopped; recycle - "
           "workers can be replaced after so many items; nest - a task may create pools; lazy - inputs are drawn as "
           "results are taken; overlap - several calls run side by side; inline - the caller is a worker; shared - "
           "pool_alloc gives memory that workers see; fresh - a worker lives for one item or one call.\n\n"
           "Example: poolbench list strategies --plugin ./mine.so",
};

int command_list(int argc, char **argv)
{
    struct list_arguments list = {0};
    char why[WHY_SIZE];

    if (!catalogue_open(&list.catalogue, why))
        return failure(EXIT_CANNOT, "%s", why);
    if (!arguments_parse(&argp, argc, argv, &list)) {
        catalogue_close(&list.catalogue);
        return EXIT_USAGE;
    }
    if (list.markdown)
        list_clauses_markdown();
    for (size_t i = 0; i < SECTION_COUNT && !list.markdown; i++) {
        if (list.only && list.only != &sections[i])
            continue;
        if (i && !list.only)
            puts("");
        sections[i].print(&list.catalogue);
    }
    catalogue_close(&list.catalogue);
    return EXIT_GOOD;
}
