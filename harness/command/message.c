#include "command.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 1, 0))) static void say(const char *format, va_list args)
{
    char text[1024];

    vsnprintf(text, sizeof text, format, args);
    for (char *c = text; *c;
         c++) /* what is quoted there comes from anybody: it shall not move the cursor or end lines */
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    /* One write, so that sentences of several processes do not mix. */
    fprintf(stderr, "poolbench: %s\n", text);
}

void message(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(format, args);
    va_end(args);
}

int failure(int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(format, args);
    va_end(args);
    return code;
}
