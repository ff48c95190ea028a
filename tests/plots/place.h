/*
 * place.h - a folder of a test's own, with a copy of the small fixture and room for a false gnuplot.
 *
 * Errors: the test fails.
 */
#ifndef PLACE_H
#define PLACE_H

#include "plot.h"
#include "saved/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_drop)

/* A folder of a test's own, with a result folder and a folder for programs in it. */
struct place {
    char root[64];
    char results[FILES_PATH_MAX];
    char programs[FILES_PATH_MAX];
    char *path; /* what PATH was */
};

/* Owns: the caller. */
char *load(const char *folder, const char *file, size_t *size);
void save(const char *folder, const char *file, const char *text, size_t size);

int place_make(void **state);
int place_drop(void **state);

/* How many files lie below the folder; removes them all if asked to. */
size_t walk(const char *folder, bool remove_them);

/* Let PATH hold nothing but a `gnuplot` that is this shell script. */
void fake_gnuplot(const struct place *place, const char *script);
#endif
