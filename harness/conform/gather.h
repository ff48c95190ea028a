/*
 * gather.h - making results of the lines that a case's process writes, and of how the process ended.
 *
 * Errors: none; without memory a result is dropped, and the process's end is judged all the same.
 */
#ifndef GATHER_H
#define GATHER_H

#include "../machine/isolate.h"
#include "runner.h"

struct gather {
    struct conform_report *report;
    const char *strategy;
    unsigned capabilities; /* that it declares */
    char line[2048];
    size_t length;
    size_t first;     /* result of this process */
    int64_t since_ns; /* when the case began */
    bool begun;       /* a case has no verdict yet: */
    char name[128];
    char wrong[512]; /* why it fails though it says that it passed; "": it does not */
};

void gather_begin(struct gather *, const char *name); /* a process starts; its first case until it says another */
void gather_bytes(void *gather, const char *bytes, size_t count); /* isolate_run's sink */
void gather_end(struct gather *, const struct isolate_result *);
#endif
