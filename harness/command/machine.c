/* poolbench machine - the machine as poolbench sees it, and its floors. */
#include "arguments.h"
#include "command.h"
#include "machine/clock.h"
#include "machine/facts.h"
#include "machine/floors.h"
#include "machine/isolate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct machine_arguments {
    bool json;
};

/* All that is shown. facts is borrowed by nobody; floors is NULL where another machine is described. */
struct shown {
    struct topology topology;
    struct worker_point *points;
    size_t point_count;
    json_t *facts;
    struct floor *floors;
    size_t floor_count;
};

static const struct {
    unsigned bit;
    const char *name;
} reasons[] = {
    {POINT_POWER, "power of two"}, {POINT_L3, "one L3"},
    {POINT_NUMA, "one NUMA node"}, {POINT_PACKAGE, "one package"},
    {POINT_FAST, "fast cores"},    {POINT_CORES, "all cores"},
    {POINT_PUS, "all threads"},    {POINT_USABLE, "all usable CPUs"},
    {POINT_ASKED, "asked for"},    {POINT_OVERSUBSCRIBED, "oversubscribed"},
};

#define REASONS (sizeof reasons / sizeof *reasons)

/* The value at part.key as text; "unknown" where it is null. */
static const char *fact(const struct shown *s, const char *part, const char *key)
{
    const json_t *from = part ? json_object_get(s->facts, part) : s->facts;
    const char *text = json_string_value(json_object_get(from, key));

    return text && *text ? text : "unknown";
}

static const char *flag(const struct shown *s, const char *part, const char *key)
{
    const json_t *value = json_object_get(json_object_get(s->facts, part), key);

    return json_is_boolean(value) ? json_is_true(value) ? "yes" : "no" : "unknown";
}

static const char *bytes(const struct shown *s, const char *part, const char *key, char *text, size_t size)
{
    const json_t *value = json_object_get(json_object_get(s->facts, part), key);

    return json_is_integer(value) ? units_format_bytes((double)json_integer_value(value), text, size)
                                  : fact(s, part, key);
}

static void print_machine(const struct shown *s)
{
    char total[32], available[32];

    puts("machine");
    printf("  %-16s %s\n", "CPU", fact(s, NULL, "cpu_model"));
    printf("  %-16s %s\n", "topology", s->topology.summary);
    printf("  %-16s %s of %s available\n", "memory", bytes(s, "memory", "available_bytes", available, sizeof available),
           bytes(s, "memory", "total_bytes", total, sizeof total));
    printf("  %-16s %s, %s\n", "system", fact(s, NULL, "kernel"), fact(s, NULL, "distribution"));
    printf("  %-16s virtual machine: %s, container: %s\n", "surroundings", flag(s, "virtual", "machine"),
           fact(s, "virtual", "container"));
    printf("  %-16s %s with %s\n", "build", fact(s, "build", "compiler"), fact(s, "build", "flags"));
    printf("  %-16s %s\n", "OpenMP", fact(s, "openmp", "runtime"));
}

static void print_limits(const struct shown *s)
{
    char text[32];

    puts("\nlimits");
    printf("  %-16s %zu", "usable CPUs", s->topology.usable);
    printf(" (%zu in the affinity mask, ", s->topology.affinity);
    if (s->topology.quota == SIZE_MAX)
        puts("no quota)");
    else
        printf("quota %zu)\n", s->topology.quota);
    printf("  %-16s %s\n", "cpuset", fact(s, "cgroup", "cpuset"));
    printf("  %-16s %s\n", "address space", bytes(s, "limits", "address_space_bytes", text, sizeof text));
    const json_t *processes = json_object_get(json_object_get(s->facts, "limits"), "processes");
    if (json_is_integer(processes))
        printf("  %-16s %" JSON_INTEGER_FORMAT "\n", "processes", json_integer_value(processes));
    else
        printf("  %-16s %s\n", "processes", fact(s, "limits", "processes"));
}

static void print_points(const struct shown *s)
{
    puts("\nworker counts worth measuring");
    for (size_t i = 0; i < s->point_count; i++) {
        const char *separator = "";
        printf("  %6zu  ", s->points[i].workers);
        for (size_t k = 0; k < REASONS; k++)
            if (s->points[i].reasons & reasons[k].bit) {
                printf("%s%s", separator, reasons[k].name);
                separator = ", ";
            }
        puts("");
    }
}

static void print_clock(const struct shown *s)
{
    const json_t *clock = json_object_get(s->facts, "clock");
    char cost[32], tick[32];

    printf("\nclock\n  %s through %s: a reading costs %s, the smallest step is %s\n", fact(s, "clock", "name"),
           fact(s, NULL, "clock_source"),
           units_format_ns(json_number_value(json_object_get(clock, "cost_ns")), cost, sizeof cost),
           units_format_ns(json_number_value(json_object_get(clock, "tick_ns")), tick, sizeof tick));
}

static void print_floors(const struct shown *s)
{
    char median[32], low[32], high[32];

    printf("\n%-48s %10s    95 %% interval\n", "floors", "median");
    if (!s->floors)
        puts("  not measured: another machine is described, and this one is not it");
    for (size_t i = 0; s->floors && i < s->floor_count; i++) {
        const struct floor *f = &s->floors[i];
        if (f->why[0])
            printf("  %-46s %10s    %s\n", f->what, "-", f->why);
        else
            printf("  %-46s %10s    %s to %s\n", f->what, units_format_ns(f->ns.median, median, sizeof median),
                   units_format_ns(f->ns.low, low, sizeof low), units_format_ns(f->ns.high, high, sizeof high));
    }
}

static void print_warnings(const struct shown *s)
{
    json_t *warning;
    size_t i;

    json_array_foreach(json_object_get(s->facts, "warnings"), i, warning)
    {
        printf("%s  %s;\n      %s\n", i == 0 ? "\nwhat spoils numbers here\n" : "",
               json_string_value(json_object_get(warning, "text")),
               json_string_value(json_object_get(warning, "advice")));
    }
}

static void print_text(const struct shown *s)
{
    print_machine(s);
    print_limits(s);
    print_points(s);
    print_clock(s);
    print_floors(s);
    print_warnings(s);
}

static json_t *points_json(const struct shown *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->point_count; i++) {
        json_t *why = json_array();
        for (size_t k = 0; k < REASONS; k++)
            if (s->points[i].reasons & reasons[k].bit)
                json_array_append_new(why, json_string(reasons[k].name));
        json_array_append_new(list, json_pack("{s:I, s:o}", "workers", (json_int_t)s->points[i].workers, "why", why));
    }
    return list;
}

/* What machine.json holds, and what only this command knows. */
static int print_json(const struct shown *s)
{
    const bool complete =
        json_object_set_new(s->facts, "worker_counts", points_json(s)) == 0 &&
        json_object_set_new(s->facts, "floors", s->floors ? floors_json(s->floors, s->floor_count) : json_null()) == 0;

    if (!complete || json_dumpf(s->facts, stdout, JSON_INDENT(2)) != 0)
        return failure(EXIT_CANNOT, "the facts of this machine do not fit into memory, or cannot be written");
    puts("");
    return EXIT_GOOD;
}

static void show_progress(const char *what)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[Kmeasuring: %s", what);
}

static bool measure_floors(struct shown *s)
{
    if (s->topology.synthetic)
        return true;
    if (!isatty(STDERR_FILENO))
        message("measuring the floors of this machine takes a few seconds");
    isolate_catch_interrupts();
    s->floors = floors_measure(&s->topology, show_progress, &s->floor_count);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    return s->floors != NULL;
}

static int show(struct shown *s, bool json, int argc, char **argv)
{
    char why[WHY_SIZE];

    if (!topology_points(&s->topology, &s->points, &s->point_count, why))
        return failure(EXIT_CANNOT, "%s", why);
    s->facts = facts_collect(&s->topology, argc, argv, 0);
    if (!s->facts || !measure_floors(s))
        return failure(EXIT_CANNOT, "the facts of this machine do not fit into memory");
    if (isolate_interrupted())
        return failure(EXIT_INCONCLUSIVE, "interrupted; nothing was left running");
    if (json)
        return print_json(s);
    print_text(s);
    return EXIT_GOOD;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct machine_arguments *arguments = state->input;

    (void)arg;
    if (key != 'j')
        return ARGP_ERR_UNKNOWN;
    arguments->json = true;
    return 0;
}

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "Everything as JSON, as in machine.json, with the worker counts and floors", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .doc = "Show this machine: topology, limits, clock, and the floors under every strategy."
           "\vThe floors are medians of 31 samples with their exact intervals: a cache line, a contended atomic add, a "
           "futex and a pipe between two cores; a thread, a fork at several resident sizes, a vfork and a new program. "
           "HWLOC_SYNTHETIC stands another machine in, without floors.\n\n"
           "Example: HWLOC_SYNTHETIC=\"pack:2 l3:4 core:8 pu:2\" poolbench machine",
};

int command_machine(int argc, char **argv)
{
    struct machine_arguments arguments = {0};
    struct shown shown = {0};
    char why[WHY_SIZE];

    if (!arguments_parse(&argp, argc, argv, &arguments))
        return EXIT_USAGE;
    if (!topology_load(&shown.topology, why))
        return failure(EXIT_CANNOT, "%s", why);
    const int code = show(&shown, arguments.json, argc, argv);
    free(shown.points);
    free(shown.floors);
    json_decref(shown.facts);
    topology_free(&shown.topology);
    return code;
}
