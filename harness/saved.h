/*
 * saved.h - a result folder read back: what was measured, on which machine, after which plan.
 *
 * The folder may come from anybody. Nothing in it is changed.
 *
 * Errors: false, with one sentence in why that says which file and what to do.
 */
#ifndef SAVED_H
#define SAVED_H

#include "pure/summary.h"
#include "saved/samples.h"

#include <jansson.h>

struct saved {
    char *path;
    json_t *machine; /* machine.json, an object */
    struct plan plan;
    struct samples samples;
    struct summary summary; /* made from the samples anew, not read */
};

/* Owns: saved_free. */
bool saved_open(const char *dir, struct saved *, char why[WHY_SIZE]);

/*
 * The same of a run that may have ended at any moment: machine is NULL where machine.json is not there yet, samples are
 * those of complete sessions, and there is no summary. Owns: saved_free.
 */
bool saved_open_unfinished(const char *dir, struct saved *, char why[WHY_SIZE]);
void saved_free(struct saved *);

/* A text of machine.json by its path, "build.compiler"; NULL: it is not there or no text. */
const char *saved_text(const struct saved *, const char *path);
const json_t *saved_fact(const struct saved *, const char *path); /* NULL: not there */

/*
 * What makes two runs comparable: CPU, topology, kernel, limits, compiler and so on, and the plans' policies. False:
 * they differ, and why lists in what. The sources may differ: they are what is compared.
 */
bool saved_same_environment(const struct saved *, const struct saved *, char why[WHY_SIZE]);

/* The same of two machine.json whose samples are to be of one run: the host and the sources must be the same as well.
 */
bool saved_same_run(const json_t *machine, const json_t *other, char why[WHY_SIZE]);
#endif
