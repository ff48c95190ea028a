/*
 * progress.h - how far a long run is, on stderr: one line that is rewritten on a terminal, a plain line now and then
 * elsewhere.
 *
 * Errors: none; progress that cannot be shown is not shown.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool terminal;
    int64_t start_ns, shown_ns;
    size_t total;
};

void progress_start(struct progress *, size_t total);

/* `done` of total are done; `what` is under way. The rest goes as it did so far. */
void progress_show(struct progress *, size_t done, const char *what);

/* Time to show the next line. */
bool progress_is_due(const struct progress *);

/* The same where it is known better how long the rest takes, and how much there is. */
void progress_show_left(struct progress *, size_t done, size_t total, int64_t left_ns, const char *what);

/* Clear the line, so that a message or results can follow. */
void progress_clear(struct progress *);

/*
 * The line itself, with a bar and at most `width` columns; width 0: without a bar. left_ns -1: not known. Pure. Returns
 * text.
 */
const char *progress_line(size_t done, size_t total, int64_t left_ns, const char *what, size_t width, char *text,
                          size_t size);
#endif
