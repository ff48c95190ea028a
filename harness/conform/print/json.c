/* The conformance statement of each strategy as JSON: what it declares, what its cases showed, clause by clause. */
#define _GNU_SOURCE
#include "print.h"

#include "../../machine/clock.h"

#include "strategy.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static const struct {
    unsigned bit;
    const char *name;
} names[] = {
    {POOL_CAP_PROCS, "procs"},   {POOL_CAP_KILL, "kill"},     {POOL_CAP_RECYCLE, "recycle"},
    {POOL_CAP_NEST, "nest"},     {POOL_CAP_LAZY, "lazy"},     {POOL_CAP_OVERLAP, "overlap"},
    {POOL_CAP_INLINE, "inline"}, {POOL_CAP_SHARED, "shared"}, {POOL_CAP_FRESH, "fresh"},
};

static json_t *list_declared(unsigned capabilities)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (capabilities & names[i].bit)
            json_array_append_new(list, json_string(names[i].name));
    return list;
}

/* PASS if all of a clause's cases passed, else the first verdict that is not; UNSUPPORTED if none was run to its end.
 */
static enum verdict judge_clause(const struct conform_result *results, size_t count, const struct clause *clause)
{
    enum verdict verdict = VERDICT_COUNT;

    for (size_t i = 0; i < count; i++) {
        const enum verdict v = results[i].verdict;
        if (results[i].clause != clause)
            continue;
        if (verdict == VERDICT_COUNT || v == VERDICT_FAIL || v == VERDICT_HUNG || v == VERDICT_CRASHED)
            verdict = v;
        else if (verdict == VERDICT_UNSUPPORTED && v == VERDICT_PASS)
            verdict = v;
        if (verdict != VERDICT_PASS && verdict != VERDICT_UNSUPPORTED)
            break;
    }
    return verdict;
}

/* Capabilities whose own clauses were run: whether the cases, which try them, have shown them. */
static json_t *list_probed(const struct conform_result *results, size_t count)
{
    json_t *probed = json_object();

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        bool shown = false, broken = false;
        for (size_t i = 0; i < count; i++) {
            const struct clause *clause = results[i].clause;
            if (clause->level != CLAUSE_CAPABILITY || clause->capability != names[n].bit)
                continue;
            shown |= results[i].verdict == VERDICT_PASS;
            broken |= conform_result_counts(&results[i]);
        }
        if (shown || broken)
            json_object_set_new(probed, names[n].name, json_boolean(!broken));
    }
    return probed;
}

/* What a process said need not be UTF-8. */
static json_t *text_to_json(const char *text)
{
    char *plain = strdup(text);

    for (char *c = plain; c && *c; c++)
        if ((unsigned char)*c > '~')
            *c = '?';
    json_t *string = plain ? json_string(plain) : NULL;
    free(plain);
    return string;
}

static json_t *case_to_json(const struct conform_result *r)
{
    json_t *one =
        json_pack("{s:s, s:s, s:f, s:I, s:I}", "name", r->name, "verdict", conform_verdict_text(r->verdict), "seconds",
                  r->seconds, "runs", (json_int_t)r->runs, "not_passed", (json_int_t)r->not_passed);

    if (r->message)
        json_object_set_new(one, "message", text_to_json(r->message));
    return one;
}

static json_t *cases_to_json(const struct conform_result *results, size_t count, const struct clause *clause)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        if (results[i].clause == clause)
            json_array_append_new(list, case_to_json(&results[i]));
    return list;
}

static json_t *clauses_to_json(const struct conform_result *results, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < clause_count; i++) {
        const struct clause *clause = &clauses[i];
        const enum verdict verdict = judge_clause(results, count, clause);
        if (verdict == VERDICT_COUNT)
            continue; /* no case of it was asked for */
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", clause->id, "level",
                                        clause_level_text(clause), "promise", clause->promise, "verdict",
                                        conform_verdict_text(verdict), "cases", cases_to_json(results, count, clause)));
    }
    return list;
}

static json_t *counts_to_json(const struct conform_result *results, size_t count, bool *conforms)
{
    size_t counts[VERDICT_COUNT] = {0};

    *conforms = true;
    for (size_t i = 0; i < count; i++) {
        counts[results[i].verdict]++;
        *conforms &= !conform_result_counts(&results[i]);
    }
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "pass", (json_int_t)counts[VERDICT_PASS], "fail",
                     (json_int_t)counts[VERDICT_FAIL], "hung", (json_int_t)counts[VERDICT_HUNG], "crashed",
                     (json_int_t)counts[VERDICT_CRASHED], "unsupported", (json_int_t)counts[VERDICT_UNSUPPORTED]);
}

/* Results of one strategy are neighbours. */
static json_t *strategy_to_json(const struct conform_result *results, size_t count)
{
    bool conforms;
    json_t *counts = counts_to_json(results, count, &conforms);

    return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o}", "strategy", results->strategy, "conforms", conforms, "counts",
                     counts, "capabilities_declared", list_declared(results->capabilities), "capabilities_probed",
                     list_probed(results, count), "clauses", clauses_to_json(results, count));
}

/* What a reader needs to have the same run again, or to see why it differs. */
static json_t *run_to_json(const struct conform_request *r)
{
    struct utsname system;
    char seed[24];

    uname(&system);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)r->seed);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:b, s:b, s:f, s:s?}", //
                     "version", POOLBENCH_VERSION, "compiler", POOLBENCH_COMPILER, "sanitize", POOLBENCH_SANITIZE,
                     "system", system.sysname, "release", system.release, "machine", system.machine, //
                     "cpus", (json_int_t)pool_cpus_usable(), "time", (json_int_t)clock_epoch_s(),    //
                     "seed", seed, "repeat", (json_int_t)r->repeat, "quick", r->quick, "full", r->full,
                     "timeout_factor", r->factor, "clauses", r->globs);
}

static void print_end(FILE *to, const struct conform_report *report)
{
    json_t *strategies = json_array();

    for (size_t first = 0, last; first < report->count; first = last) {
        last = first;
        while (last < report->count && strcmp(report->results[last].strategy, report->results[first].strategy) == 0)
            last++;
        json_array_append_new(strategies, strategy_to_json(&report->results[first], last - first));
    }
    json_t *all =
        json_pack("{s:o, s:b, s:I, s:o}", "run", run_to_json(report->request), "complete", !report->interrupted,
                  "cells_left_out", (json_int_t)report->left_out, "strategies", strategies);
    char *text = all ? json_dumps(all, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : NULL;
    fprintf(to, "%s\n", text ? text : "{\"complete\": false}"); /* the latter: no memory */
    free(text);
    json_decref(all);
}

const struct printer print_json = {
    .name = "json",
    .end = print_end,
};
