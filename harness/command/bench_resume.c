/* What a run needs that goes on, or may have to. */
#include "../machine/facts.h"
#include "bench.h"
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What any machine's calibration lies between. */
static const double LOOPS_PER_NS_MIN = 1e-6, LOOPS_PER_NS_MAX = 1000;
static const json_int_t SAMPLE_NS_MIN_MAX = 60000000000;

json_t *bench_facts(const struct bench *b)
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

int bench_say_how_to_go_on(const struct bench *b, int code, const char *what)
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

/* What all samples of the run are to be taken with. */
static bool take_calibration(struct bench *b)
{
    const json_t *found = saved_fact(&b->earlier, "calibration");
    const double loops_per_ns = json_number_value(json_object_get(found, "loops_per_ns"));
    const json_int_t sample_ns_min = json_integer_value(json_object_get(found, "sample_ns_min"));

    b->runner.loops_per_ns = loops_per_ns;
    b->runner.sample_ns_min = sample_ns_min;
    return loops_per_ns >= LOOPS_PER_NS_MIN && loops_per_ns <= LOOPS_PER_NS_MAX && sample_ns_min > 0 &&
           sample_ns_min <= SAMPLE_NS_MIN_MAX;
}

int bench_read_earlier(struct bench *b)
{
    char differences[WHY_SIZE];

    if (!saved_open_unfinished(b->options.resume, &b->earlier, b->why))
        return failure(EXIT_USAGE, "%s", b->why);
    if (!b->earlier.machine)
        return EXIT_GOOD;
    if (!take_calibration(b))
        return failure(EXIT_USAGE, "%s/machine.json: this is no calibration that poolbench writes", b->options.resume);
    json_t *facts = bench_facts(b);
    if (facts && json_is_null(saved_fact(&b->earlier, "hostname")))
        facts_anonymize(facts);
    const bool same = facts && saved_same_run(b->earlier.machine, facts, differences);
    json_decref(facts);
    return same ? EXIT_GOOD
                : failure(EXIT_USAGE,
                          "%s was begun in another environment (%s), and cannot go on in this one: begin a new run",
                          b->options.resume, facts ? differences : "out of memory");
}
