/*
 * program.h - the output of a short-lived program, started without a shell, under a deadline.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "command/units.h"

/*
 * Run argv[0], found in PATH, with stdin and stderr closed to it, and keep the first size - 1 bytes of its stdout,
 * NUL-terminated. It is killed after timeout_ns. False also when it exits with anything but 0.
 */
bool program_output(const char *const argv[], int64_t timeout_ns, char *text, size_t size, char why[WHY_SIZE]);
#endif
