/* Small files into JSON. */
#define _GNU_SOURCE
#include "gather.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* jansson reports exhaustion by NULL here and refuses it there, so that one check at the end of collecting is enough.
 */
void gather_put(struct gather *g, const char *key, json_t *value)
{
    if (value)
        json_object_set_new(g->object, key, value);
    else
        gather_put_null(g, key, "not enough memory");
}

void gather_put_null(struct gather *g, const char *key, const char *why, ...)
{
    char name[128], text[512];
    va_list values;

    va_start(values, why);
    vsnprintf(text, sizeof text, why, values);
    va_end(values);
    snprintf(name, sizeof name, "%s%s", g->prefix, key);
    json_object_set_new(g->object, key, json_null());
    json_object_set_new(g->why, name, gather_string(text));
}

void gather_put_text(struct gather *g, const char *key, const char *text)
{
    if (text)
        gather_put(g, key, gather_string(text));
    else
        gather_put_null(g, key, "this system does not say");
}

json_t *gather_string(const char *text)
{
    json_t *string = json_string(text);

    if (string)
        return string;
    char *copy = strdup(text);
    if (!copy)
        return NULL;
    for (char *at = copy; *at; at++)
        if (*at & 0x80)
            *at = '?';
    string = json_string(copy);
    free(copy);
    return string;
}

bool gather_try(struct gather *g, const char *path)
{
    char full[4096];

    g->text[0] = '\0';
    snprintf(full, sizeof full, "%s%s", g->root, path);
    FILE *file = fopen(full, "re");
    if (!file)
        return false;
    size_t length = fread(g->text, 1, sizeof g->text - 1, file);
    const int error = ferror(file) ? errno : 0;
    fclose(file); /* read only: nothing can be lost */
    while (length > 0 && isspace((unsigned char)g->text[length - 1]))
        length--;
    g->text[length] = '\0';
    errno = error;
    return !error;
}

bool gather_read(struct gather *g, const char *key, const char *path)
{
    if (gather_try(g, path))
        return true;
    gather_put_null(g, key, "%s: %s", path, strerror(errno));
    return false;
}

void gather_file(struct gather *g, const char *key, const char *path)
{
    if (gather_read(g, key, path))
        gather_put(g, key, gather_string(g->text));
}

void gather_file_number(struct gather *g, const char *key, const char *path)
{
    char *end;

    if (!gather_read(g, key, path))
        return;
    errno = 0;
    const long long value = strtoll(g->text, &end, 10);
    if (end == g->text || *end || errno)
        gather_put_null(g, key, "%s: \"%.80s\" is not a number", path, g->text);
    else
        gather_put(g, key, json_integer(value));
}

void gather_file_flag(struct gather *g, const char *key, const char *path)
{
    if (!gather_read(g, key, path))
        return;
    if (strcmp(g->text, "0") != 0 && strcmp(g->text, "1") != 0)
        gather_put_null(g, key, "%s: \"%.80s\" is neither 0 nor 1", path, g->text);
    else
        gather_put(g, key, json_boolean(g->text[0] == '1'));
}

void gather_file_choice(struct gather *g, const char *key, const char *path)
{
    if (!gather_read(g, key, path))
        return;
    char *begin = strchr(g->text, '['), *end = begin ? strchr(begin, ']') : NULL;
    if (end)
        *end = '\0';
    gather_put(g, key, gather_string(end ? begin + 1 : g->text));
}

const char *gather_line(const struct gather *g, const char *name, char *value, size_t size)
{
    const size_t length = strlen(name);

    for (const char *line = g->text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, name, length) != 0 || !strchr(" \t:", line[length]))
            continue;
        line += length + strspn(line + length, " \t:");
        snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
        return value;
    }
    return NULL;
}

void gather_part(struct gather *parent, struct gather *part, const char *key, const char *prefix)
{
    json_object_set_new(parent->object, key, json_object());
    part->object = json_object_get(parent->object, key);
    part->why = parent->why;
    part->prefix = prefix;
    part->root = parent->root;
}
