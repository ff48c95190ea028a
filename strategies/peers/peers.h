/*
 * peers.h - the pools of other libraries as strategies: what users would pick instead.
 *
 * They are for the program and its tests; libpoolbench has none of them. A peer's library is loaded when a pool of it
 * is created, not linked: what a process has mapped is copied by each fork, so that a program linked with all of them
 * would fork a third slower, whatever strategy it measures.
 *
 * Errors: POOL_EABSENT where a library that was there at build time cannot be loaded.
 */
#ifndef PEERS_H
#define PEERS_H

#include "strategy.h"

/* Every peer, in the order of list.def, ended by NULL. */
extern const struct pool_ops *const pool_peers[];

/* True if the table is a peer's. */
bool peers_have(const struct pool_ops *);
#endif
