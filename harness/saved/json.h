/*
 * json.h - a file of JSON, in memory that a result folder's files need and not much more.
 *
 * Errors: NULL, with one sentence in why that names the file, and the line where it is no JSON.
 */
#ifndef JSON_H
#define JSON_H

#include "../command/units.h"

#include <jansson.h>

/* A regular file of at most 16 MiB. Owns: the caller drops the reference. */
json_t *json_read(const char *path, char why[WHY_SIZE]);
#endif
