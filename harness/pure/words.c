#include "words.h"

#include "sample.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *words_name(const struct plan_name *n, char text[WORDS_SIZE])
{
    snprintf(text, WORDS_SIZE, "%s%s%s%s%s", n->name, n->options ? ":" : "", n->options ? n->options : "",
             n->twin ? SAMPLE_TWIN : "", n->own_wait ? PLAN_NOT_COMPARABLE : "");
    return text;
}

__attribute__((format(printf, 2, 3))) static void add(char text[WORDS_SIZE], const char *format, ...)
{
    const size_t used = strlen(text);
    va_list args;

    va_start(args, format);
    vsnprintf(text + used, WORDS_SIZE - used, format, args);
    va_end(args);
}

const char *words_work(const struct plan *p, size_t cell, char text[WORDS_SIZE])
{
    const struct plan_cell *c = &p->cells[cell];
    char amount[32];

    words_name(&p->workloads[c->workload], text);
    if (c->work_ns)
        add(text, ", %s per item", units_format_ns((double)c->work_ns, amount, sizeof amount));
    if (c->in_bytes)
        add(text, ", %s in and out", units_format_bytes((double)c->in_bytes, amount, sizeof amount));
    if (c->resident_bytes)
        add(text, ", %s resident", units_format_bytes((double)c->resident_bytes, amount, sizeof amount));
    if (c->chunk)
        add(text, ", chunk %zu", c->chunk);
    return text;
}
