/*
 * cpython_driver.h - what cpython.c and cpython_driver.py say to each other.
 *
 * Memory that both map holds the request, then the context, the columns and the results; a byte over a socket says that
 * it is there, and another that it is answered.
 */
#ifndef CPYTHON_DRIVER_H
#define CPYTHON_DRIVER_H

#include "pool.h"

enum cpython_status { CPYTHON_OK, CPYTHON_FAILED, CPYTHON_BROKEN };

/* Offsets are from the start of the memory. */
struct cpython_request {
    uint64_t count, chunk, nargs, out_size; /* chunk 0: CPython's own rule */
    uint64_t call;                          /* the address of the task's function */
    uint64_t context, context_size;
    uint64_t arg_size[POOL_ARGS_MAX], column[POOL_ARGS_MAX];
    uint64_t out;
    /* The answer. */
    uint64_t status, index, code;
    char text[200];
};

extern const char cpython_driver[]; /* the text of cpython_driver.py */
#endif
