/*
 * traces.h - what the stamps of all items of a call say about its workers.
 *
 * Errors: false when memory is short.
 */
#ifndef TRACES_H
#define TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One item's own testimony. */
struct trace_item {
    int64_t start_ns, end_ns, worker;
    uint64_t proof;
};

struct trace_shape {
    double share_max;     /* the most time at work of one worker, by an equal share of all of it */
    int64_t start_lag_ns; /* from the call to the latest first item of a worker */
    int64_t straggler_ns; /* from the mean of the workers' last ends to the latest */
};

/*
 * Who worked when. items: sorted by start afterwards. Where there are more names than workers - each lives for an item
 * or a few - items that follow each other are taken as one worker's, whichever is free first. call_ns: when it began.
 */
bool trace_shape_of(struct trace_item *items, size_t count, size_t workers, int64_t call_ns, struct trace_shape *shape);
#endif
