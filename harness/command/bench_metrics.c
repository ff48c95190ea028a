/* Which metrics a run has, and what each of them runs: its own workloads, or the chosen ones. */
#include "bench_plan.h"

#include "command.h"
#include "nearest.h"

#include <stdlib.h>
#include <string.h>

static const char default_workloads[] = "nothing,spin,skew:dist=pareto,mandelbrot", default_metrics[] = "throughput";

static int refuse_name(const char *name)
{
    struct nearest nearest = {.typed = name};

    for (size_t i = 0; metric_list[i]; i++)
        nearest_try(&nearest, metric_list[i]->name);
    const char *meant = nearest_name(&nearest);
    return failure(EXIT_USAGE, "--metric: there is no metric '%.60s'; %s%s%s", name,
                   meant ? "did you mean '" : "'poolbench list metrics' shows them", meant ? meant : "",
                   meant ? "'?" : "");
}

static int add_metric(struct bench_plan *b, const struct metric *m)
{
    for (size_t i = 0; i < b->metric_count; i++)
        if (b->metrics[i].metric == m)
            return failure(EXIT_USAGE, "--metric: %s is in the list twice", m->name);
    struct plan_metric *metrics = realloc(b->metrics, (b->metric_count + 1) * sizeof *metrics);
    if (!metrics)
        return failure(EXIT_CANNOT, "out of memory for the metrics");
    b->metrics = metrics;
    b->metrics[b->metric_count++] = (struct plan_metric){.metric = m};
    return EXIT_GOOD;
}

static int add_all(struct bench_plan *b)
{
    int code = EXIT_GOOD;

    for (size_t i = 0; code == EXIT_GOOD && metric_list[i]; i++)
        code = add_metric(b, metric_list[i]);
    return code;
}

/* "a,b" or "all" to b->metrics. */
static int choose_metrics(struct bench_plan *b, const char *text)
{
    char *copy = strdup(text), *rest = copy;
    const char *name;
    int code = copy ? EXIT_GOOD : failure(EXIT_CANNOT, "out of memory for the metrics");

    if (copy && strcmp(text, "all") == 0)
        code = add_all(b);
    else
        while (code == EXIT_GOOD && (name = strsep(&rest, ",")))
            code = metric_named(name) ? add_metric(b, metric_named(name)) : refuse_name(name);
    free(copy);
    return code;
}

static bool same_workload(const struct chosen_workload *a, const struct chosen_workload *b)
{
    return a->workload == b->workload &&
           (a->options && b->options ? strcmp(a->options, b->options) == 0 : a->options == b->options);
}

/* The place of a workload in the plan, which takes it over where it is new; SIZE_MAX: out of memory. */
static size_t place_of(struct bench_plan *b, struct chosen_workload *w)
{
    for (size_t i = 0; i < b->workload_count; i++)
        if (same_workload(&b->workloads[i], w))
            return i;
    struct chosen_workload *more = realloc(b->workloads, (b->workload_count + 1) * sizeof *more);
    if (!more)
        return SIZE_MAX;
    b->workloads = more;
    b->workloads[b->workload_count] = *w;
    w->options = NULL;
    return b->workload_count++;
}

/* Give a metric the workloads of a list of names. */
static int give_workloads(struct bench_plan *b, struct plan_metric *m, const char *names, const struct catalogue *c)
{
    struct chosen_workload *list = NULL;
    size_t count = 0, *places;
    char why[WHY_SIZE];
    int code = EXIT_GOOD;

    if (!catalogue_choose_workloads(c, names, &list, &count, why))
        return failure(EXIT_USAGE, "%s", why);
    m->workloads = places = calloc(count + 1, sizeof *places);
    for (size_t i = 0; places && code == EXIT_GOOD && i < count; i++) {
        places[i] = place_of(b, &list[i]);
        if (places[i] == SIZE_MAX)
            code = failure(EXIT_CANNOT, "out of memory for the workloads");
        m->workload_count = i + 1;
    }
    catalogue_free_workloads(list, count);
    return places ? code : failure(EXIT_CANNOT, "out of memory for the workloads");
}

int bench_plan_metrics(struct bench_plan *b, const struct bench_options *o, const struct catalogue *c)
{
    const char *chosen = o->workloads ? o->workloads : default_workloads;
    int code = choose_metrics(b, o->metrics ? o->metrics : default_metrics);

    for (size_t i = 0; code == EXIT_GOOD && i < b->metric_count; i++) {
        const char *own = b->metrics[i].metric->workloads;
        code = give_workloads(b, &b->metrics[i], own ? own : chosen, c);
    }
    return code;
}
