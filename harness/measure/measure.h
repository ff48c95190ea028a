/*
 * measure.h - one session of one cell: a child process with a fresh pool, warmed up, timed, verified, ended.
 *
 * Errors: see measure_session.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "runner.h"

/* take gets its samples and, at the end, what checking and book-keeping took. RUNNER_FAILED: why says the reason. */
enum runner_end measure_session(struct runner *, const struct plan_cell *, int64_t timeout_ns,
                                void (*take)(void *take_arg, const struct note *), void *take_arg, char why[WHY_SIZE]);
#endif
