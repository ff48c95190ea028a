/*
 * channel.h - notes of a fixed size from a measuring child to its parent, through a pipe that may cut them anywhere.
 *
 * Errors: channel_send is false if the parent is gone.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include "../pure/counts.h"
#include "../pure/sample.h"

/* What the harness itself took of a session. */
struct note_own {
    int64_t check_ns; /* verifying results */
    int64_t book_ns;  /* reading counters */
};

enum note_kind { NOTE_SAMPLE, NOTE_COST, NOTE_OWN, NOTE_FAILED };

struct note {
    enum note_kind kind;
    union {
        struct sample sample;
        struct counts_cost cost;
        struct note_own own;
        char why[WHY_SIZE]; /* one sentence */
    };
};

bool channel_send(int fd, const struct note *);

/* NOTE_FAILED; returns 1, the exit code of a child that failed. */
int channel_fail(int fd, const char *why);

/* What arrived so far of a note, and who takes whole ones. */
struct channel {
    void (*take)(void *arg, const struct note *);
    void *arg;
    size_t filled;
    struct note note;
};

/* A sink of isolate_run; arg is a struct channel. */
void channel_sink(void *arg, const char *bytes, size_t count);
#endif
