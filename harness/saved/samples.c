#include "samples.h"

#include "../pure/sample_read.h"
#include "csv.h"
#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file on its way in. */
struct input {
    const char *path;
    FILE *file;
    struct sample_reader reader;
    struct samples *samples;
    size_t room, canary_room; /* of the lists */
    size_t line;
};

static bool refuse(const struct input *in, const char *what, char why[WHY_SIZE])
{
    char reason[WHY_SIZE];

    snprintf(reason, sizeof reason, "%s", what);
    snprintf(why, WHY_SIZE, "%.100s, line %zu: %.120s", in->path, in->line, reason);
    return false;
}

/* Make room for one more. */
static bool grow(struct sample **list, size_t count, size_t *room)
{
    if (count < *room)
        return true;
    const size_t more = *room ? 2 * *room : 256;
    struct sample *grown = realloc(*list, more * sizeof **list);
    if (!grown)
        return false;
    *list = grown;
    *room = more;
    return true;
}

static bool keep(struct input *in, const struct sample *s, char why[WHY_SIZE])
{
    struct samples *all = in->samples;
    const bool canary = s->cell == SAMPLE_CANARY;

    if (all->count + all->canary_count == SAMPLES_MAX)
        return refuse(in, "there are more samples than can be read", why);
    if (!(canary ? grow(&all->canaries, all->canary_count, &in->canary_room) : grow(&all->list, all->count, &in->room)))
        return refuse(in, "out of memory", why);
    if (canary)
        all->canaries[all->canary_count++] = *s;
    else
        all->list[all->count++] = *s;
    return true;
}

static bool take_line(struct input *in, char *text, size_t length, char why[WHY_SIZE])
{
    char *cells[SAMPLE_COLUMNS_MAX], reason[WHY_SIZE];
    struct sample s;

    if (in->line == 1)
        return strcmp(text, sample_header) == 0 ||
               refuse(in, "the columns are not those of this version of poolbench", why);
    if (!csv_cut(text, length, in->line, cells, in->reader.columns, reason)) {
        snprintf(why, WHY_SIZE, "%.100s, %.140s", in->path, reason);
        return false;
    }
    return sample_read(&in->reader, cells, &s, reason) ? keep(in, &s, why) : refuse(in, reason, why);
}

static bool take_lines(struct input *in, char why[WHY_SIZE])
{
    char text[SAMPLE_LINE_MAX + 2];

    for (in->line = 1; fgets(text, sizeof text, in->file); in->line++) {
        const size_t length = strlen(text);
        in->samples->cut = length == 0 || text[length - 1] != '\n';
        if (in->samples->cut && !feof(in->file))
            return refuse(in, "holds a NUL byte or is longer than any that poolbench writes", why);
        if (in->samples->cut)
            break;
        if (!take_line(in, text, length, why))
            return false;
        in->samples->whole += length;
    }
    if (ferror(in->file))
        return files_refuse(why, "read", in->path, errno);
    return in->samples->whole > 0 || refuse(in, "the columns' names are missing: the file is empty or cut short", why);
}

bool samples_load(const char *path, const struct plan *p, struct samples *all, char why[WHY_SIZE])
{
    struct input in = {.path = path, .samples = all};

    *all = (struct samples){0};
    in.file = files_open(path, why);
    if (!in.file)
        return false;
    bool ok = sample_reader_open(&in.reader, p) || files_refuse(why, "read", path, ENOMEM);
    if (ok) {
        ok = take_lines(&in, why);
        sample_reader_close(&in.reader);
    }
    (void)fclose(in.file);
    if (!ok)
        samples_free(all);
    return ok;
}

void samples_free(struct samples *all)
{
    free(all->list);
    free(all->canaries);
    *all = (struct samples){0};
}
