#define _GNU_SOURCE
#include "store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool fail(char why[WHY_SIZE], const char *doing, const char *name)
{
    const int error = errno;
    const char *advice = error == ENOSPC || error == EDQUOT                    ? "; make room on that disk"
                         : error == EACCES || error == EROFS || error == EPERM ? "; take a folder that may be written"
                         : error == EFBIG ? "; raise the limit on file sizes (ulimit -f)"
                                          : "";

    snprintf(why, WHY_SIZE, "cannot %s %.100s: %s%s", doing, name, strerror(error), advice);
    errno = error;
    return false;
}

/* Every folder of the path that is not there yet; *made: the last one was not. */
static bool make_folders(const char *path, bool *made, char why[WHY_SIZE])
{
    char *copy = strdup(path);
    bool ok = copy != NULL;

    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; ok && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *slash = '/';
    }
    *made = ok && mkdir(path, 0777) == 0;
    ok = *made || (ok && errno == EEXIST);
    if (!ok)
        fail(why, "create the folder", path);
    free(copy);
    return ok;
}

static bool is_empty(const char *path)
{
    DIR *d = opendir(path);
    const struct dirent *e;
    bool empty = d != NULL;

    while (d && (e = readdir(d)))
        empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);
    if (d)
        closedir(d);
    return empty;
}

/* "host-20260131-235959": letters, digits, '-', '.' of the host's name only. */
static void default_name(char *text, size_t size)
{
    const time_t now = time(NULL);
    struct tm local = {0};
    char host[64] = "", stamp[32] = "";

    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        snprintf(host, sizeof host, "machine");
    for (char *c = host; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
            *c = '_';
    localtime_r(&now, &local);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
    snprintf(text, size, "%s-%s", host, stamp);
}

/* A name that is not taken; two runs may start in one second. Owns: the caller frees. */
static char *default_path(void)
{
    const bool source_tree = access("strategies/list.def", F_OK) == 0 && access("results", F_OK) == 0;
    const char *parent = source_tree ? "results" : "poolbench-results";
    char name[128], *path = NULL;

    default_name(name, sizeof name);
    for (unsigned i = 1; i < 100; i++) {
        const int n = i == 1 ? asprintf(&path, "%s/%s", parent, name) : asprintf(&path, "%s/%s-%u", parent, name, i);
        if (n < 0)
            return NULL;
        if (access(path, F_OK) != 0)
            return path;
        free(path);
    }
    errno = EEXIST;
    return NULL;
}

/*
 * One run at a time writes to a folder. The kernel lets go of it when the program and its measuring children have
 * ended: those of a run that was just killed need a moment.
 */
static bool take_folder(const struct store *s, char why[WHY_SIZE])
{
    for (int looks = 0; looks < 500; looks++) {
        if (flock(s->folder, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    snprintf(why, WHY_SIZE, "another run writes to %.150s: wait for its end", s->path);
    return false;
}

bool store_open(struct store *s, const char *path, bool *refused, char why[WHY_SIZE])
{
    *s = (struct store){.folder = -1, .samples = -1};
    *refused = false;
    s->path = path ? strdup(path) : default_path();
    if (!s->path)
        return fail(why, "name", "the result folder");
    if (!make_folders(s->path, &s->made, why))
        goto err0;
    s->folder = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->folder < 0) {
        *refused = errno == ENOTDIR;
        fail(why, "open the folder", s->path);
        goto err0;
    }
    if (!is_empty(s->path)) {
        *refused = true;
        snprintf(why, WHY_SIZE, "the folder %.100s is not empty: results go to a new or an empty one", s->path);
        goto err1;
    }
    if (!take_folder(s, why))
        goto err1;
    return true;

err1:
    close(s->folder);
err0:
    free(s->path);
    *s = (struct store){.folder = -1, .samples = -1};
    return false;
}

bool store_attach(struct store *s, const char *path, char why[WHY_SIZE])
{
    *s = (struct store){.path = strdup(path), .folder = -1, .samples = -1};
    if (!s->path)
        return fail(why, "name", "the result folder");
    s->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->folder >= 0)
        return true;
    fail(why, "open the folder", path);
    store_close(s);
    return false;
}

void store_close(struct store *s)
{
    if (s->samples >= 0)
        close(s->samples);
    if (s->folder >= 0) {
        if (s->made && is_empty(s->path))
            rmdir(s->path);
        close(s->folder);
    }
    free(s->path);
    *s = (struct store){.folder = -1, .samples = -1};
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

bool store_append(struct store *s, const char *lines, size_t length, char why[WHY_SIZE])
{
    if (write_all(s->samples, lines, length)) {
        s->length += (off_t)length;
        return true;
    }
    fail(why, "write", "samples.csv");
    if (ftruncate(s->samples, s->length) != 0)
        snprintf(why, WHY_SIZE, "cannot write samples.csv, whose last line may be cut: %s", strerror(errno));
    return false;
}

static bool cut_samples(struct store *s, off_t length, char why[WHY_SIZE])
{
    s->samples = openat(s->folder, "samples.csv", O_WRONLY | O_APPEND | O_CLOEXEC);
    if (s->samples < 0 || ftruncate(s->samples, length) != 0)
        return fail(why, "write", "samples.csv");
    s->length = length;
    return true;
}

bool store_reopen(struct store *s, const char *path, off_t length, char why[WHY_SIZE])
{
    *s = (struct store){.folder = -1, .samples = -1, .path = strdup(path)};
    if (!s->path)
        return fail(why, "name", "the result folder");
    s->folder = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->folder < 0)
        fail(why, "open the folder", s->path);
    else if (take_folder(s, why)) {
        if (length == 0 && unlinkat(s->folder, "samples.csv", 0) != 0 && errno != ENOENT)
            fail(why, "write", "samples.csv");
        else if (length == 0 || cut_samples(s, length, why))
            return true;
    }
    store_close(s);
    return false;
}

void store_remove(const struct store *s, const char *name)
{
    unlinkat(s->folder, name, 0); /* it is ours; what stays harms nobody */
}

bool store_begin_samples(struct store *s, const char *header, char why[WHY_SIZE])
{
    if (s->samples >= 0)
        return true;
    s->samples = openat(s->folder, "samples.csv", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (s->samples < 0)
        return fail(why, "create", "samples.csv");
    return store_append(s, header, strlen(header), why);
}

bool store_write(const struct store *s, const char *name, const char *bytes, size_t length, char why[WHY_SIZE])
{
    char temporary[64];

    snprintf(temporary, sizeof temporary, ".%.50s.tmp", name);
    const int fd = openat(s->folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(why, "create", name);
    bool ok = write_all(fd, bytes, length) && fsync(fd) == 0;
    if (!ok)
        fail(why, "write", name);
    if (close(fd) != 0 && ok)
        ok = fail(why, "write", name);
    if (ok && renameat(s->folder, temporary, s->folder, name) != 0)
        ok = fail(why, "rename the finished", name);
    if (!ok)
        unlinkat(s->folder, temporary, 0);
    return ok;
}
