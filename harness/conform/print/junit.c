/* JUnit's XML as CI servers read it: a suite per strategy. The counts come first, so all is written at the end. */
#include "print.h"

#include <string.h>

/* XML 1.0 has no place for control characters, nor has every reader for bytes beyond ASCII. */
static void print_escaped(FILE *to, const char *text)
{
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        switch (c) {
        case '&': fputs("&amp;", to); break;
        case '<': fputs("&lt;", to); break;
        case '>': fputs("&gt;", to); break;
        case '"': fputs("&quot;", to); break;
        default: fputc((c < ' ' && c != '\n' && c != '\t') || c > '~' ? '?' : c, to);
        }
    }
}

static void print_case(FILE *to, const struct conform_result *r)
{
    static const char *const element[] = {"", "failure", "error", "error", "skipped"};

    fprintf(to, "    <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"", r->strategy, r->name, r->seconds);
    if (r->verdict == VERDICT_PASS) {
        fprintf(to, "/>\n");
        return;
    }
    fprintf(to, ">\n      <%s message=\"", element[r->verdict]);
    print_escaped(to, r->message);
    fprintf(to, "\"");
    if (r->verdict != VERDICT_UNSUPPORTED)
        fprintf(to, " type=\"%s\"", conform_verdict_text(r->verdict));
    fprintf(to, ">");
    print_escaped(to, r->details ? r->details : "");
    fprintf(to, "</%s>\n    </testcase>\n", element[r->verdict]);
}

/* Results of one strategy are neighbours. Returns the first that is not of results[first]'s. */
static size_t print_suite(FILE *to, const struct conform_report *report, size_t first)
{
    const char *strategy = report->results[first].strategy;
    size_t counts[VERDICT_COUNT] = {0}, last = first;

    while (last < report->count && strcmp(report->results[last].strategy, strategy) == 0)
        counts[report->results[last++].verdict]++;
    fprintf(to, "  <testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", strategy,
            last - first, counts[VERDICT_FAIL], counts[VERDICT_HUNG] + counts[VERDICT_CRASHED],
            counts[VERDICT_UNSUPPORTED]);
    for (size_t i = first; i < last; i++)
        print_case(to, &report->results[i]);
    fprintf(to, "  </testsuite>\n");
    return last;
}

static void print_end(FILE *to, const struct conform_report *report)
{
    fprintf(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"poolbench conform\">\n");
    for (size_t i = 0; i < report->count;)
        i = print_suite(to, report, i);
    fprintf(to, "</testsuites>\n");
}

const struct printer print_junit = {
    .name = "junit",
    .end = print_end,
};
