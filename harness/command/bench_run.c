/* The run itself: what is written when, and how it ends. */
#include "../machine/facts.h"
#include "../machine/isolate.h"
#include "../machine/openmp.h"
#include "../machine/pin.h"
#include "bench.h"
#include "bench_report.h"
#include "command.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static int cannot(const struct bench *b)
{
    return failure(EXIT_CANNOT, "%s", b->why);
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
    json_t *facts = b->earlier.machine ? NULL : bench_facts(b);

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
        return bench_say_how_to_go_on(b, EXIT_INCONCLUSIVE, "interrupted");
    }
    if (end != CAMPAIGN_DONE)
        return bench_say_how_to_go_on(b, EXIT_CANNOT, b->why);
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
        return bench_say_how_to_go_on(b, EXIT_INCONCLUSIVE, "interrupted before anything was measured");
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

int bench_run(struct bench *b)
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
        code = bench_read_earlier(b);
    if (code == EXIT_GOOD && !answers_open(&b->runner.answers, &b->chosen.plan))
        code = failure(EXIT_CANNOT, "out of memory for the answers");
    if (code == EXIT_GOOD)
        code = run(b);
    answers_close(&b->runner.answers);
    saved_free(&b->earlier);
    return code;
}
