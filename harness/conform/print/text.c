/* For people: a strategy in a line, then all that is not a plain PASS. */
#include "print.h"

#include <string.h>

static void print_indented(FILE *to, const char *text)
{
    for (const char *at = text; *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n'))
        fprintf(to, "    %.*s\n", (int)strcspn(at, "\n"), at);
}

static void print_problem(FILE *to, const struct conform_result *r)
{
    fprintf(to, "%s %s: %s", conform_verdict_text(r->verdict), r->name, r->message);
    if (r->runs > 1)
        fprintf(to, " [%zu of %zu runs]", r->not_passed, r->runs);
    if (r->verdict != VERDICT_UNSUPPORTED && r->clause)
        fprintf(to, "\n    promised (%s, %s): %s", r->clause->id, clause_level_text(r->clause), r->clause->promise);
    fputc('\n', to);
    if (r->details)
        print_indented(to, r->details);
}

static void count_verdicts(const struct conform_report *report, const char *strategy, size_t first,
                           size_t counts[VERDICT_COUNT])
{
    for (size_t i = first; i < report->count; i++)
        if (strcmp(report->results[i].strategy, strategy) == 0)
            counts[report->results[i].verdict]++;
}

static void print_counts(FILE *to, const size_t counts[VERDICT_COUNT])
{
    fprintf(to, "%zu pass, %zu fail, %zu hung, %zu crashed, %zu unsupported", counts[VERDICT_PASS],
            counts[VERDICT_FAIL], counts[VERDICT_HUNG], counts[VERDICT_CRASHED], counts[VERDICT_UNSUPPORTED]);
}

static void print_strategy(FILE *to, const struct conform_report *report, const char *strategy, size_t first)
{
    size_t counts[VERDICT_COUNT] = {0};

    count_verdicts(report, strategy, first, counts);
    fprintf(to, "%s: ", strategy);
    print_counts(to, counts);
    fputc('\n', to);
    for (size_t i = first; i < report->count; i++)
        if (report->results[i].verdict != VERDICT_PASS)
            print_problem(to, &report->results[i]);
    fflush(to);
}

static void print_end(FILE *to, const struct conform_report *report)
{
    size_t counts[VERDICT_COUNT] = {0};

    for (size_t i = 0; i < report->count; i++)
        counts[report->results[i].verdict]++;
    fprintf(to, "\nall: ");
    print_counts(to, counts);
    fputc('\n', to);
    if (report->left_out)
        fprintf(to, "%zu cells of the matrix were left out for their cost; --full runs them too\n", report->left_out);
    if (report->interrupted)
        fprintf(to, "interrupted: the rest was not run\n");
}

const struct printer print_text = {
    .name = "text",
    .strategy = print_strategy,
    .end = print_end,
};
