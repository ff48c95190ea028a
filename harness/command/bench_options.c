#include "bench_options.h"

#include "../pure/plan.h"
#include "arguments.h"
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_METRIC = 256,
    KEY_WORKERS,
    KEY_PROFILE,
    KEY_BUDGET,
    KEY_WORK,
    KEY_CHUNK,
    KEY_PAYLOAD,
    KEY_BIND,
    KEY_WAIT,
    KEY_SEED,
    KEY_PLAN,
    KEY_RESUME,
    KEY_DRY_RUN,
    KEY_PLUGIN,
    KEY_NO_PLOTS,
    KEY_ANONYMOUS
};

static const struct argp_option options[] = {
    {"metric", KEY_METRIC, "LIST", 0, "what is measured, as 'poolbench list metrics' shows (default: throughput)", 0},
    {"strategies", 's', "NAMES", 0,
     "strategies to compare; serial is always among them (default: all but peers; all: peers too)", 0},
    {"workloads", 'w', "NAMES", 0,
     "what they run (default: nothing,spin,skew:dist=pareto,mandelbrot); some metrics have workloads of their own", 0},
    {"workers", KEY_WORKERS, "LIST", 0,
     "worker counts (default: powers of two, the machine's break points, one "
     "oversubscribed point)",
     0},
    {"profile", KEY_PROFILE, "NAME", 0,
     "quick (6 launches), default (9) or publication (15); the latter two add launches, up to 31, where targets are "
     "not "
     "reached and the budget allows it",
     0},
    {"budget", KEY_BUDGET, "TIME", 0, "what the run may last (default: 1min, 2min, 30min, as the profile)", 0},
    {"work", KEY_WORK, "LIST", 0, "work per item of workloads that can be tuned (default: 100us)", 0},
    {"chunk", KEY_CHUNK, "LIST", 0, "items handed out at a time (default: each strategy's automatic rule)", 0},
    {"payload", KEY_PAYLOAD, "LIST", 0, "bytes in and out per item of workloads with a payload", 0},
    {"bind", KEY_BIND, "POLICY", 0, "bind workers to CPUs: none (default), compact or spread; the same for all", 0},
    {"wait", KEY_WAIT, "POLICY", 0, "how idle workers wait: yield (default), spin or sleep; the same for all", 0},
    {"seed", KEY_SEED, "N", 0, "of inputs and order; the same seed gives the same plan (default: a random one)", 0},
    {"plan", KEY_PLAN, "FILE", 0, "measure again what this plan.json says", 0},
    {"resume", KEY_RESUME, "DIR", 0, "go on with a run that was interrupted or killed, in its result folder", 0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "print the plan and stop", 0},
    {"output", 'o', "DIR", 0,
     "result folder, new or empty (default: <host>-<time> under results/ in the source "
     "tree, else under poolbench-results/)",
     0},
    {"no-plots", KEY_NO_PLOTS, NULL, 0, "draw nothing", 0},
    {"anonymous", KEY_ANONYMOUS, NULL, 0, "leave out of machine.json whose machine it was", 0},
    {"plugin", KEY_PLUGIN, "FILE", 0, "add a shared object's strategies and workloads; may be repeated", 0},
    {0},
};

static const char about[] =
    "Measure strategies against worker counts: every strategy is proven first, every timed call's results are "
    "verified, every sample is kept.\v"
    "Example: poolbench bench -s pthread_steal,fork_shared -w spin --work 10us,100us\n"
    "         poolbench bench --metric latency,lifecycle --workers 2\n"
    "HWLOC_SYNTHETIC=\"pack:2 numa:2 l3:2 core:8 pu:2\" with --dry-run shows another machine's plan.\n"
    "Exit codes: 0 good, 1 a strategy failed, 2 usage, 3 interrupted, 4 this build or machine cannot.";

static int refuse(const char *option, const char *why)
{
    failure(EXIT_USAGE, "--%s: %s", option, why);
    return EINVAL;
}

static int take_counts(struct bench_list *list, const char *option, const char *text, uint64_t max)
{
    char why[WHY_SIZE];

    free(list->values);
    *list = (struct bench_list){0};
    return units_parse_counts(text, 1, max, &list->values, &list->count, why) ? 0 : refuse(option, why);
}

static int take_works(struct bench_list *list, const char *text)
{
    char why[WHY_SIZE];

    free(list->values);
    *list = (struct bench_list){0};
    if (!units_parse_durations_ns(text, &list->values, &list->count, why))
        return refuse("work", why);
    for (size_t i = 0; i < list->count; i++)
        if (list->values[i] == 0 || list->values[i] > UINT64_C(10000000000))
            return refuse("work", "an item's work is from 1ns to 10s");
    return 0;
}

static int take_payloads(struct bench_list *list, const char *text)
{
    char *copy = strdup(text), *rest = copy, *element, why[WHY_SIZE];
    int rc = copy ? 0 : ENOMEM;

    free(list->values);
    *list = (struct bench_list){.values = calloc(strlen(text) + 1, sizeof *list->values)};
    rc = list->values ? rc : ENOMEM;
    while (rc == 0 && (element = strsep(&rest, ","))) {
        size_t bytes = 0;
        if (!units_parse_bytes(element, &bytes, why))
            rc = refuse("payload", why);
        else if (bytes == 0 || bytes > (size_t)64 * 1024 * 1024)
            rc = refuse("payload", "a payload is from 1B to 64MiB");
        else
            list->values[list->count++] = bytes;
    }
    free(copy);
    return rc;
}

static int take_budget(struct bench_options *o, const char *text)
{
    char why[WHY_SIZE];

    if (!units_parse_duration_ns(text, &o->budget_ns, why))
        return refuse("budget", why);
    if (o->budget_ns < UINT64_C(1000000000) || o->budget_ns > UINT64_C(604800000000000))
        return refuse("budget", "a budget is from 1s to a week (10080min)");
    return 0;
}

static int take_seed(struct bench_options *o, const char *text)
{
    char why[WHY_SIZE];

    o->has_seed = units_parse_count(text, 0, INT64_MAX, &o->seed, why);
    return o->has_seed ? 0 : refuse("seed", why);
}

static int take_profile(struct bench_options *o, const char *text)
{
    o->profile = text;
    if (strcmp(text, "quick") == 0 || strcmp(text, "default") == 0 || strcmp(text, "publication") == 0)
        return 0;
    return refuse("profile", "it is quick, default or publication");
}

static int take_plugin(struct bench_options *o, const char *path)
{
    if (o->plugin_count == BENCH_PLUGINS_MAX)
        return refuse("plugin", "that are too many plugins");
    o->plugins[o->plugin_count++] = path;
    return 0;
}

/* The options that make a plan; a plan file has them all. */
static int take_shaping(struct bench_options *o, int key, const char *text)
{
    switch (key) {
    case KEY_METRIC: o->metrics = text; return 0;
    case 's': o->strategies = text; return 0;
    case 'w': o->workloads = text; return 0;
    case KEY_WORKERS: return take_counts(&o->workers, "workers", text, POOL_WORKERS_MAX);
    case KEY_PROFILE: return take_profile(o, text);
    case KEY_BUDGET: return take_budget(o, text);
    case KEY_WORK: return take_works(&o->works_ns, text);
    case KEY_CHUNK: return take_counts(&o->chunks, "chunk", text, INT64_MAX);
    case KEY_PAYLOAD: return take_payloads(&o->payloads, text);
    case KEY_BIND: return plan_parse_bind(text, &o->bind) ? 0 : refuse("bind", "it is none, compact or spread");
    case KEY_WAIT: return plan_parse_wait(text, &o->wait) ? 0 : refuse("wait", "it is spin, yield or sleep");
    case KEY_SEED: return take_seed(o, text);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const char *long_name(int key)
{
    const struct argp_option *option = options;

    while (option->key != key)
        option++;
    return option->name;
}

static error_t take(int key, char *text, struct argp_state *state)
{
    struct bench_options *o = state->input;

    switch (key) {
    case KEY_PLAN: o->plan_file = text; return 0;
    case KEY_RESUME: o->resume = text; return text[0] ? 0 : refuse("resume", "the folder needs a name");
    case KEY_DRY_RUN: o->dry_run = true; return 0;
    case KEY_NO_PLOTS: o->no_plots = true; return 0;
    case KEY_ANONYMOUS: o->anonymous = true; return 0;
    case KEY_PLUGIN: return take_plugin(o, text);
    case 'o': o->out = text; return text[0] ? 0 : refuse("output", "the folder needs a name");
    case ARGP_KEY_END:
        if (o->resume && (o->out || o->plan_file || o->dry_run))
            return refuse("resume", "it goes on in that folder, after its plan: leave out -o, --plan and --dry-run");
        if (o->resume && o->shaping)
            return refuse(o->shaping,
                          "the plan of the run that --resume names says that already; leave one of them out");
        if (o->plan_file && o->shaping)
            return refuse(o->shaping, "the plan that --plan names says that already; leave one of them out");
        return 0;
    default: break;
    }
    const error_t rc = take_shaping(o, key, text);
    if (rc == 0)
        o->shaping = long_name(key);
    return rc;
}

bool bench_options_parse(struct bench_options *o, int argc, char **argv)
{
    static const struct argp argp = {options, take, NULL, about, NULL, NULL, NULL};

    *o = (struct bench_options){.profile = "default", .wait = POOL_WAIT_YIELD};
    return arguments_parse(&argp, argc, argv, o);
}

void bench_options_free(struct bench_options *o)
{
    free(o->workers.values);
    free(o->works_ns.values);
    free(o->chunks.values);
    free(o->payloads.values);
}
