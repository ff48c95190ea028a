/*
 * verdict.h - how the process of a case tells the harness what it has found.
 *
 * Lines over the report descriptor: "=NAME" begins a case, then one of "P", "F message", "U message"; "D KEY HEX" is a
 * digest that has to be the same for every strategy, "S NAME" a case left out for its cost.
 *
 * Errors: none; a report that cannot be written ends the process, which the harness sees.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdint.h>

/* How long things that must happen may take, before the factor of the command line. */
#define PATIENCE_MEET_NS INT64_C(5000000000)    /* items that wait for each other */
#define PATIENCE_SETTLE_NS INT64_C(2000000000)  /* workers that are on their way out */
#define PATIENCE_CASE_NS INT64_C(20000000000)   /* a case */
#define PATIENCE_MATRIX_NS INT64_C(60000000000) /* one strategy, size and count with all its chunks */

void verdict_open(int report); /* before anything else in the case's process */
void verdict_begin(const char *name);
void verdict_pass(void);
void verdict_digest(const char *key, uint64_t digest);
void verdict_left_out(const char *name);

/* The strategy breaks the promise: say how, and end the process. */
__attribute__((format(printf, 1, 2))) _Noreturn void conform_fail(const char *format, ...);

/* The promise does not apply: say which probe showed it, and end the process. */
__attribute__((format(printf, 1, 2))) _Noreturn void conform_unsupported(const char *format, ...);
#endif
