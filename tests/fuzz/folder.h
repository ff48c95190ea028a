/*
 * folder.h - a result folder as one input: a line "%%% NAME" before the text of each file. A file without such a line
 * is not there.
 *
 * Errors: abort, where the system gives no folder or file.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include "target.h"

#define FOLDER_FILES 4

extern const char *const folder_files[FOLDER_FILES]; /* plan.json, machine.json, samples.csv, summary.csv */

/* Where the files of an input stand in it. text NULL: not there. */
struct folder_parts {
    const char *text[FOLDER_FILES];
    size_t size[FOLDER_FILES];
};

void folder_cut(const char *input, size_t size, struct folder_parts *);

/* A folder with these files, and none of those that a target before has left: the same one each time. Its path. */
const char *folder_make(const uint8_t *data, size_t size);
#endif
