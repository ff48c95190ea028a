/*
 * seats.h - a pool's workers as numbered seats, for strategies that start their workers anew for every call: concurrent
 * calls share the seats, so that never more than `workers` items run at once.
 *
 * Served strictly in the order of arrival: who wants many seats is not overtaken for ever by those who want one.
 *
 * Errors: seats_init returns 0 or an errno; nothing else fails.
 */
#ifndef SEATS_H
#define SEATS_H

#include "pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seats {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t count, free;
    enum pool_wait wait;      /* how those wait who want some */
    uint32_t news;            /* grows when there may be some for somebody; read without the lock */
    bool *taken;              /* Shape: count */
    uint64_t arrived, served; /* tickets */
};

int seats_init(struct seats *, size_t count, enum pool_wait);
void seats_free(struct seats *);

/* Wait for `wanted` seats, at most all there are, and take them all at once. numbers: the lowest free ones, rising. */
void seats_take(struct seats *, size_t wanted, size_t numbers[]);

/* Owns: the caller no longer owns these seats; what it wrote before is seen by who takes them next. */
void seats_give(struct seats *, size_t count, const size_t numbers[]);
#endif
