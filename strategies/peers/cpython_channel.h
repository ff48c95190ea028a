/*
 * cpython_channel.h - one call under way to a driver: a socket, and memory for what goes in and comes out.
 *
 * Errors: an enum pool_status with its fault; POOL_EBROKEN where the driver cannot go on.
 */
#ifndef CPYTHON_CHANNEL_H
#define CPYTHON_CHANNEL_H

#include "strategy.h"

struct cpython_channel {
    int socket, memory;
    unsigned char *mapped;
    size_t size; /* bytes; 0: nothing is mapped */
    struct cpython_channel *next;
};

/* control: the socket over which the driver is told of it. NULL on failure. */
struct cpython_channel *channel_open(int control, struct pool_fault *);
void channel_close(struct cpython_channel *);

/* Have the driver run a batch, and wait. A task's failure is told to the batch's host. */
enum pool_status channel_call(struct cpython_channel *, struct pool_batch *, struct pool_fault *);

/* Wait for one byte. False: the other end is gone. */
bool channel_read(int socket, char *byte);
#endif
