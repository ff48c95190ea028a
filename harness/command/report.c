/* poolbench report - a result folder as tables on standard output, and as report.html. */
#include "../report.h"
#include "../machine/isolate.h"
#include "arguments.h"
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const char **dir = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (*dir)
            return ARGP_ERR_UNKNOWN;
        *dir = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: message("report wants a result folder: poolbench report DIR"); return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .parser = parse,
    .args_doc = "DIR",
    .doc =
        "Print the tables of a result folder and write DIR/report.html: one page, with nothing loaded from elsewhere, "
        "that opens with what the numbers are worth and holds pictures, intervals, places with their ties, METG, "
        "scaling laws, outliers with their counters, and the machine."
        "\vEverything is computed anew from samples.csv; nothing else in DIR is changed.\n\n"
        "Example: poolbench report results/reference",
};

static int report(const struct saved *s)
{
    char no_plots[WHY_SIZE], why[WHY_SIZE];

    if (!report_print(s, stdout))
        return failure(EXIT_CANNOT, "out of memory for the tables");
    isolate_catch_interrupts();
    if (!report_write(s, no_plots, why))
        return failure(EXIT_CANNOT, "%s", why);
    if (isolate_interrupted())
        return failure(EXIT_INCONCLUSIVE, "interrupted; %s/report.html lacks pictures", s->path);
    if (no_plots[0])
        message("no pictures in the report: %s", no_plots);
    printf("\nReport: %s/report.html\n", s->path);
    return EXIT_GOOD;
}

int command_report(int argc, char **argv)
{
    const char *dir = NULL;
    struct saved s;
    char why[WHY_SIZE];

    if (!arguments_parse(&argp, argc, argv, &dir))
        return EXIT_USAGE;
    if (!saved_open(dir, &s, why))
        return failure(EXIT_USAGE, "%s", why);
    const int code = report(&s);
    saved_free(&s);
    return code;
}
