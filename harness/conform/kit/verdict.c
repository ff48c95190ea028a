/* The descriptor is the process's own: one case, or one row of the matrix, to a process. */
#define _GNU_SOURCE
#include "verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int report_fd = -1;

void verdict_open(int report)
{
    report_fd = report;
}

/* One line, whole: shorter than PIPE_BUF, so that threads do not mix theirs. */
static void say(const char *mark, const char *text)
{
    char line[2048];
    int length = snprintf(line, sizeof line - 1, "%s%s", mark, text);

    length = length < (int)sizeof line - 2 ? length : (int)sizeof line - 2;
    for (int i = 0; i < length; i++)
        if (line[i] == '\n' || line[i] == '\0')
            line[i] = ' ';
    line[length++] = '\n';
    while (write(report_fd, line, (size_t)length) == -1)
        if (errno != EINTR)
            _exit(EXIT_FAILURE);
}

void verdict_begin(const char *name)
{
    say("=", name);
}

void verdict_pass(void)
{
    say("P", "");
}

void verdict_left_out(const char *name)
{
    say("S ", name);
}

void verdict_digest(const char *key, uint64_t digest)
{
    char text[256];

    snprintf(text, sizeof text, "%s %016llx", key, (unsigned long long)digest);
    say("D ", text);
}

void conform_fail(const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    say("F ", text);
    _exit(EXIT_SUCCESS);
}

void conform_unsupported(const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    say("U ", text);
    _exit(EXIT_SUCCESS);
}
