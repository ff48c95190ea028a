/*
 * gather.h - the parts of facts.h: each fills one object, and says why where it cannot.
 *
 * Errors: none; a value that cannot be read or stored is null, with a reason.
 */
#ifndef GATHER_H
#define GATHER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define GATHER_FILE_MAX 65536 /* bytes that are read of one file */

struct gather {
    json_t *object;     /* receives the values */
    json_t *why;        /* receives "prefix.key": reason */
    const char *prefix; /* "" or "cpu." and so on */
    const char *root;   /* prefix of /proc and /sys: "" but in tests */
    char text[GATHER_FILE_MAX];
};

/* value is taken over; NULL becomes null with the reason "not enough memory". */
void gather_put(struct gather *, const char *key, json_t *value);
__attribute__((format(printf, 3, 4))) void gather_put_null(struct gather *, const char *key, const char *why, ...);
void gather_put_text(struct gather *, const char *key, const char *text); /* NULL: null */

/* The start of root/path in gather->text, without trailing white space. False, and null with the reason, if unreadable.
 */
bool gather_read(struct gather *, const char *key, const char *path);
/* The same without putting a null: whether it can be read. */
bool gather_try(struct gather *, const char *path);

void gather_file(struct gather *, const char *key, const char *path);        /* its text */
void gather_file_number(struct gather *, const char *key, const char *path); /* a whole number */
void gather_file_flag(struct gather *, const char *key, const char *path);   /* "0" or "1" as a truth value */
void gather_file_choice(struct gather *, const char *key, const char *path); /* the [chosen] word of "a [b] c" */

/* The value behind "name" and its colon or spaces in gather->text, cut at the line's end; NULL if there is none. */
const char *gather_line(const struct gather *, const char *name, char *value, size_t size);

/* A JSON string out of any bytes: what is not UTF-8 becomes '?'. */
json_t *gather_string(const char *text);

/* A gather for a part of its own, `key` in the parent, with its own prefix. Borrowed from the parent's object. */
void gather_part(struct gather *parent, struct gather *part, const char *key, const char *prefix);

void gather_cpu(struct gather *);
void gather_kernel(struct gather *);
void gather_cgroup(struct gather *);
void gather_limits(struct gather *);
void gather_memory(struct gather *);
void gather_activity(struct gather *); /* load and steal time */
void gather_virtual(struct gather *);
void gather_build(struct gather *);
void gather_openmp(struct gather *);
void gather_counters(struct gather *);
void gather_source(struct gather *, const char *folder);
#endif
