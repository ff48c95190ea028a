#define _GNU_SOURCE
#include "gather.h"

#include "../machine/clock.h"
#include "kit/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The result of that name that an earlier repetition has left, or a new one. NULL: no memory. */
static struct conform_result *find_result(struct gather *g, const char *name)
{
    struct conform_report *report = g->report;

    for (size_t i = report->count; i-- > 0 && report->results[i].strategy == g->strategy;)
        if (strcmp(report->results[i].name, name) == 0)
            return &report->results[i];
    if (report->count == report->room) {
        const size_t room = report->room ? 2 * report->room : 256;
        struct conform_result *results = realloc(report->results, room * sizeof *results);
        if (!results)
            return NULL;
        report->results = results;
        report->room = room;
    }
    char *copy = strdup(name);
    if (!copy)
        return NULL;
    struct conform_result *result = &report->results[report->count++];
    *result = (struct conform_result){
        .strategy = g->strategy, .capabilities = g->capabilities, .name = copy, .clause = clause_find(name)};
    return result;
}

/* Settle the case that has begun. A later repetition replaces a PASS only. */
static struct conform_result *settle(struct gather *g, enum verdict verdict, const char *message, const char *details)
{
    struct conform_result *result = find_result(g, g->name);

    const int64_t now_ns = clock_now_ns();

    g->begun = false;
    if (result)
        result->seconds += (double)(now_ns - g->since_ns) * 1e-9;
    g->since_ns = now_ns;
    if (!result)
        return NULL;
    result->runs++;
    if (verdict == VERDICT_PASS)
        return result;
    result->not_passed++;
    if (result->verdict != VERDICT_PASS)
        return result;
    result->verdict = verdict;
    result->message = strdup(message);
    result->details = details && *details ? strdup(details) : NULL;
    return result;
}

/* "KEY HEX": the first to give it decides, all others must agree. */
static void compare_digest(struct gather *g, char *text)
{
    struct conform_report *report = g->report;
    char *space = strrchr(text, ' ');

    if (!space)
        return;
    *space = '\0';
    const uint64_t digest = strtoull(space + 1, NULL, 16);
    for (size_t i = 0; i < report->digest_count; i++) {
        const struct conform_digest *known = &report->digests[i];
        if (strcmp(known->key, text))
            continue;
        if (known->digest != digest)
            snprintf(g->wrong, sizeof g->wrong, "the results of %s are not those of %s", text, known->strategy);
        return;
    }
    struct conform_digest *all = realloc(report->digests, (report->digest_count + 1) * sizeof *all);
    if (!all)
        return;
    report->digests = all;
    char *key = strdup(text);
    if (key)
        all[report->digest_count++] = (struct conform_digest){key, digest, g->strategy};
}

static void take_line(struct gather *g)
{
    char *line = g->line;

    line[g->length] = '\0';
    g->length = 0;
    switch (line[0]) {
    case '=':
        snprintf(g->name, sizeof g->name, "%s", line + 1);
        g->begun = true;
        g->since_ns = clock_now_ns();
        g->wrong[0] = '\0';
        break;
    case 'P': settle(g, g->wrong[0] ? VERDICT_FAIL : VERDICT_PASS, g->wrong, NULL); break;
    case 'F': settle(g, VERDICT_FAIL, line + 2, NULL); break;
    case 'U': settle(g, VERDICT_UNSUPPORTED, line + 2, NULL); break;
    case 'D': compare_digest(g, line + 2); break;
    case 'S': g->report->left_out++; break;
    default: break; /* a plugin wrote to a descriptor that is not its own */
    }
}

void gather_begin(struct gather *g, const char *name)
{
    g->length = 0;
    g->first = g->report->count;
    g->begun = true;
    g->since_ns = clock_now_ns();
    g->wrong[0] = '\0';
    snprintf(g->name, sizeof g->name, "%s", name);
}

void gather_bytes(void *gather, const char *bytes, size_t count)
{
    struct gather *g = gather;

    for (size_t i = 0; i < count; i++)
        if (bytes[i] == '\n')
            take_line(g);
        else if (g->length < sizeof g->line - 1)
            g->line[g->length++] = bytes[i];
}

/* The case that was running when the process came to an end that is not its own. */
static void settle_unfinished(struct gather *g, const struct isolate_result *end)
{
    char message[256];

    switch (end->end) {
    case ISOLATE_HUNG:
        snprintf(message, sizeof message, "it had not ended after %.1f s; its threads are listed",
                 (double)(clock_now_ns() - g->since_ns) * 1e-9);
        settle(g, VERDICT_HUNG, message, end->stacks);
        break;
    case ISOLATE_SIGNALED:
        snprintf(message, sizeof message, "killed by signal %d (%s)", end->code, sigdescr_np(end->code));
        settle(g, VERDICT_CRASHED, message, end->output);
        break;
    case ISOLATE_EXITED:
        snprintf(message, sizeof message, "its process exited with code %d before it had a verdict", end->code);
        settle(g, VERDICT_CRASHED, message, end->output);
        break;
    case ISOLATE_INTERRUPTED: break;
    }
}

void gather_end(struct gather *g, const struct isolate_result *end)
{
    char message[256];
    const struct conform_report *report = g->report;
    const bool whole = !g->begun;

    if (g->begun)
        settle_unfinished(g, end);
    const bool failed = report->count && report->results[report->count - 1].verdict == VERDICT_FAIL;
    if (whole && !failed && end->end == ISOLATE_EXITED && end->survivors) {
        snprintf(message, sizeof message, "it left %zu processes running", end->survivors);
        settle(g, VERDICT_FAIL, message, NULL);
    } else if (whole && !failed && (end->end != ISOLATE_EXITED || end->code)) {
        settle_unfinished(g, end);
    }
    for (size_t i = g->first; i < report->count; i++)
        if (!report->results[i].details && report->results[i].verdict == VERDICT_FAIL && end->output[0])
            report->results[i].details = strdup(end->output);
}
