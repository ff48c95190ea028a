/* poolbench conform - prove, clause by clause, that strategies keep the contract. */
#include "../conform/output.h"
#include "../conform/print/print.h"
#include "../conform/runner.h"
#include "../machine/isolate.h"
#include "../machine/progress.h"
#include "arguments.h"
#include "catalogue.h"
#include "command.h"
#include "conform_random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REPEAT_MAX 1000000
#define RANDOM_MAX UINT64_C(1000000000)

static const struct printer *const printers[] = {&print_text, &print_tap, &print_junit, &print_json};

struct conform_arguments {
    struct catalogue catalogue;
    const char *strategies, *output;
    const struct printer *printer;
    struct conform_request request;
    struct conform_random random; /* with commands or a replay: instead of cases */
    /* While it runs: */
    struct output out;
    struct progress progress;
    struct conform_report report;
    size_t number;
};

static error_t refuse(const char *option, const char *why)
{
    message("--%s: %s", option, why);
    return EINVAL;
}

static error_t choose_printer(struct conform_arguments *a, const char *name)
{
    for (size_t i = 0; i < sizeof printers / sizeof *printers; i++)
        if (strcmp(printers[i]->name, name) == 0) {
            a->printer = printers[i];
            return 0;
        }
    message("'%.20s' is no format of verdicts: --format text, tap, junit or json", name);
    return EINVAL;
}

static error_t parse_factor(struct conform_arguments *a, const char *text)
{
    char *end;

    a->request.factor = strtod(text, &end);
    if (end != text && end == text + strspn(text, "0123456789.") && !*end && a->request.factor >= 0.01 &&
        a->request.factor <= 1000)
        return 0;
    message("--timeout-factor: '%.40s' is no number from 0.01 to 1000", text);
    return EINVAL;
}

static int load_plugin(void *arg, int report)
{
    char why[WHY_SIZE];
    struct catalogue catalogue;

    (void)report;
    if (catalogue_open(&catalogue, why))
        catalogue_add_plugin(&catalogue, arg, why);
    return 0;
}

/* Load it in a child first: what its constructors do must not happen to us. */
static error_t add_plugin(struct conform_arguments *a, char *path)
{
    const int64_t patience_ns = INT64_C(10000000000);
    struct isolate_result end;
    char why[WHY_SIZE];

    if (!isolate_run(load_plugin, path, patience_ns, NULL, NULL, &end, why))
        return refuse("plugin", why);
    const bool loads = end.end == ISOLATE_EXITED && end.code == 0;
    const bool hangs = end.end == ISOLATE_HUNG;
    isolate_result_free(&end);
    if (!loads) {
        message("--plugin: loading %.120s %s", path, hangs ? "does not come to an end" : "crashes");
        return EINVAL;
    }
    return catalogue_add_plugin(&a->catalogue, path, why) ? 0 : refuse("plugin", why);
}

enum {
    KEY_CLAUSE = 256,
    KEY_PLUGIN,
    KEY_FORMAT,
    KEY_SEED,
    KEY_REPEAT,
    KEY_QUICK,
    KEY_FULL,
    KEY_FACTOR,
    KEY_RANDOM,
    KEY_REPLAY
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct conform_arguments *a = state->input;
    char why[WHY_SIZE];
    uint64_t repeat;

    switch (key) {
    case 's': a->strategies = arg; return 0;
    case 'o': a->output = arg; return arg[0] ? 0 : refuse("output", "the file needs a name");
    case KEY_CLAUSE: a->request.globs = arg; return 0;
    case KEY_PLUGIN: conform_random_note_plugin(&a->random, arg); return add_plugin(a, arg);
    case KEY_REPLAY: a->random.request.replay = arg; return 0;
    case KEY_RANDOM:
        return units_parse_count(arg, 1, RANDOM_MAX, &a->random.request.commands, why) ? 0 : refuse("random", why);
    case KEY_FORMAT: return choose_printer(a, arg);
    case KEY_SEED: return units_parse_count(arg, 0, UINT64_MAX, &a->request.seed, why) ? 0 : refuse("seed", why);
    case KEY_REPEAT:
        if (!units_parse_count(arg, 1, REPEAT_MAX, &repeat, why))
            return refuse("repeat", why);
        a->request.repeat = repeat;
        return 0;
    case KEY_QUICK: a->request.quick = true; return 0;
    case KEY_FULL: a->request.full = true; return 0;
    case KEY_FACTOR: return parse_factor(a, arg);
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"strategies", 's', "NAMES", 0,
     "Strategies, separated by commas; by default all but peers, and with 'all' those too", 0},
    {"clause", KEY_CLAUSE, "GLOB", 0, "Clauses or cases, for example 'B*', 'J2,Y1' or 'Y1_matrix/w=3/*'", 0},
    {"plugin", KEY_PLUGIN, "FILE", 0, "Add the strategies of a shared object; may be repeated", 0},
    {"format", KEY_FORMAT, "text|tap|junit|json", 0, "How verdicts are written; text by default", 0},
    {"seed", KEY_SEED, "N", 0, "Of inputs and of the order of shapes; 1 by default", 0},
    {"repeat", KEY_REPEAT, "M", 0, "Run every case M times; the first verdict that is not PASS is shown", 0},
    {"quick", KEY_QUICK, 0, 0, "A small matrix and fewer rounds: about a fifth of the time", 0},
    {"full", KEY_FULL, 0, 0, "Leave out no cell of the matrix, whatever it costs", 0},
    {"timeout-factor", KEY_FACTOR, "X", 0, "Multiply every deadline", 0},
    {"random", KEY_RANDOM, "N", 0, "Instead of cases: N random commands, judged by a model of the contract", 0},
    {"replay", KEY_REPLAY, "COMMANDS", 0, "Instead of cases: the commands that --random printed, until they fail", 0},
    {"output", 'o', "FILE", 0, "Write the verdicts to a file, whole, at the end", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .doc = "Prove that strategies keep the contract: every clause has cases, each case runs in a process of its own "
           "with a deadline, and its results are compared with a serial loop, byte for byte."
           "\vVerdicts: PASS, FAIL, HUNG (with what each thread does), CRASHED, UNSUPPORTED (with the probe that "
           "showed it). The matrix runs every pool size, count and chunk; where each chunk costs a new worker, cells "
           "of more than 5000 chunks are left out without --full, and counted.\n\n"
           "Exit codes: 0 all that is required passes, 1 something fails, 2 usage, 3 interrupted (what is complete "
           "is printed), 4 nothing could be run.\n\n"
           "Example: poolbench conform -s pthread_queue --clause 'B*,D*' --format tap",
};

static void show_start(void *arg, const char *strategy, const char *what, size_t done, size_t total)
{
    struct conform_arguments *a = arg;
    char text[128];

    if (done == 0)
        progress_start(&a->progress, total);
    snprintf(text, sizeof text, "%s %s", strategy, what);
    progress_show(&a->progress, done, text);
}

static void show_result(void *arg, const struct conform_result *result)
{
    struct conform_arguments *a = arg;

    a->number++;
    if (!a->printer->result)
        return;
    progress_clear(&a->progress);
    a->printer->result(a->out.stream, a->number, result);
}

static void show_strategy(void *arg, const char *strategy, size_t first)
{
    struct conform_arguments *a = arg;

    progress_clear(&a->progress);
    if (a->printer->strategy)
        a->printer->strategy(a->out.stream, &a->report, strategy, first);
}

static int judge_report(const struct conform_report *report)
{
    size_t failed = 0, passed = 0;

    for (size_t i = 0; i < report->count; i++) {
        failed += conform_result_counts(&report->results[i]);
        passed += report->results[i].verdict == VERDICT_PASS;
    }
    if (report->interrupted)
        return EXIT_INCONCLUSIVE;
    if (failed)
        return EXIT_FOUND;
    return passed ? EXIT_GOOD : EXIT_CANNOT;
}

/* Random sequences, which have no clauses and so no other format than text. */
static int explore(struct conform_arguments *a)
{
    char why[WHY_SIZE];

    if (a->printer != &print_text || a->request.globs)
        return failure(EXIT_USAGE, "--random and --replay go without --clause and --format: they write text");
    if (!output_open(&a->out, a->output, why))
        return failure(EXIT_USAGE, "%s", why);
    isolate_catch_interrupts();
    a->random.request.seed = a->request.seed;
    a->random.request.repeat = a->request.repeat;
    a->random.request.factor = a->request.factor;
    const int code = conform_random(&a->random, a->request.strategies, a->request.strategy_count, a->out.stream);
    return output_close(&a->out, why) ? code : failure(EXIT_CANNOT, "%s", why);
}

/* Run what was asked for, with the strategies and the output at hand. */
static int prove(struct conform_arguments *a)
{
    char why[WHY_SIZE];

    if (!conform_count_jobs(&a->request))
        return failure(EXIT_USAGE, "no case matches '%.100s'; poolbench list clauses names them", a->request.globs);
    if (!output_open(&a->out, a->output, why))
        return failure(EXIT_USAGE, "%s", why);
    isolate_catch_interrupts();
    if (a->printer->begin)
        a->printer->begin(a->out.stream);
    const bool ran = conform_run(&a->request, &a->report, why);
    progress_clear(&a->progress);
    if (!ran)
        message("%s", why);
    a->printer->end(a->out.stream, &a->report);
    int code = ran ? judge_report(&a->report) : EXIT_CANNOT;
    if (!output_close(&a->out, why))
        code = failure(EXIT_CANNOT, "%s", why);
    conform_report_free(&a->report);
    return code;
}

int command_conform(int argc, char **argv)
{
    struct conform_arguments a = {
        .printer = &print_text,
        .request = {.seed = 1,
                    .repeat = 1,
                    .factor = conform_default_factor(),
                    .started = show_start,
                    .result = show_result,
                    .finished = show_strategy},
    };
    struct chosen_strategy *chosen = NULL;
    char why[WHY_SIZE];
    int code = EXIT_USAGE;

    if (!catalogue_open(&a.catalogue, why))
        return failure(EXIT_CANNOT, "%s", why);
    a.request.arg = &a;
    if (!arguments_parse(&argp, argc, argv, &a))
        goto done;
    if (!catalogue_choose_strategies(&a.catalogue, a.strategies, &chosen, &a.request.strategy_count, why)) {
        message("%s", why);
        goto done;
    }
    a.request.strategies = chosen;
    const struct explore_request *random = &a.random.request;
    code = random->commands || random->replay ? explore(&a) : prove(&a);
    catalogue_free_strategies(chosen, a.request.strategy_count);
done:
    catalogue_close(&a.catalogue);
    return code;
}
