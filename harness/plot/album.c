#include "album.h"

#include "../machine/gnuplot.h"
#include "../saved/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPLATE_SIZE_MAX (1 << 20)
#define PICTURE_SIZE_MAX (64 << 20)
#define OVERVIEW_PANELS_MAX 24

/* Templates come from the sources where they are, else from where they were installed. */
static bool template_add(const char *name, FILE *out, char why[WHY_SIZE])
{
    static const char *const folders[] = {POOLBENCH_SOURCE_DIR "/scripts", POOLBENCH_SCRIPTS_INSTALLED};
    char path[FILES_PATH_MAX], *text;
    size_t size;

    for (size_t k = 0; k < sizeof(folders) / sizeof(*folders); k++) {
        if (!files_path(path, why, "%s/%s.gp", folders[k], name) ||
            !files_read(path, TEMPLATE_SIZE_MAX, &text, &size, why))
            continue;
        (void)fprintf(out, "\n%s", text);
        free(text);
        return true;
    }
    return false;
}

static bool script_fill(const struct album *album, const struct picture *pic, const char *template, FILE *out,
                        char why[WHY_SIZE])
{
    (void)fprintf(out,
                  "# Made by poolbench. `gnuplot %s.gp` draws %s.svg from %s.dat again; gnuplot -e \"FORMAT='pdf'\" "
                  "%s.gp\n# draws a PDF, and png is known too.\n",
                  pic->name, pic->name, pic->name, pic->name);
    if (!script_write_head(pic, &album->plots->scene, out))
        return files_refuse(why, "write", pic->name, ENOMEM);
    return template_add("style", out, why) && (strcmp(template, "overview") == 0 || template_add("single", out, why)) &&
           template_add(template, out, why);
}

/* Write folder/stem.kind, filled by either data or script. */
static bool file_make(const struct album *album, const struct picture *pic, const char *template, char why[WHY_SIZE])
{
    char path[FILES_PATH_MAX], *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool good;

    if (!out)
        return files_refuse(why, "write", pic->name, errno);
    if (template)
        good = script_fill(album, pic, template, out, why);
    else
        good = script_write_data(pic, out) || files_refuse(why, "write", pic->name, ENOMEM);
    if (fclose(out) != 0 && good)
        good = files_refuse(why, "write", pic->name, ENOMEM);
    good = good && files_path(path, why, "%s/%s.%s", album->folder, pic->name, template ? "gp" : "dat") &&
           files_write(path, text, size, why);
    free(text);
    return good;
}

static bool picture_show(const struct album *album, const struct picture *pic, char why[WHY_SIZE])
{
    char path[FILES_PATH_MAX], *text;
    size_t size;

    if (!files_path(path, why, "%s/%s.%s", album->folder, pic->name, album->format) ||
        !files_read(path, PICTURE_SIZE_MAX, &text, &size, why))
        return false;
    album->show(album->show_arg, pic->heading, text, size);
    free(text);
    return true;
}

static bool album_draw(struct album *album, const struct picture *pic, const char *template, char why[WHY_SIZE])
{
    char script[STEM_SIZE + 3], path[FILES_PATH_MAX];

    memcpy(album->stems[album->count++], pic->name, strlen(pic->name) + 1);
    (void)snprintf(script, sizeof(script), "%s.gp", pic->name);
    return file_make(album, pic, NULL, why) && file_make(album, pic, template, why) &&
           gnuplot_run(album->folder, script, album->format, why) &&
           files_path(path, why, "%s/%s.%s", album->folder, pic->name, album->format) && files_sync(path, why) &&
           (!album->show || picture_show(album, pic, why));
}

static bool panel_draw(struct album *album, const struct curves *curves, const struct panel *panel,
                       enum curve_kind metric, char why[WHY_SIZE])
{
    const struct ladder_kind *kind = &curves->ladder->kinds[metric];
    char stem[STEM_SIZE], heading[STEM_SIZE];
    double least, greatest;
    struct picture pic = {
        .all = curves, .panels = panel, .count = 1, .metric = metric, .name = stem, .heading = heading};

    if (!kind->quantity || !panel_range(panel, metric, &least, &greatest))
        return true;
    (void)snprintf(stem, sizeof(stem), "%s-%s", kind->stem, panel->name);
    (void)snprintf(heading, sizeof(heading), "%s: %s", kind->heading, panel->title);
    return album_draw(album, &pic, kind->stem, why);
}

static bool overview_draw(struct album *album, const struct curves *curves, char why[WHY_SIZE])
{
    struct picture pic = {.all = curves,
                          .panels = curves->panels,
                          .count = curves->count < OVERVIEW_PANELS_MAX ? curves->count : OVERVIEW_PANELS_MAX,
                          .metric = CURVE_SPEEDUP,
                          .name = "overview",
                          .heading = "Speed-up against the serial loop"};

    return album_draw(album, &pic, pic.name, why);
}

static bool ladder_draw(struct album *album, const struct curves *curves, char why[WHY_SIZE])
{
    if (curves->ladder->overview && curves->count && !overview_draw(album, curves, why))
        return false;
    for (size_t p = 0; p < curves->count; p++)
        for (enum curve_kind m = 0; m < CURVE_KINDS; m++)
            if (!panel_draw(album, curves, &curves->panels[p], m, why))
                return false;
    return true;
}

static bool album_draw_all(struct album *album, char why[WHY_SIZE])
{
    for (size_t k = 0; k < LADDERS; k++)
        if (!ladder_draw(album, &album->plots->curves[k], why))
            return false;
    return true;
}

static size_t pictures_at_most(const struct plots *plots)
{
    size_t pictures = 0;

    for (size_t k = 0; k < LADDERS; k++)
        pictures += plots->curves[k].count * CURVE_KINDS + 1;
    return pictures;
}

static const char *const kinds[] = {"dat", "gp", NULL}; /* NULL: the picture itself */

/* Each file in one step, so that a picture that is there is whole. */
static bool album_move(const struct album *album, char why[WHY_SIZE])
{
    char from[FILES_PATH_MAX], to[FILES_PATH_MAX];

    if (!files_path(to, why, "%s/plots", album->plots->dir))
        return false;
    if (mkdir(to, 0777) && errno != EEXIST)
        return files_refuse(why, "make", to, errno);
    for (size_t i = 0; i < album->count; i++)
        for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
            const char *kind = kinds[k] ? kinds[k] : album->format;
            if (!files_path(from, why, "%s/%s.%s", album->folder, album->stems[i], kind) ||
                !files_path(to, why, "%s/plots/%s.%s", album->plots->dir, album->stems[i], kind))
                return false;
            if (rename(from, to))
                return files_refuse(why, "write", to, errno);
        }
    return true;
}

/* What was not moved goes. */
static void album_clear(const struct album *album)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE];

    for (size_t i = 0; i < album->count; i++)
        for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
            if (files_path(path, why, "%s/%s.%s", album->folder, album->stems[i], kinds[k] ? kinds[k] : album->format))
                (void)unlink(path);
    (void)rmdir(album->folder);
}

bool album_make(struct album *album, char why[WHY_SIZE])
{
    const char *dir = album->plots->dir;

    if (!files_path(album->folder, why, "%s/.plots-XXXXXX", dir))
        return false;
    album->stems = calloc(pictures_at_most(album->plots), sizeof(*album->stems));
    if (!album->stems)
        return files_refuse(why, "plot", dir, ENOMEM);
    bool good = mkdtemp(album->folder) != NULL || files_refuse(why, "write into", dir, errno);
    if (good) {
        good = album_draw_all(album, why) && (album->show || album_move(album, why));
        album_clear(album);
    }
    free(album->stems);
    return good;
}
