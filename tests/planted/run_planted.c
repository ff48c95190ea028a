/*
 * The conformance suite against pools that cheat: each planted strategy must fail, with the right verdict and message,
 * in the clause that is named for it in bugs.def; the pool they are planted in must pass everything.
 *
 * Exit codes are poolbench's: 0 every bug is caught, 1 not, 2 usage, 3 interrupted, 4 it cannot be run here.
 */
#define _GNU_SOURCE
#include "../../harness/command/catalogue.h"
#include "../../harness/command/command.h"
#include "../../harness/conform/runner.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef PLANTED_FRONT /* the bug is in this program's own front, and the strategy is a correct one */
#define PLANTED_BUGS "fronts.def"
#define PLANTED_PREFIX "front_"
#define PLANTED_SUBJECT(number, id) "planted_00_correct"
#else
#define PLANTED_BUGS "bugs.def"
#define PLANTED_PREFIX "planted_"
#define PLANTED_SUBJECT(number, id) "planted_" #number "_" #id
#endif

#define REPEATS_OF_LUCK 10    /* runs from which the kill rate of a bug that needs luck is measured */
#define PATIENCE_TO_HANG 0.25 /* of the usual patience, where it is sure to be used up */
#define PATIENCE_TO_LOOK 0.15 /* where it may be, again and again */
#define ALL_CASES "[A-XZ]*,Y1_same*"
#define CLAUSES_MAX 160
#define TABLE_MARK "<!-- written by run_planted --everywhere --table -->"

static const struct bug {
    const char *name, *globs;
    char kind;
    enum verdict symptom;
    const char *fragment, *defect, *subject;
} bugs[] = {
#define BUG(number, id, clause, kind, symptom, fragment, text)                                                         \
    {PLANTED_PREFIX #number "_" #id, clause, #kind[0], VERDICT_##symptom, fragment, text, PLANTED_SUBJECT(number, id)},
#define BUG_IN(strategy, number, id, clause, kind, symptom, fragment, text)                                            \
    {PLANTED_PREFIX #number "_" #id, clause, #kind[0], VERDICT_##symptom, fragment, text, #strategy},
#include PLANTED_BUGS
#undef BUG_IN
#undef BUG
};

enum { BUGS = sizeof bugs / sizeof *bugs };

/* What the suite made of a bug. */
struct outcome {
    size_t runs, kills;
    char killer[96], message[256];
    char mark[CLAUSES_MAX]; /* by clause: 'F', 'H', 'C' caught there, '.' not, ' ' not run */
};

static bool is_correct(const struct bug *bug)
{
    return bug->symptom == VERDICT_PASS;
}

/* The kill that counts: the named clause, the verdict that is this bug's, and the message. */
static bool is_kill(const struct bug *bug, const struct conform_result *result)
{
    return result->verdict == bug->symptom && clause_glob_matches(bug->globs, result->name) && result->message &&
           strstr(result->message, bug->fragment);
}

static void mark_clause(struct outcome *outcome, const struct conform_result *result)
{
    const size_t clause = (size_t)(result->clause - clauses);
    char *mark = &outcome->mark[clause < CLAUSES_MAX ? clause : CLAUSES_MAX - 1];

    if (conform_result_counts(result))
        *mark = *conform_verdict_text(result->verdict);
    else if (*mark == ' ')
        *mark = '.';
}

static void note_result(const struct bug *bug, const struct conform_result *result, struct outcome *outcome,
                        bool *killed)
{
    mark_clause(outcome, result);
    const bool tells = is_correct(bug) ? conform_result_counts(result) : !*killed && result->verdict != VERDICT_PASS;
    if (is_kill(bug, result) || tells) {
        snprintf(outcome->killer, sizeof outcome->killer, "%s %s", conform_verdict_text(result->verdict), result->name);
        snprintf(outcome->message, sizeof outcome->message, "%s", result->message ? result->message : "");
    }
    *killed = *killed || (is_correct(bug) ? conform_result_counts(result) : is_kill(bug, result));
}

/* Let the suite judge a bug by some cases. An exit code: EXIT_GOOD where it could be run. */
static int judge(const struct bug *bug, const struct chosen_strategy *strategy, const char *globs, double patience,
                 struct outcome *outcome, bool *killed)
{
    const struct conform_request request = {.strategies = strategy,
                                            .strategy_count = 1,
                                            .globs = globs,
                                            .seed = 1 + outcome->runs,
                                            .repeat = 1,
                                            .quick = is_correct(bug),
                                            .factor = conform_default_factor() * patience};
    struct conform_report report;
    char why[WHY_SIZE];

    const bool ran = conform_run(&request, &report, why);
    for (size_t i = 0; i < report.count; i++)
        note_result(bug, &report.results[i], outcome, killed);
    const bool interrupted = report.interrupted, empty = !report.count;
    conform_report_free(&report);
    if (!ran)
        return failure(EXIT_CANNOT, "%s", why);
    if (interrupted)
        return EXIT_INCONCLUSIVE;
    return empty ? failure(EXIT_CANNOT, "no case matches '%s'", globs) : EXIT_GOOD;
}

/* Look, with less patience, which other clauses see the bug. */
static int look_everywhere(const struct bug *bug, const struct chosen_strategy *strategy, struct outcome *outcome)
{
    struct outcome elsewhere = *outcome;
    bool ignored = false;
    const int code = judge(bug, strategy, ALL_CASES, PATIENCE_TO_LOOK, &elsewhere, &ignored);

    memcpy(outcome->mark, elsewhere.mark, sizeof outcome->mark);
    return code;
}

static int run_once(const struct bug *bug, const struct chosen_strategy *strategy, struct outcome *outcome)
{
    bool killed = false;
    const int code =
        judge(bug, strategy, bug->globs, bug->symptom == VERDICT_HUNG ? PATIENCE_TO_HANG : 1, outcome, &killed);

    outcome->runs++;
    outcome->kills += killed;
    return code;
}

/* All runs of one bug; a line about it. */
static int examine(const struct catalogue *catalogue, const struct bug *bug, bool everywhere, struct outcome *outcome)
{
    const size_t repeats = bug->kind == 'T' || bug->kind == 'F' ? REPEATS_OF_LUCK : 1;
    struct chosen_strategy *strategy;
    size_t count;
    char why[WHY_SIZE];
    int code = EXIT_GOOD;

    if (!catalogue_choose_strategies(catalogue, bug->subject, &strategy, &count, why))
        return failure(EXIT_CANNOT, "%s", why);
    memset(outcome->mark, ' ', sizeof outcome->mark);
    while (code == EXIT_GOOD && outcome->runs < repeats)
        code = run_once(bug, strategy, outcome);
    if (code == EXIT_GOOD && everywhere)
        code = look_everywhere(bug, strategy, outcome);
    catalogue_free_strategies(strategy, count);
    const bool good = is_correct(bug) ? outcome->kills == 0 : outcome->kills > 0;
    printf("%-4s %-32s %zu/%zu  %s%s%s\n", good ? "ok" : "NOT", bug->name, outcome->kills, outcome->runs,
           outcome->killer, outcome->message[0] ? ": " : "", outcome->message);
    fflush(stdout);
    return code;
}

static bool is_chosen(const struct bug *bug, char *const globs[])
{
    for (size_t i = 0; globs[i]; i++)
        if (fnmatch(globs[i], bug->name, 0) == 0)
            return true;
    return !globs[0];
}

static void print_matrix(const struct outcome *outcomes)
{
    printf("\nbug x clause: F failed, H hung, C crashed, . passed or unsupported\n");
    for (size_t digit = 0; digit < 3; digit++) {
        printf("%-33s", "");
        for (size_t k = 0; k < clause_count && k < CLAUSES_MAX; k++)
            putchar(digit < strlen(clauses[k].id) ? clauses[k].id[digit] : ' ');
        putchar('\n');
    }
    for (size_t i = 0; i < BUGS; i++)
        if (outcomes[i].runs)
            printf("%-33s%.*s\n", bugs[i].name, (int)(clause_count < CLAUSES_MAX ? clause_count : CLAUSES_MAX),
                   outcomes[i].mark);
}

/* The clauses beside the named one that caught the bug. */
static void write_others(FILE *file, const struct bug *bug, const struct outcome *outcome)
{
    for (size_t k = 0; k < clause_count && k < CLAUSES_MAX; k++) {
        char name[16];
        snprintf(name, sizeof name, "%s_", clauses[k].id);
        const bool named = strncmp(bug->globs, name, strlen(name)) == 0;
        if (!named && outcome->mark[k] != '.' && outcome->mark[k] != ' ')
            fprintf(file, " %s", clauses[k].id);
    }
}

static void write_rows(FILE *file, const struct outcome *outcomes)
{
    fprintf(file, "| bug | defect | caught by | as | runs | also caught by |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < BUGS; i++) {
        if (!outcomes[i].runs || is_correct(&bugs[i]))
            continue;
        fprintf(file, "| `%s` | %s | %.*s | %s | %zu of %zu |", bugs[i].name, bugs[i].defect,
                (int)strcspn(bugs[i].globs, "_"), bugs[i].globs, conform_verdict_text(bugs[i].symptom),
                outcomes[i].kills, outcomes[i].runs);
        write_others(file, &bugs[i], &outcomes[i]);
        fprintf(file, " |\n");
    }
}

/* Replace what follows the mark in the page by the table. */
static int write_table(const char *path, const struct outcome *outcomes)
{
    char *page = NULL, temporary[4096];
    size_t room = 0;
    FILE *old = fopen(path, "re");
    const ssize_t length = old ? getdelim(&page, &room, '\0', old) : -1;
    char *mark = length > 0 ? strstr(page, TABLE_MARK) : NULL;

    if (old)
        fclose(old);
    if (!mark) {
        free(page);
        return failure(EXIT_USAGE, "%s is no page with the line %s", path, TABLE_MARK);
    }
    mark[strlen(TABLE_MARK)] = '\0';
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "we");
    if (file) {
        fprintf(file, "%s\n\n", page);
        write_rows(file, outcomes);
    }
    free(page);
    if (file && fclose(file) == 0 && rename(temporary, path) == 0)
        return EXIT_GOOD;
    const int reason = errno;
    remove(temporary);
    return failure(EXIT_CANNOT, "%s cannot be written: %s", path, strerror(reason));
}

static int run_all(const struct catalogue *catalogue, char *const globs[], bool everywhere, const char *table)
{
    static struct outcome outcomes[BUGS];
    size_t planted = 0, caught = 0, alarms = 0, unseen = 0;
    int code = EXIT_GOOD;

    for (size_t i = 0; i < BUGS && code == EXIT_GOOD; i++) {
        if (!is_chosen(&bugs[i], globs))
            continue;
        if (bugs[i].kind == 'P' && pool_cpus_usable() < 2) {
            printf("--   %-32s shows only where there are two CPUs\n", bugs[i].name);
            unseen++;
            continue;
        }
        code = examine(catalogue, &bugs[i], everywhere, &outcomes[i]);
        planted += !is_correct(&bugs[i]);
        caught += !is_correct(&bugs[i]) && outcomes[i].kills;
        alarms += is_correct(&bugs[i]) && outcomes[i].kills;
    }
    if (code == EXIT_GOOD && !planted && !unseen && !outcomes[0].runs)
        return failure(EXIT_USAGE, "no planted bug has that name");
    if (everywhere)
        print_matrix(outcomes);
    printf("%zu of %zu planted bugs caught by the named clause, %zu false alarms\n", caught, planted, alarms);
    if (code == EXIT_GOOD && table)
        code = write_table(table, outcomes);
    return code != EXIT_GOOD ? code : caught < planted || alarms ? EXIT_FOUND : EXIT_GOOD;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"everywhere", no_argument, NULL, 'e'}, {"table", required_argument, NULL, 't'}, {NULL, 0, NULL, 0}};
    struct catalogue catalogue;
    const char *table = NULL;
    bool everywhere = false;
    char why[WHY_SIZE];

    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (option == 'e')
            everywhere = true;
        else if (option == 't')
            table = optarg;
        else
            return failure(EXIT_USAGE, "usage: %s [--everywhere] [--table FILE] [GLOB...]", argv[0]);
    if (table && argv[optind])
        return failure(EXIT_USAGE, "a table has all bugs: --table goes without globs");
    if (!catalogue_open(&catalogue, why) || !catalogue_add_plugin(&catalogue, PLANTED_PLUGIN, why))
        return failure(EXIT_CANNOT, "%s", why);
    const int code = run_all(&catalogue, argv + optind, everywhere, table);
    catalogue_close(&catalogue);
    return code;
}
