#define _GNU_SOURCE
#include "folder.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const folder_files[FOLDER_FILES] = {"plan.json", "machine.json", "samples.csv", "summary.csv"};

static char place[256], path[300];

/* The file that a line names; SIZE_MAX: it is no such line. */
static size_t named_by(const char *line, size_t length)
{
    if (length < 4 || memcmp(line, "%%% ", 4) != 0)
        return SIZE_MAX;
    for (size_t f = 0; f < FOLDER_FILES; f++)
        if (length == 4 + strlen(folder_files[f]) && memcmp(line + 4, folder_files[f], length - 4) == 0)
            return f;
    return SIZE_MAX;
}

void folder_cut(const char *input, size_t size, struct folder_parts *parts)
{
    const char *const end = input + size;
    size_t file = SIZE_MAX;

    *parts = (struct folder_parts){0};
    for (const char *line = input, *next; line < end; line = next) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        next = newline ? newline + 1 : end;
        const size_t names = newline ? named_by(line, (size_t)(newline - line)) : SIZE_MAX;
        if (names != SIZE_MAX) {
            file = names;
            parts->text[file] = next;
            parts->size[file] = 0;
        } else if (file != SIZE_MAX)
            parts->size[file] += (size_t)(next - line);
    }
}

static int remove_one(const char *name, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts;
    (void)kind;
    return walk->level == 0 ? 0 : remove(name);
}

static void empty_place(void)
{
    must(nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, "the folder cannot be emptied");
}

static void remove_place(void)
{
    empty_place();
    (void)rmdir(place);
}

static void open_place(void)
{
    const char *above = getenv("TMPDIR");

    snprintf(place, sizeof place, "%s/poolbench-fuzz-XXXXXX", above ? above : "/tmp");
    must(mkdtemp(place), "there is no folder for the files");
    snprintf(path, sizeof path, "%s/run", place);
    atexit(remove_place);
}

static void write_file(const char *name, const char *text, size_t size)
{
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    must(fd >= 0 && write(fd, text, size) == (ssize_t)size, "a file cannot be written");
    close(fd);
    close(folder);
}

const char *folder_make(const uint8_t *data, size_t size)
{
    struct folder_parts parts;

    if (!place[0])
        open_place();
    empty_place();
    must(mkdir(path, 0700) == 0, "the folder cannot be made");
    folder_cut((const char *)data, size, &parts);
    for (size_t f = 0; f < FOLDER_FILES; f++)
        if (parts.text[f])
            write_file(folder_files[f], parts.text[f], parts.size[f]);
    return path;
}
