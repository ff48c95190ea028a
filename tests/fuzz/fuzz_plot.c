/* summary.csv and machine.json as pictures: what is written for gnuplot holds no command, whatever is in the files. */
#define _GNU_SOURCE
#include "folder.h"
#include "plot/album.h"

#include <stdlib.h>
#include <string.h>

/* Between single quotes anything is text to gnuplot, outside of them nothing starts a program. */
static void must_be_tame(const char *script)
{
    bool quoted = false;

    for (const char *c = script; *c; c++) {
        must(*c != '`' || quoted, "a backquote in a script");
        must(*c != '\n' || !quoted, "text that goes on in the next line of a script");
        quoted = *c == '\'' ? !quoted : quoted;
        must(quoted || strncmp(c, "system", 6) != 0, "a command in a script");
    }
}

static void write_one(const struct picture *pic, const struct scene *scene)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    must(f && script_write_head(pic, scene, f) && fclose(f) == 0, "a script that cannot be written");
    must(strlen(text) == size, "a NUL byte in a script");
    must_be_tame(text);
    free(text);
    f = open_memstream(&text, &size);
    must(f && script_write_data(pic, f) && fclose(f) == 0, "data that cannot be written");
    free(text);
}

static void write_panels(const struct plots *plots, const struct curves *curves)
{
    for (size_t p = 0; p < curves->count; p++)
        for (enum curve_kind m = 0; m < CURVE_KINDS; m++) {
            double least, greatest;
            const struct picture pic = {.all = curves,
                                        .panels = &curves->panels[p],
                                        .count = 1,
                                        .metric = m,
                                        .name = curves->panels[p].name,
                                        .heading = curves->panels[p].title};
            must(!strpbrk(pic.name, "/\n'\""), "a name that is none of a file");
            if (curves->ladder->kinds[m].quantity && panel_range(&curves->panels[p], m, &least, &greatest))
                write_one(&pic, &plots->scene);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[WHY_SIZE] = "", what[PLOTS_OF_SIZE];
    struct plots *plots;

    if (!plots_load(folder_make(data, size), &plots, why)) {
        must(why[0], "a refusal without a reason");
        return 0;
    }
    must(plots_of(plots, what)[0], "pictures of nothing");
    for (size_t k = 0; k < LADDERS; k++)
        write_panels(plots, &plots->curves[k]);
    plots_free(plots);
    return 0;
}
