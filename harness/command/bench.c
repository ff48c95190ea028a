/* poolbench bench - measure strategies against worker counts: plan, prove, calibrate, measure, store, summarise, plot.
 */
#include "bench.h"
#include "../pure/table.h"

#include "command.h"

#include <stdio.h>
#include <stdlib.h>

static int cannot(const struct bench *b)
{
    return failure(EXIT_CANNOT, "%s", b->why);
}

static int open_catalogue(struct bench *b)
{
    if (!catalogue_open(&b->catalogue, b->why))
        return cannot(b);
    for (size_t i = 0; i < b->options.plugin_count; i++)
        if (!catalogue_add_plugin(&b->catalogue, b->options.plugins[i], b->why))
            return failure(EXIT_USAGE, "%s", b->why);
    return EXIT_GOOD;
}

static int print_plan(struct bench *b)
{
    char *text = NULL;

    if (!table_format_plan(&b->chosen.plan, b->topology.summary, &text))
        return failure(EXIT_CANNOT, "out of memory for the plan");
    fputs(text, stdout);
    free(text);
    return EXIT_GOOD;
}

static int plan_and_run(struct bench *b)
{
    if (!topology_load(&b->topology, b->why))
        return cannot(b);
    int code = bench_plan_make(&b->chosen, &b->options, &b->catalogue, &b->topology);
    if (code == EXIT_GOOD && b->options.dry_run)
        code = print_plan(b);
    else if (code == EXIT_GOOD && b->topology.synthetic)
        code = failure(EXIT_CANNOT,
                       "a machine that is only described cannot be measured: unset HWLOC_SYNTHETIC, or use --dry-run");
    else if (code == EXIT_GOOD)
        code = bench_run(b);
    bench_plan_free(&b->chosen);
    free(b->cpus);
    topology_free(&b->topology);
    return code;
}

int command_bench(int argc, char **argv)
{
    struct bench b = {.argc = argc, .argv = argv};

    if (!bench_options_parse(&b.options, argc, argv)) {
        bench_options_free(&b.options);
        return EXIT_USAGE;
    }
    int code = open_catalogue(&b);
    if (code == EXIT_GOOD)
        code = plan_and_run(&b);
    catalogue_close(&b.catalogue);
    bench_options_free(&b.options);
    return code;
}
