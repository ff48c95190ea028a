/* The command line: one argument a line, the first one a command that measures nothing. `bench` plans only. */
#include "command/command.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MAX = 64 };

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {{"bench", command_bench},   {"advise", command_advise}, {"compare", command_compare},
                {"report", command_report}, {"plot", command_plot},     {"list", command_list}};

/* Help ends the program, and a plugin would be loaded. */
static bool is_for_others(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 || strcmp(argument, "--usage") == 0 ||
           strncmp(argument, "--plu", 5) == 0;
}

static void run_all(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            target_run(commands[i].run, argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = target_text(data, size), *rest = text, *argv[ARGUMENTS_MAX + 2] = {NULL}, dry[] = "--dry-run";
    bool ours = true;
    int argc = 0;

    setenv("HWLOC_SYNTHETIC", "pack:2 l3:2 core:2 pu:2", 1);
    while (rest && argc < ARGUMENTS_MAX) {
        argv[argc++] = strsep(&rest, "\n");
        ours = ours && !is_for_others(argv[argc - 1]);
        if (argc == 1 && strcmp(argv[0], "bench") == 0)
            argv[argc++] = dry;
    }
    if (ours)
        run_all(argc, argv);
    free(text);
    return 0;
}
