/*
 * units.h - numbers with units, and lists of them, as people write them on a command line.
 *
 * Errors: false, with one sentence in why (WHY_SIZE bytes). No sign, no spaces, nothing behind the unit.
 */
#ifndef UNITS_H
#define UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHY_SIZE 256

bool units_parse_duration_ns(const char *text, uint64_t *ns, char why[WHY_SIZE]); /* 50us 1.5ms 3s 2min; 0 needs none */
bool units_parse_bytes(const char *text, size_t *bytes, char why[WHY_SIZE]);      /* 64B 1KiB 4MiB 2GiB, kB MB; 0 */
bool units_parse_count(const char *text, uint64_t min, uint64_t max, uint64_t *count, char why[WHY_SIZE]);

/* "1,2,8": each element through parse_count. Owns: the caller frees *list. */
bool units_parse_counts(const char *text, uint64_t min, uint64_t max, uint64_t **list, size_t *length,
                        char why[WHY_SIZE]);
bool units_parse_durations_ns(const char *text, uint64_t **list, size_t *length, char why[WHY_SIZE]);

/* Three significant digits and a unit: "163 ns", "52.8 us". Returns text. */
const char *units_format_ns(double ns, char *text, size_t size);
const char *units_format_bytes(double bytes, char *text, size_t size);
const char *units_format_rate(double per_second, char *text, size_t size);         /* "1.25 G/s" */
const char *units_format(double value, const char *unit, char *text, size_t size); /* ns, B, 1/s, 1 (none), or any */
#endif
