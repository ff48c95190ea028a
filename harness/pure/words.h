/*
 * words.h - parts of a plan in the words that tables and reports use.
 *
 * Errors: none; what does not fit is cut. Each returns text.
 */
#ifndef WORDS_H
#define WORDS_H

#include "plan.h"

#define WORDS_SIZE 200

const char *words_name(const struct plan_name *, char text[WORDS_SIZE]); /* "omp_dynamic:chunk=16", with its label */

/* What a cell runs, without who and on how many workers: "spin, 50.0 us per item, chunk 4". */
const char *words_work(const struct plan *, size_t cell, char text[WORDS_SIZE]);
#endif
