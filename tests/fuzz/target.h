/*
 * target.h - what fuzz targets share: how they are called, and how they say that something is wrong.
 *
 * A target reads its input as poolbench reads a file or a command line, and holds the answer against what must be true
 * of every answer. Refused or taken, an input may never crash, hang, leak or fill the memory.
 *
 * Errors: abort, after one sentence.
 */
#ifndef TARGET_H
#define TARGET_H

#include "command/units.h"

#include <stdio.h>

/* One input. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void must(bool true_of_all, const char *what);

/* A refusal's reason: something that fits. */
void must_be_reason(const char *why);

/* Owns: the caller frees. A NUL stands behind the copy of the input. */
char *target_text(const uint8_t *data, size_t size);

/*
 * Run a command with stdout to nowhere, and hear what it says on stderr.
 *
 * argc, argv  as the command gets them; argv[0] is its name. Its exit code is one that poolbench has.
 * Owns: the caller frees *said.
 */
int target_listen(int (*command)(int argc, char **argv), int argc, char **argv, char **said);

/* The same: whatever it says are sentences, each in a line of its own, and only one where it refuses. */
int target_run(int (*command)(int argc, char **argv), int argc, char **argv);
#endif
