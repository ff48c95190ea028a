/* The Test Anything Protocol, version 13: testanything.org. */
#include "print.h"

#include <string.h>

static void print_begin(FILE *to)
{
    fprintf(to, "TAP version 13\n");
}

/* A YAML string in double quotes. */
static void print_quoted(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', to);
        if ((unsigned char)*text < ' ')
            fprintf(to, "\\x%02x", (unsigned char)*text);
        else
            fputc(*text, to);
    }
    fputc('"', to);
}

static void print_details(FILE *to, const char *text)
{
    fprintf(to, "  details: |\n");
    for (const char *at = text; *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n'))
        fprintf(to, "    %.*s\n", (int)strcspn(at, "\n"), at);
}

static void print_result(FILE *to, size_t number, const struct conform_result *r)
{
    const bool ok = r->verdict == VERDICT_PASS || r->verdict == VERDICT_UNSUPPORTED;

    fprintf(to, "%sok %zu - %s %s", ok ? "" : "not ", number, r->strategy, r->name);
    if (r->verdict == VERDICT_UNSUPPORTED)
        fprintf(to, " # SKIP %s", r->message);
    fputc('\n', to);
    if (ok)
        return;
    fprintf(to, "  ---\n  verdict: %s\n  message: ", conform_verdict_text(r->verdict));
    print_quoted(to, r->message);
    fprintf(to, "\n  not_passed: %zu\n  runs: %zu\n", r->not_passed, r->runs);
    if (r->details)
        print_details(to, r->details);
    fprintf(to, "  ...\n");
    fflush(to);
}

static void print_end(FILE *to, const struct conform_report *report)
{
    if (report->left_out)
        fprintf(to, "# %zu cells of the matrix were left out for their cost; --full runs them too\n", report->left_out);
    if (report->interrupted)
        fprintf(to, "Bail out! interrupted\n");
    fprintf(to, "1..%zu\n", report->count);
}

const struct printer print_tap = {
    .name = "tap",
    .begin = print_begin,
    .result = print_result,
    .end = print_end,
};
