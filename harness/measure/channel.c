#include "channel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool channel_send(int fd, const struct note *note)
{
    const char *at = (const char *)note;
    size_t left = sizeof *note;

    while (left > 0) {
        const ssize_t n = write(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        left -= (size_t)n;
    }
    return true;
}

int channel_fail(int fd, const char *why)
{
    struct note note;

    memset(&note, 0, sizeof note);
    note.kind = NOTE_FAILED;
    snprintf(note.why, sizeof note.why, "%s", why);
    channel_send(fd, &note);
    return 1;
}

void channel_sink(void *arg, const char *bytes, size_t count)
{
    struct channel *c = arg;

    while (count > 0) {
        const size_t room = sizeof c->note - c->filled, n = count < room ? count : room;
        memcpy((char *)&c->note + c->filled, bytes, n);
        c->filled += n;
        bytes += n;
        count -= n;
        if (c->filled == sizeof c->note) {
            c->filled = 0;
            c->take(c->arg, &c->note);
        }
    }
}
