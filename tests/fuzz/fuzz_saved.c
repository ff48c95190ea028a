/*
 * What is said of a result folder: by report, compare (with itself) and advise. None of them changes what is there.
 *
 * No gnuplot: pictures are another target's (fuzz_plot.c).
 */
#include "command/command.h"
#include "folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Sizes and times of the files that a run has written. */
struct state {
    struct stat facts[FOLDER_FILES];
};

static struct state look(const char *folder)
{
    struct state s;
    char path[600];

    memset(&s, 0, sizeof s);
    for (size_t f = 0; f < FOLDER_FILES; f++) {
        snprintf(path, sizeof path, "%s/%s", folder, folder_files[f]);
        (void)stat(path, &s.facts[f]);
    }
    for (size_t f = 0; f < FOLDER_FILES; f++)
        s.facts[f].st_atim = (struct timespec){0};
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[512], *compare[] = {"compare", folder, folder, "--gate", "5", "--force", NULL};
    char *report[] = {"report", folder, NULL};
    char *advise[] = {"advise", folder, "--task", "50us", "--count", "1000", "--arg", "64B", NULL};

    setenv("PATH", "/nowhere", 1);
    snprintf(folder, sizeof folder, "%s", folder_make(data, size));
    const struct state before = look(folder);
    const bool compared = target_run(command_compare, 6, compare) != EXIT_USAGE;
    const bool advised = target_run(command_advise, 8, advise) != EXIT_USAGE;
    const bool reported = target_run(command_report, 2, report) != EXIT_USAGE;
    const struct state after = look(folder);

    must(memcmp(&before, &after, sizeof before) == 0, "a file of the run was changed");
    must(compared == reported && advised == reported, "a folder that some commands refuse and others take");
    return 0;
}
