/* The plan as people read it, before anything runs. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    unsigned reason;
    const char *text;
} words[] = {
    {POINT_POWER, "power of two"},     {POINT_L3, "one L3 cache"},
    {POINT_NUMA, "one NUMA node"},     {POINT_PACKAGE, "one package"},
    {POINT_CORES, "all cores"},        {POINT_PUS, "all threads"},
    {POINT_USABLE, "all usable CPUs"}, {POINT_OVERSUBSCRIBED, "oversubscribed"},
    {POINT_ASKED, "asked for"},
};

const char *table_reasons(unsigned reasons, char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (reasons & words[i].reason && length < size)
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "", words[i].text);
    return text;
}

static void print_names(FILE *f, const char *title, const struct plan_name *names, size_t count)
{
    fprintf(f, "%-13s", title);
    for (size_t i = 0; i < count; i++)
        fprintf(f, "%s%s%s%s%s", i ? " " : "", names[i].name, names[i].options ? ":" : "",
                names[i].options ? names[i].options : "", names[i].own_wait ? PLAN_NOT_COMPARABLE : "");
    fprintf(f, "\n");
}

static void print_points(FILE *f, const struct plan *p)
{
    char reasons[256];

    fprintf(f, "workers\n");
    for (size_t i = 0; i < p->point_count; i++)
        fprintf(f, "%11zu  %s\n", p->points[i].workers, table_reasons(p->points[i].reasons, reasons, sizeof reasons));
}

/* How many cells each metric has; refinements are told apart, for most are dropped later. */
static void print_metrics(FILE *f, const struct plan *p)
{
    for (size_t m = 0; m < p->metric_count; m++) {
        size_t cells[RUNG_DROPPED + 1] = {0};
        char between[64] = "";
        for (size_t i = 0; i < p->cell_count; i++)
            cells[p->cells[i].rung] += p->cells[i].metric == m;
        if (cells[RUNG_BETWEEN])
            snprintf(between, sizeof between, " and some of %zu between them", cells[RUNG_BETWEEN]);
        fprintf(f, "%-13s%s: %zu cells%s, %s\n", m ? "" : "metrics", p->metrics[m]->name, cells[RUNG_SOLID], between,
                p->metrics[m]->summary);
    }
}

bool table_format_plan(const struct plan *p, const char *machine, char **text)
{
    size_t size = 0;
    char call[32], time[32];
    FILE *f = open_memstream(text, &size);

    if (!f)
        return false;
    fprintf(f, "%-13s%s\n", "machine", machine);
    print_metrics(f, p);
    print_names(f, "strategies", p->strategies, p->strategy_count);
    print_names(f, "workloads", p->workloads, p->workload_count);
    print_points(f, p);
    fprintf(f, "%-13s%zu cells x %zu launches x %zu rounds, about %s a call (serial)\n", "amount", p->cell_count,
            p->launches, p->rounds, units_format_ns((double)p->call_ns, call, sizeof call));
    fprintf(f, "%-13sbind %s, wait %s, seed %llu\n", "same for all", plan_bind_text(p->bind), plan_wait_text(p->wait),
            (unsigned long long)p->seed);
    fprintf(f, "%-13sabout %s, of a budget of ", "time",
            units_format_ns((double)plan_estimate_ns(p), time, sizeof time));
    fprintf(f, "%s\n", units_format_ns((double)p->budget_ns, time, sizeof time));
    if (p->reduced[0])
        fprintf(f, "%-13s%s\n", "reduced", p->reduced);
    return fclose(f) == 0;
}
