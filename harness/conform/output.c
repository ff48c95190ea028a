#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Create PATH.XXXXXX. Returns its descriptor; name has its name. */
static int make_temporary(const char *path, char **name)
{
    if (asprintf(name, "%s.XXXXXX", path) < 0) {
        *name = NULL;
        errno = ENOMEM;
        return -1;
    }
    return mkostemp(*name, O_CLOEXEC);
}

bool output_open(struct output *o, const char *path, char why[WHY_SIZE])
{
    char *name;

    *o = (struct output){.stream = stdout, .path = path};
    if (!path)
        return true;
    const int fd = make_temporary(path, &name);
    if (fd == -1) {
        snprintf(why, WHY_SIZE, "cannot write %.120s: %s", path, strerror(errno));
        free(name);
        return false;
    }
    close(fd);
    unlink(name);
    free(name);
    o->stream = open_memstream(&o->bytes, &o->size);
    if (!o->stream)
        snprintf(why, WHY_SIZE, "no memory for the verdicts");
    return o->stream;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        const ssize_t written = write(fd, bytes, size);
        if (written == -1 && errno == EINTR)
            continue;
        if (written == -1)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool write_file(const char *path, const char *bytes, size_t size)
{
    char *name;
    const int fd = make_temporary(path, &name);

    if (fd == -1)
        goto err1;
    /* mkostemp's mode is 0600; results are for everybody whom the umask lets. */
    const mode_t mask = umask(0);
    umask(mask);
    const bool written = write_all(fd, bytes, size) && fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0;
    if (close(fd) || !written || rename(name, path))
        goto err2;
    free(name);
    return true;
err2:;
    const int saved = errno;
    unlink(name);
    errno = saved;
err1:
    free(name);
    return false;
}

bool output_close(struct output *o, char why[WHY_SIZE])
{
    bool good = true;

    if (!o->path)
        return true; /* main closes standard output, and says so if that fails */
    const bool kept = !ferror(o->stream);
    good = fclose(o->stream) == 0 && kept;
    if (!good)
        snprintf(why, WHY_SIZE, "no memory for the verdicts");
    else if (!(good = write_file(o->path, o->bytes, o->size)))
        snprintf(why, WHY_SIZE, "cannot write %.120s: %s", o->path, strerror(errno));
    free(o->bytes);
    return good;
}
