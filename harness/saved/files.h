/*
 * files.h - files in, files out whole.
 *
 * Errors: false, with one sentence in why that names the file.
 */
#ifndef FILES_H
#define FILES_H

#include "../command/units.h"

#include <stdio.h>

#define FILES_PATH_MAX 1024

/*
 * Read a regular file of at most size_max bytes. A NUL byte stands behind *text.
 * Owns: the caller frees *text.
 */
bool files_read(const char *path, size_t size_max, char **text, size_t *size, char why[WHY_SIZE]);

/* Open a regular file, to be read piece by piece. Owns: fclose. NULL: after the sentence. */
FILE *files_open(const char *path, char why[WHY_SIZE]);

/* Write a new file and see it reach the disk. On failure the file may be there in part. */
bool files_write(const char *path, const char *text, size_t size, char why[WHY_SIZE]);

/* See a file that another program wrote reach the disk; an empty one is a failure. */
bool files_sync(const char *path, char why[WHY_SIZE]);

/* printf into path. False: it is too long. */
__attribute__((format(printf, 3, 4))) bool files_path(char path[FILES_PATH_MAX], char why[WHY_SIZE], const char *format,
                                                      ...);
bool files_refuse(char why[WHY_SIZE], const char *what, const char *path, int error);
#endif
