/* poolbench bench - measure strategies against worker counts: plan, prove, calibrate, measure, store, summarise, plot.
 */
#include "../machine/facts.h"
#include "../machine/isolate.h"
#include "../machine/openmp.h"
#include "../machine/pin.h"
#include "../measure/campaign.h"
#include "../pure/table.h"
#include "bench_plan.h"
#include "bench_report.h"
#include "command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that one run holds. */
struct bench {
    int argc;
    char **argv;
    struct bench_options options;
    struct catalogue catalogue;
    struct topology topology;
    struct bench_plan chosen;
    unsigned *cpus;
    size_t cpu_count;
    struct store store;
    struct campaign campaign;
    char why[WHY_SIZE];
};

static int cannot(const struct bench *b)
{
    return failure(EXIT_CANNOT, "%s", b->why);
}

static int open_catalogue(struct bench *b)
{
    if (!catalogue_open(&b->catalogue, b->why))
        return cannot(b);
    for (size_t i = 0; i < b->options.plugin_count; i++)
        if (!catalogue_add_plugin(&b->catalogue, b->options.plugins[i], b->why))
            return failure(EXIT_USAGE, "%s", b->why);
    return EXIT_GOOD;
}

static int print_plan(struct bench *b)
{
    char *text = NULL;

    if (!table_format_plan(&b->chosen.plan, b->topology.summary, &text))
        return failure(EXIT_CANNOT, "out of memory for the plan");
    fputs(text, stdout);
    free(text);
    return EXIT_GOOD;
}

/* OpenMP like the others, and the right to bind, before anything is created. */
static int settle_machine(struct bench *b)
{
    bool changed = false;

    if (!openmp_set_environment(b->chosen.plan.wait, &changed, b->why))
        return cannot(b);
    if (changed) {
        openmp_restart(b->argc, b->argv, b->why);
        return cannot(b);
    }
    if (!topology_bind_order(&b->topology, b->chosen.plan.bind, &b->cpus, &b->cpu_count, b->why) ||
        !pin_try_all(b->cpus, b->cpu_count, b->why))
        return cannot(b);
    return EXIT_GOOD;
}

static bool write_json(struct bench *b, const char *name, json_t *j)
{
    char *text = j ? json_dumps(j, JSON_INDENT(1)) : NULL;
    bool ok = false;

    if (text)
        ok = store_write(&b->store, name, text, strlen(text), b->why);
    else
        snprintf(b->why, sizeof b->why, "out of memory for %s", name);
    free(text);
    json_decref(j);
    return ok;
}

static void warn(const json_t *facts)
{
    json_t *warnings = facts_warnings(facts);

    for (size_t i = 0; i < json_array_size(warnings); i++) {
        json_t *w = json_array_get(warnings, i);
        message("note: %s; %s", json_string_value(json_object_get(w, "text")),
                json_string_value(json_object_get(w, "advice")));
    }
    json_decref(warnings);
}

static json_t *machine_facts(struct bench *b)
{
    const struct runner *r = &b->campaign.measure.runner;
    char program[] = "poolbench", **command = calloc((size_t)b->argc + 1, sizeof *command);
    json_t *facts = NULL;

    if (command) {
        command[0] = program;
        memcpy(command + 1, b->argv, (size_t)b->argc * sizeof *command);
        facts = facts_collect(&b->topology, b->argc + 1, command, b->chosen.plan.seed);
        free(command);
    }
    if (facts)
        json_object_set_new(facts, "format", json_integer(PLAN_FORMAT));
    if (facts)
        json_object_set_new(
            facts, "calibration",
            json_pack("{s:f, s:I}", "loops_per_ns", r->loops_per_ns, "sample_ns_min", (json_int_t)r->sample_ns_min));
    return facts;
}

/* What is known before the first sample. */
static int begin_store(struct bench *b, json_t *plan)
{
    json_t *facts = machine_facts(b);

    if (facts)
        warn(facts);
    if (facts && b->options.anonymous)
        facts_anonymize(facts);
    if (!write_json(b, "plan.json", plan)) {
        json_decref(facts);
        return cannot(b);
    }
    if (!write_json(b, "machine.json", facts) || !store_begin_samples(&b->store, sample_header, b->why))
        return cannot(b);
    return EXIT_GOOD;
}

static int finish(struct bench *b)
{
    return bench_report(&b->campaign, &b->store, !b->options.no_plots);
}

static int measure_all(struct bench *b)
{
    switch (campaign_run(&b->campaign, &b->store, b->why)) {
    case CAMPAIGN_DONE: break;
    case CAMPAIGN_INTERRUPTED:
        finish(b);
        return failure(EXIT_INCONCLUSIVE, "interrupted; what is complete lies in %s", b->store.path);
    case CAMPAIGN_TOO_LONG:
    case CAMPAIGN_CANNOT: return failure(EXIT_CANNOT, "%s; what was complete lies in %s", b->why, b->store.path);
    }
    const int code = finish(b);
    const bool complete = code == EXIT_GOOD || code == EXIT_INCONCLUSIVE;
    return complete && b->campaign.found ? EXIT_FOUND : code;
}

static int prepare(struct bench *b)
{
    switch (campaign_prepare(&b->campaign, b->why)) {
    case CAMPAIGN_DONE: return EXIT_GOOD;
    case CAMPAIGN_INTERRUPTED: return failure(EXIT_INCONCLUSIVE, "interrupted before anything was measured");
    case CAMPAIGN_TOO_LONG: return failure(EXIT_USAGE, "%s", b->why);
    case CAMPAIGN_CANNOT: break;
    }
    return cannot(b);
}

static int run_in_store(struct bench *b)
{
    json_t *plan = plan_to_json(&b->chosen.plan); /* before calibration, which no seed repeats */
    int code = prepare(b);

    if (code == EXIT_GOOD)
        code = begin_store(b, plan);
    else
        json_decref(plan);
    if (code == EXIT_GOOD)
        code = measure_all(b);
    return code;
}

static int run(struct bench *b)
{
    const struct runner runner = {.strategies = b->chosen.strategies,
                                  .workloads = b->chosen.workloads,
                                  .cpus = b->cpus,
                                  .cpu_count = b->cpu_count};
    bool refused = false;

    isolate_catch_interrupts();
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error like a full disk, not a death */
    if (!store_open(&b->store, b->options.out, &refused, b->why))
        return failure(refused ? EXIT_USAGE : EXIT_CANNOT, "%s", b->why);
    int code = EXIT_CANNOT;
    if (campaign_open(&b->campaign, &b->chosen.plan, &runner, b->why)) {
        code = run_in_store(b);
        campaign_free(&b->campaign);
    } else
        cannot(b);
    store_close(&b->store);
    return code;
}

static int plan_and_run(struct bench *b)
{
    if (!topology_load(&b->topology, b->why))
        return cannot(b);
    int code = bench_plan_make(&b->chosen, &b->options, &b->catalogue, &b->topology);
    if (code == EXIT_GOOD && b->options.dry_run)
        code = print_plan(b);
    else if (code == EXIT_GOOD && b->topology.synthetic)
        code = failure(EXIT_CANNOT,
                       "a machine that is only described cannot be measured: unset HWLOC_SYNTHETIC, or use --dry-run");
    else if (code == EXIT_GOOD && (code = settle_machine(b)) == EXIT_GOOD)
        code = run(b);
    bench_plan_free(&b->chosen);
    free(b->cpus);
    topology_free(&b->topology);
    return code;
}

int command_bench(int argc, char **argv)
{
    struct bench b = {.argc = argc, .argv = argv};

    if (!bench_options_parse(&b.options, argc, argv)) {
        bench_options_free(&b.options);
        return EXIT_USAGE;
    }
    int code = open_catalogue(&b);
    if (code == EXIT_GOOD)
        code = plan_and_run(&b);
    catalogue_close(&b.catalogue);
    bench_options_free(&b.options);
    return code;
}
