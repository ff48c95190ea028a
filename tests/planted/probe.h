/*
 * probe.h - one map through a pool, compared with the plain loop.
 *
 * Errors: none; memory that cannot be had aborts.
 */
#ifndef PROBE_H
#define PROBE_H

#include "strategy.h"

/* What the probing task is told. */
struct probe {
    size_t nargs, arg_size[POOL_ARGS_MAX], out_size;
    unsigned salt;             /* differs from map to map */
    size_t fail_each, fail_at; /* items i with i % fail_each == fail_at fail; 0: none */
    uint32_t *runs;            /* how often each item ran; NULL: not wanted */
    uint32_t *meeting;         /* arrivals of a barrier of `guests`; NULL: none */
    size_t guests;
    unsigned linger_ms; /* to look on, afterwards, for writes to the results */
    pid_t caller;       /* must not run items; 0: may */
};

/* The task: mixes the bytes of its arguments. The context is a struct probe. */
int probe_call(const void *const argv[], void *out, const void *context);

/* True: results, failures and the number of runs are those of the loop, and nothing wrote to the results afterwards. */
bool probe_agrees(struct pool *, struct probe, size_t count, size_t chunk);
#endif
