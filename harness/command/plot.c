/* poolbench plot - draw the pictures of a result folder (again). */
#include "../plot.h"
#include "../machine/isolate.h"
#include "arguments.h"
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct plot_arguments {
    const char *dir;
    const char *format;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct plot_arguments *plot = state->input;

    switch (key) {
    case 'f':
        plot->format = arg;
        if (strcmp(arg, "svg") == 0 || strcmp(arg, "png") == 0 || strcmp(arg, "pdf") == 0)
            return 0;
        message("'%.20s' is no format of plots: --format svg, png or pdf", arg);
        return EINVAL;
    case ARGP_KEY_ARG:
        if (!plot->dir) {
            plot->dir = arg;
            return 0;
        }
        message("plot takes one result folder; '%.60s' is one too many", arg);
        return EINVAL;
    case ARGP_KEY_NO_ARGS: message("plot wants a result folder: poolbench plot DIR"); return EINVAL;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"format", 'f', "svg|png|pdf", 0, "What to draw; svg by default", 0},
    {0},
};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR",
    .doc = "Draw the plots of a result folder into DIR/plots: throughput, speed-up and efficiency against the worker "
           "count, for each workload, and an overview; where they were measured, efficiency against work (metg), "
           "throughput against chunk and payload, and weak scaling."
           "\vEach picture comes with the data (.dat) and the gnuplot script (.gp) that make it, to be changed and run "
           "again.\n\n"
           "Example: poolbench plot results/reference --format pdf",
};

int command_plot(int argc, char **argv)
{
    struct plot_arguments arguments = {.format = "svg"};
    struct plots *plots;
    char why[WHY_SIZE], what[PLOTS_OF_SIZE];

    if (!arguments_parse(&argp, argc, argv, &arguments))
        return EXIT_USAGE;
    if (!plots_load(arguments.dir, &plots, why))
        return failure(EXIT_USAGE, "%s", why);
    isolate_catch_interrupts();
    (void)plots_of(plots, what);
    bool good = plots_write(plots, arguments.format, why);
    plots_free(plots);
    if (!good)
        return failure(isolate_interrupted() ? EXIT_INCONCLUSIVE : EXIT_CANNOT, "%s", why);
    printf("plots: %s/plots (%s)\n", arguments.dir, what);
    return EXIT_GOOD;
}
