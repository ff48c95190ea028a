/*
 * options.h - what every workload's prepare checks: its options and the size of its records.
 *
 * Errors: nonzero, with one sentence in why.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "workload.h"

/* One "key=value". The value is a whole number from min to max or, where words is given, one of these. */
struct workload_option {
    const char *key;
    uint64_t *value; /* receives the number, or the word's place in words; untouched where not given */
    uint64_t min, max;
    const char *const *words; /* ended by NULL */
    bool given;               /* set by options_parse */
};

/* Read "key=value,key=value" into options, which end with a NULL key. text may be NULL; no key comes twice. */
int options_parse(const char *text, struct workload_option options[], char why[WORKLOAD_WHY]);

/* For a workload without options. */
int options_refuse(const char *text, char why[WORKLOAD_WHY]);

/* Refuse counts whose arrays would be larger than any object: record_size bytes in the largest column. */
int options_check_count(const struct workload_spec *, size_t record_size, char why[WORKLOAD_WHY]);
#endif
