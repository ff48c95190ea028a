#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool files_refuse(char why[WHY_SIZE], const char *what, const char *path, int error)
{
    (void)snprintf(why, WHY_SIZE, "cannot %s %.160s: %s", what, path, strerror(error));
    return false;
}

bool files_path(char path[FILES_PATH_MAX], char why[WHY_SIZE], const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(path, FILES_PATH_MAX, format, list);
    va_end(list);
    return (length >= 0 && length < FILES_PATH_MAX) || files_refuse(why, "use", "this folder", ENAMETOOLONG);
}

static bool take_all(int fd, char *text, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(fd, text + done, size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = EIO;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* A regular file: no folder, no pipe that never ends. -1: after the sentence. */
static int open_regular(const char *path, struct stat *facts, char why[WHY_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        files_refuse(why, "read", path, errno);
        return -1;
    }
    errno = 0;
    if (fstat(fd, facts) == 0 && !S_ISREG(facts->st_mode))
        errno = S_ISDIR(facts->st_mode) ? EISDIR : EINVAL;
    if (errno == 0)
        return fd;
    files_refuse(why, "read", path, errno);
    (void)close(fd);
    return -1;
}

FILE *files_open(const char *path, char why[WHY_SIZE])
{
    struct stat facts;
    int fd = open_regular(path, &facts, why);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

    if (fd >= 0 && !file) {
        files_refuse(why, "read", path, errno);
        (void)close(fd);
    }
    return file;
}

bool files_read(const char *path, size_t size_max, char **text, size_t *size, char why[WHY_SIZE])
{
    struct stat facts;
    int fd = open_regular(path, &facts, why);

    if (fd < 0)
        return false;
    errno = EFBIG;
    if (facts.st_size < 0 || (uintmax_t)facts.st_size > size_max)
        goto err1;
    *size = (size_t)facts.st_size;
    *text = malloc(*size + 1);
    if (!*text)
        goto err1;
    if (!take_all(fd, *text, *size))
        goto err2;
    (*text)[*size] = '\0';
    (void)close(fd);
    return true;

err2:
    free(*text);
err1:
    files_refuse(why, "read", path, errno);
    (void)close(fd);
    return false;
}

static bool put_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, text, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text += put;
        size -= (size_t)put;
    }
    return true;
}

bool files_write(const char *path, const char *text, size_t size, char why[WHY_SIZE])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0)
        return files_refuse(why, "write", path, errno);
    if (!put_all(fd, text, size) || fsync(fd)) {
        files_refuse(why, "write", path, errno);
        (void)close(fd);
        return false;
    }
    return close(fd) == 0 || files_refuse(why, "write", path, errno);
}

bool files_sync(const char *path, char why[WHY_SIZE])
{
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fstat(fd, &facts) == 0 && fsync(fd) == 0;

    if (!good)
        files_refuse(why, "finish", path, errno);
    else if (facts.st_size == 0)
        good = files_refuse(why, "finish", path, ENODATA);
    if (fd >= 0)
        (void)close(fd);
    return good;
}
