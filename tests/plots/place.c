#include "place.h"

#include <dirent.h>

#define PLACE_FILE_MAX (8 << 20)

char *load(const char *folder, const char *file, size_t *size)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE] = "", *text;

    assert_true(files_path(path, why, "%s/%s", folder, file));
    if (!files_read(path, PLACE_FILE_MAX, &text, size, why))
        fail_msg("%s", why);
    return text;
}

void save(const char *folder, const char *file, const char *text, size_t size)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE] = "";

    assert_true(files_path(path, why, "%s/%s", folder, file));
    if (!files_write(path, text, size, why))
        fail_msg("%s", why);
}

int place_make(void **state)
{
    static const char *const files[] = {"summary.csv", "machine.json"};
    struct place *place = calloc(1, sizeof(*place));
    char why[WHY_SIZE];

    assert_non_null(place);
    (void)snprintf(place->root, sizeof(place->root), "%s", "/tmp/poolbench-plots-XXXXXX");
    assert_non_null(mkdtemp(place->root));
    assert_int_equal(chmod(place->root, 0755), 0);
    assert_true(files_path(place->results, why, "%s/results", place->root));
    assert_true(files_path(place->programs, why, "%s/programs", place->root));
    assert_int_equal(mkdir(place->results, 0755), 0);
    assert_int_equal(mkdir(place->programs, 0755), 0);
    for (size_t k = 0; k < 2; k++) {
        size_t size;
        char *text = load(FIXTURES "/small", files[k], &size);
        save(place->results, files[k], text, size);
        free(text);
    }
    place->path = strdup(getenv("PATH"));
    *state = place;
    return 0;
}

size_t walk(const char *folder, bool remove_them)
{
    DIR *dir = opendir(folder);
    size_t found = 0;

    if (!dir)
        return 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[FILES_PATH_MAX], why[WHY_SIZE];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        assert_true(files_path(path, why, "%s/%s", folder, entry->d_name));
        found += 1 + walk(path, remove_them);
        if (remove_them && remove(path) != 0)
            perror(path);
    }
    (void)closedir(dir);
    return found;
}

int place_drop(void **state)
{
    struct place *place = *state;

    (void)setenv("PATH", place->path, 1);
    (void)chmod(place->results, 0755);
    (void)walk(place->root, true);
    (void)rmdir(place->root);
    free(place->path);
    free(place);
    return 0;
}

void fake_gnuplot(const struct place *place, const char *script)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE];

    save(place->programs, "gnuplot", script, strlen(script));
    assert_true(files_path(path, why, "%s/gnuplot", place->programs));
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(setenv("PATH", place->programs, 1), 0);
}
