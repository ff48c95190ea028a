/*
 * store.h - the result folder: files written whole or not at all, and samples.csv, which grows line by line.
 *
 * Errors: false, with one sentence in why that says what to do; what was complete stays as it was.
 */
#ifndef STORE_H
#define STORE_H

#include "../command/units.h"

#include <sys/types.h>

struct store {
    char *path; /* of the folder */
    int folder; /* descriptor */
    int samples;
    off_t length; /* of samples.csv, whole lines only */
    bool made;    /* the folder was not there before */
};

/*
 * Make and open the folder. path NULL: <host>-<time> under results/ in a source tree of poolbench, else under
 * poolbench-results/. A path that is given may exist if it is empty, else *refused is set.
 * Owns: store_close.
 */
bool store_open(struct store *, const char *path, bool *refused, char why[WHY_SIZE]);

/* Open a folder that is there, whatever it holds, to write whole files into it. Owns: store_close. */
bool store_attach(struct store *, const char *path, char why[WHY_SIZE]);

/*
 * Open the folder of a run that goes on, whose samples.csv keeps its first `length` bytes; 0: it gets a new one.
 * Errors: another run writes to it, or it cannot be written.
 * Owns: store_close.
 */
bool store_reopen(struct store *, const char *path, off_t length, char why[WHY_SIZE]);

/* A folder that store_open made and that is still empty goes. */
void store_close(struct store *);

/* Start samples.csv with its header line, if it is not there yet. */
bool store_begin_samples(struct store *, const char *header, char why[WHY_SIZE]);

/* Append whole lines and hand them to the kernel at once: a killed run keeps them. A part of a line never stays. */
bool store_append(struct store *, const char *lines, size_t length, char why[WHY_SIZE]);

/* Take a file away again. */
void store_remove(const struct store *, const char *name);

/* Write a file under a temporary name, fsync it, rename it. */
bool store_write(const struct store *, const char *name, const char *bytes, size_t length, char why[WHY_SIZE]);
#endif
