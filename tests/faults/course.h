/*
 * course.h - one pool from create to destroy, with every verb in between, in a process of its own.
 *
 * Errors: a verdict of the process: conform_fail.
 */
#ifndef COURSE_H
#define COURSE_H

#include "conform/kit/subject.h"

enum { COURSE_WORKERS = 2 }; /* or as many as the strategy takes */

struct course {
    const struct pool_ops *ops;
    bool disturbed; /* calls may fail with POOL_ENOMEM, POOL_EOS or POOL_EBROKEN; else they must succeed */
    size_t rounds;
    int (*initializer)(void *arg, size_t worker);
    void *initarg;
    size_t count;     /* items of each map */
    size_t *failures; /* counts the calls that failed; NULL: not wanted */
};

void course_run(const struct course *);

/* Run body in an isolated process. Fails the test with its message unless it ends well; what it reported, "" or
 * conform_fail's, is in message. */
void course_isolate(const char *what, int (*body)(void *arg, int report), void *arg);
#endif
