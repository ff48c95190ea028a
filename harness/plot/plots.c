#include "../plot.h"
#include "../saved/files.h"
#include "album.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUMMARY_SIZE_MAX (64 << 20)

/* Every ladder's curves; at least one has some. */
static bool summary_read(const struct csv *csv, struct plots *plots, char why[WHY_SIZE])
{
    size_t panels = 0;

    for (size_t k = 0; k < LADDERS; k++) {
        if (!curves_read(csv, &ladders[k], &plots->curves[k], why))
            return false;
        panels += plots->curves[k].count;
    }
    if (panels == 0)
        (void)snprintf(why, WHY_SIZE,
                       "holds nothing that is drawn: throughput, metg, chunk, payload, imbalance or weak");
    return panels > 0;
}

/* name  of the file that the text is of; text is cut up. */
static bool summary_parse(const char *name, char *text, size_t size, struct plots *plots, char why[WHY_SIZE])
{
    char reason[WHY_SIZE];
    struct csv csv;

    bool good = csv_parse(text, size, &csv, reason);
    if (good) {
        good = summary_read(&csv, plots, reason);
        csv_free(&csv);
    }
    if (!good)
        (void)snprintf(why, WHY_SIZE, "%.120s %.130s", name, reason);
    return good;
}

/* The plots of dir from the text of its summary.csv. */
static bool plots_make(const char *dir, char *text, size_t size, struct plots **out, char why[WHY_SIZE])
{
    struct plots *plots = calloc(1, sizeof(*plots));
    char path[FILES_PATH_MAX];

    *out = NULL;
    if (!plots || !(plots->dir = strdup(dir))) {
        files_refuse(why, "read", dir, ENOMEM);
        goto err0;
    }
    if (!files_path(path, why, "%s/summary.csv", dir) || !summary_parse(path, text, size, plots, why))
        goto err1;
    if (!files_path(path, why, "%s/machine.json", dir))
        goto err1;
    scene_read(path, &plots->scene);
    *out = plots;
    return true;

err1:
    plots_free(plots);
    return false;
err0:
    free(plots);
    return false;
}

bool plots_load(const char *dir, struct plots **out, char why[WHY_SIZE])
{
    char path[FILES_PATH_MAX], *text;
    size_t size;

    *out = NULL;
    if (!files_path(path, why, "%s/summary.csv", dir) || !files_read(path, SUMMARY_SIZE_MAX, &text, &size, why))
        return false;
    const bool good = plots_make(dir, text, size, out, why);
    free(text);
    return good;
}

void plots_free(struct plots *plots)
{
    if (!plots)
        return;
    for (size_t k = 0; k < LADDERS; k++)
        curves_free(&plots->curves[k]);
    free(plots->dir);
    free(plots);
}

const char *plots_of(const struct plots *plots, char text[PLOTS_OF_SIZE])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t k = 0; k < LADDERS; k++)
        if (plots->curves[k].count)
            used += (size_t)snprintf(text + used, PLOTS_OF_SIZE - used, "%s%s", used ? ", " : "", ladders[k].metric);
    return text;
}

bool plots_write(const struct plots *plots, const char *format, char why[WHY_SIZE])
{
    struct album album = {.plots = plots, .format = format};

    if (strcmp(format, "svg") == 0 || strcmp(format, "png") == 0 || strcmp(format, "pdf") == 0)
        return album_make(&album, why);
    (void)snprintf(why, WHY_SIZE, "'%.20s' is no format of plots: svg, png or pdf", format);
    return false;
}

bool plots_show(const char *dir, const char *summary, plots_shown *show, void *arg, char why[WHY_SIZE])
{
    char *text = strdup(summary);
    struct plots *plots;

    if (!text)
        return files_refuse(why, "plot", dir, ENOMEM);
    bool good = plots_make(dir, text, strlen(text), &plots, why);
    if (good) {
        struct album album = {.plots = plots, .format = "svg", .show = show, .show_arg = arg};
        good = album_make(&album, why);
        plots_free(plots);
    }
    free(text);
    return good;
}

bool plot_results(const char *dir, const char *format, char why[WHY_SIZE])
{
    struct plots *plots;

    if (!plots_load(dir, &plots, why))
        return false;
    bool good = plots_write(plots, format, why);
    plots_free(plots);
    return good;
}
