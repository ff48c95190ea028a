/*
 * samples.h - samples.csv read back, line by line, in memory that its samples take and no more.
 *
 * Errors: false, with one sentence in why that names the file and the line.
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "../pure/sample.h"

#define SAMPLES_MAX 2000000

struct samples {
    struct sample *list; /* in the order they were taken */
    size_t count;
    struct sample *canaries; /* launch and wall_ns count */
    size_t canary_count;
    struct sample *empties; /* two readings of the clock: launch and value count */
    size_t empty_count;
    struct sample *sessions; /* the ends of sessions; verified false: the cell was left out, and its samples are not
                                verified either */
    size_t session_count;
    size_t complete, complete_bytes; /* samples of complete sessions, and where in the file a resumed run goes on */
    bool cut; /* at the end stands a part of a line, as a run that died may leave; it is not among the samples */
};

/*
 * path  of a samples.csv that a run of this plan wrote.
 * Owns: samples_free. Errors: a header or a line that poolbench does not write, more than SAMPLES_MAX lines.
 */
bool samples_load(const char *path, const struct plan *, struct samples *, char why[WHY_SIZE]);
/* Append to the list of its phase. False: out of memory. */
bool samples_add(struct samples *, const struct sample *);
void samples_free(struct samples *);
#endif
