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
    size_t whole; /* bytes of whole lines */
    size_t line;
};

static bool refuse(const struct input *in, const char *what, char why[WHY_SIZE])
{
    char reason[WHY_SIZE];

    snprintf(reason, sizeof reason, "%s", what);
    snprintf(why, WHY_SIZE, "%.100s, line %zu: %.120s", in->path, in->line, reason);
    return false;
}

/* Append to a list that has room for powers of two. */
static bool push(struct sample **list, size_t *count, const struct sample *s)
{
    if ((*count & (*count - 1)) == 0) {
        struct sample *grown = realloc(*list, (*count ? 2 * *count : 1) * sizeof **list);
        if (!grown)
            return false;
        *list = grown;
    }
    (*list)[(*count)++] = *s;
    return true;
}

bool samples_add(struct samples *all, const struct sample *s)
{
    switch (s->phase) {
    case SAMPLE_CANARY: return push(&all->canaries, &all->canary_count, s);
    case SAMPLE_EMPTY: return push(&all->empties, &all->empty_count, s);
    case SAMPLE_SESSION: return push(&all->sessions, &all->session_count, s);
    default: return push(&all->list, &all->count, s);
    }
}

static bool keep(struct input *in, const struct sample *s, char why[WHY_SIZE])
{
    if (in->line > SAMPLES_MAX)
        return refuse(in, "there are more samples than can be read", why);
    return samples_add(in->samples, s) || refuse(in, "out of memory", why);
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

/* All up to here is of complete sessions, if nothing is open: what stands between sessions tells that as well. */
static void note_complete(struct input *in, size_t samples_before)
{
    if (in->samples->count == samples_before) {
        in->samples->complete = in->samples->count;
        in->samples->complete_bytes = in->whole;
    }
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
        const size_t before = in->samples->count;
        if (!take_line(in, text, length, why))
            return false;
        in->whole += length;
        note_complete(in, before);
    }
    if (ferror(in->file))
        return files_refuse(why, "read", in->path, errno);
    return in->whole > 0 || refuse(in, "the columns' names are missing: the file is empty or cut short", why);
}

/* What a cell gave before it was left out cannot be believed either. */
static bool distrust(struct samples *all, size_t cells)
{
    bool *failed = calloc(cells, sizeof *failed);

    for (size_t i = 0; failed && i < all->session_count; i++)
        failed[all->sessions[i].cell] = failed[all->sessions[i].cell] || !all->sessions[i].verified;
    for (size_t i = 0; failed && i < all->count; i++)
        all->list[i].verified = all->list[i].verified && !failed[all->list[i].cell];
    free(failed);
    return failed;
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
        ok = take_lines(&in, why) && (distrust(all, p->cell_count) || files_refuse(why, "read", path, ENOMEM));
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
    free(all->empties);
    free(all->sessions);
    *all = (struct samples){0};
}
