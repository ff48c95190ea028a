/*
 * sample.h - one measurement, and its line in samples.csv.
 *
 * Errors: none.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "plan.h"

#define SAMPLE_LINE_MAX 1024
#define SAMPLE_UNKNOWN INT64_MIN /* a counter that cannot be told: an empty field */

enum sample_phase { SAMPLE_WARMUP, SAMPLE_MEASURE };

struct sample {
    size_t cell, launch, round, position;
    enum sample_phase phase;
    size_t count; /* items per call */
    size_t calls;
    int64_t wall_ns; /* of all calls together */
    int64_t cpu_user_ns, cpu_system_ns, context_switches, faults_minor, faults_major;
    double load1;
    int64_t timestamp; /* Unix seconds */
    bool verified;
};

extern const char sample_header[]; /* with its newline */

/* The sample's line with its newline; SAMPLE_LINE_MAX bytes always suffice for names that a catalogue gives. */
size_t sample_format(const struct plan *, const struct sample *, char *text, size_t size);

/* The line of the drift canary, a fixed serial kernel that runs before each launch: launch, count, wall_ns of it. */
size_t sample_format_canary(const struct plan *, const struct sample *, char *text, size_t size);

/* The columns that samples.csv and summary.csv share, strategy to count, with a trailing comma. */
size_t sample_format_cell(const struct plan *, const struct plan_cell *, size_t count, char *text, size_t size);

/* Nanoseconds per item. */
static inline double sample_item_ns(const struct sample *s)
{
    return (double)s->wall_ns / ((double)s->calls * (double)s->count);
}
#endif
