/*
 * every.h - every strategy that tests try: the project's own, then the peers.
 *
 * Errors: none.
 */
#ifndef EVERY_H
#define EVERY_H

#include "peers.h"

/* Strategy *i or the next that this build has; NULL: there are no more. *i then says where to go on. */
static inline const struct pool_ops *every_next(size_t *i)
{
    size_t own = 0;

    while (pool_strategies[own])
        own++;
    for (;;) {
        const struct pool_ops *ops = *i < own ? pool_strategies[*i] : pool_peers[*i - own];
        if (!ops)
            return NULL;
        (*i)++;
        if (!ops->absent)
            return ops;
    }
}
#endif
