/* The text of a sequence. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char verbs[] = "cmsaMSAgwXfoyYinxpqkKzrCTJDFbIL";

static void write_number(FILE *text, char before, uint64_t number)
{
    if (before)
        fputc(before, text);
    if (number == UINT64_MAX)
        fputs("max", text);
    else
        fprintf(text, "%llu", (unsigned long long)number);
}

char *sequence_write(const struct sequence_command *commands, size_t count)
{
    char *bytes = NULL;
    size_t size;
    FILE *text = open_memstream(&bytes, &size);

    if (!text)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct sequence_command *c = &commands[i];
        size_t args = SEQUENCE_ARGS;
        while (args && !c->arg[args - 1])
            args--;
        fprintf(text, "%s%c", i ? "," : "", c->verb);
        for (size_t k = 0; k < args; k++)
            write_number(text, k ? '/' : '\0', c->arg[k]);
        if (c->pool)
            write_number(text, '@', c->pool);
    }
    if (fclose(text) == 0)
        return bytes;
    free(bytes);
    return NULL;
}

static bool read_number(const char **at, uint64_t *number)
{
    char *end;

    if (strncmp(*at, "max", 3) == 0) {
        *number = UINT64_MAX;
        *at += 3;
        return true;
    }
    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *number = strtoull(*at, &end, 10);
    *at = end;
    return errno == 0;
}

/* One command; *at is moved behind it. */
static bool read_command(const char **at, struct sequence_command *c)
{
    uint64_t pool = 0;
    size_t args = 0;

    *c = (struct sequence_command){.verb = **at};
    if (!**at || !strchr(verbs, **at))
        return false;
    ++*at;
    if (**at && !strchr(",@", **at)) {
        do {
            if (args == SEQUENCE_ARGS || !read_number(at, &c->arg[args++]))
                return false;
        } while (*(*at)++ == '/');
        --*at;
    }
    if (**at == '@') {
        ++*at;
        if (!read_number(at, &pool) || pool > 1)
            return false;
    }
    c->pool = (unsigned char)pool;
    return !**at || **at == ',';
}

bool sequence_read(const char *text, struct sequence_command **commands, size_t *count, char why[WHY_SIZE])
{
    size_t room = 1;

    for (const char *at = text; *at; at++)
        room += *at == ',';
    *count = 0;
    *commands = room <= SEQUENCE_MAX ? calloc(room, sizeof **commands) : NULL;
    if (!*commands) {
        snprintf(why, WHY_SIZE, "%zu commands are too many", room);
        return false;
    }
    for (const char *at = text;;) {
        const char *start = at;
        if (!read_command(&at, &(*commands)[(*count)++])) {
            snprintf(why, WHY_SIZE, "'%.20s' is no command: a verb of %s, numbers separated by /, perhaps @1", start,
                     verbs);
            free(*commands);
            return false;
        }
        if (!*at++)
            return true;
    }
}
