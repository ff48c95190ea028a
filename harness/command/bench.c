/* poolbench bench - measure strategies against worker counts: plan, prove, calibrate, measure, store, summarise, plot.
 */
#include "../machine/facts.h"
#include "../machine/isolate.h"
#include "../machine/openmp.h"
#include "../machine/pin.h"
#include "../measure/campaign.h"
#include "../pure/table.h"
#include "../saved.h"
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
    struct runner runner;
    struct saved earlier; /* with --resume: what is there */
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
    const struct runner *r = &b->runner;
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

static bool keep_plan(void *arg, const struct plan *plan, char why[WHY_SIZE])
{
    struct bench *b = arg;
    const bool ok = write_json(b, "plan.json", plan_to_json(plan));

    if (!ok)
        memcpy(why, b->why, WHY_SIZE);
    return ok;
}

/* What is known before the first sample. An earlier run's machine.json stays: its calibration holds for all samples. */
static int begin_store(struct bench *b)
{
    json_t *facts = b->earlier.machine ? NULL : machine_facts(b);

    if (facts)
        warn(facts);
    if (facts && b->options.anonymous)
        facts_anonymize(facts);
    if (!keep_plan(b, &b->chosen.plan, b->why)) {
        json_decref(facts);
        return cannot(b);
    }
    if (!b->earlier.machine && !write_json(b, "machine.json", facts))
        return cannot(b);
    return store_begin_samples(&b->store, sample_header, b->why) ? EXIT_GOOD : cannot(b);
}

/* A word of a command line, quoted where a shell would not take it as it is. */
static void print_word(FILE *f, const char *word)
{
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+";

    if (word[0] && word[strspn(word, plain)] == '\0') {
        fputs(word, f);
        return;
    }
    fputc('\'', f);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, f);
    fputc('\'', f);
}

/* One sentence on what has happened, and the command that goes on. */
static int say_how_to_go_on(struct bench *b, int code, const char *what)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    if (f) {
        fprintf(f, "%s; what is complete lies in %s; go on with: poolbench bench --resume ", what, b->store.path);
        print_word(f, b->store.path);
        for (size_t i = 0; i < b->options.plugin_count; i++) {
            fputs(" --plugin ", f);
            print_word(f, b->options.plugins[i]);
        }
        fprintf(f, "%s%s", b->options.no_plots ? " --no-plots" : "", b->options.anonymous ? " --anonymous" : "");
        fclose(f);
    }
    failure(code, "%s", text ? text : what);
    free(text);
    return code;
}

static int finish(struct bench *b, bool interrupted)
{
    isolate_forget_interrupt();
    return bench_report(&b->campaign, &b->store, !b->options.no_plots, interrupted);
}

static int measure_all(struct bench *b)
{
    const enum campaign_end end = campaign_run(&b->campaign, &b->store, b->why);

    if (end == CAMPAIGN_INTERRUPTED) {
        finish(b, true);
        return say_how_to_go_on(b, EXIT_INCONCLUSIVE, "interrupted");
    }
    if (end != CAMPAIGN_DONE)
        return say_how_to_go_on(b, EXIT_CANNOT, b->why);
    const int code = finish(b, false);
    const bool complete = code == EXIT_GOOD || code == EXIT_INCONCLUSIVE;
    return complete && b->campaign.found ? EXIT_FOUND : code;
}

/* What cannot be begun leaves no folder behind. */
static int give_up(struct bench *b, int code)
{
    if (!b->options.resume)
        store_remove(&b->store, "plan.json");
    return failure(code, "%s", b->why);
}

static int prepare(struct bench *b)
{
    switch (campaign_prepare(&b->campaign, b->why)) {
    case CAMPAIGN_DONE: return EXIT_GOOD;
    case CAMPAIGN_INTERRUPTED:
        return say_how_to_go_on(b, EXIT_INCONCLUSIVE, "interrupted before anything was measured");
    case CAMPAIGN_TOO_LONG: return give_up(b, EXIT_USAGE);
    case CAMPAIGN_CANNOT: break;
    }
    return give_up(b, EXIT_CANNOT);
}

/* The plan lies there from the start: whatever ends the run, it can go on. */
static int run_in_store(struct bench *b)
{
    int code = keep_plan(b, &b->chosen.plan, b->why) ? prepare(b) : cannot(b);

    if (code == EXIT_GOOD)
        code = begin_store(b);
    if (code == EXIT_GOOD)
        code = measure_all(b);
    return code;
}

static int open_store(struct bench *b)
{
    bool refused = false;

    if (b->options.resume)
        return store_reopen(&b->store, b->options.resume, (off_t)b->earlier.samples.complete_bytes, b->why) ? EXIT_GOOD
                                                                                                            : cannot(b);
    if (store_open(&b->store, b->options.out, &refused, b->why))
        return EXIT_GOOD;
    return failure(refused ? EXIT_USAGE : EXIT_CANNOT, "%s", b->why);
}

static int run(struct bench *b)
{
    const struct world world = world_real(&b->runner);
    int code = open_store(b);

    if (code != EXIT_GOOD)
        return code;
    if (campaign_open(&b->campaign, &b->chosen.plan, &world, (struct campaign_keeper){b, keep_plan}, b->why)) {
        campaign_take_over(&b->campaign, &b->earlier.samples);
        code = run_in_store(b);
        campaign_free(&b->campaign);
    } else
        code = cannot(b);
    store_close(&b->store);
    return code;
}

/* What an earlier run has left, which must have been made here: the rest would not be of the same. */
static int read_earlier(struct bench *b)
{
    char differences[WHY_SIZE];

    if (!saved_open_unfinished(b->options.resume, &b->earlier, b->why))
        return failure(EXIT_USAGE, "%s", b->why);
    if (!b->earlier.machine)
        return EXIT_GOOD;
    const json_t *found = saved_fact(&b->earlier, "calibration");
    b->runner.loops_per_ns = json_number_value(json_object_get(found, "loops_per_ns"));
    b->runner.sample_ns_min = json_integer_value(json_object_get(found, "sample_ns_min"));
    json_t *facts = machine_facts(b);
    if (facts && json_is_null(saved_fact(&b->earlier, "hostname")))
        facts_anonymize(facts);
    const bool same = facts && saved_same_run(b->earlier.machine, facts, differences);
    json_decref(facts);
    return same ? EXIT_GOOD
                : failure(EXIT_USAGE,
                          "%s was begun in another environment (%s), and cannot go on in this one: begin a new run",
                          b->options.resume, facts ? differences : "out of memory");
}

static int settle_and_run(struct bench *b)
{
    int code = settle_machine(b);

    b->runner = (struct runner){.plan = &b->chosen.plan,
                                .strategies = b->chosen.strategies,
                                .workloads = b->chosen.workloads,
                                .cpus = b->cpus,
                                .cpu_count = b->cpu_count};
    isolate_catch_interrupts();
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error like a full disk, not a death */
    if (code == EXIT_GOOD && b->options.resume)
        code = read_earlier(b);
    if (code == EXIT_GOOD)
        code = run(b);
    saved_free(&b->earlier);
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
    else if (code == EXIT_GOOD)
        code = settle_and_run(b);
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
