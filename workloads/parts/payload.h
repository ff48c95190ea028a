/*
 * payload.h - blocks of bytes that tell which item they belong to.
 *
 * Errors: payload_size returns nonzero, with one sentence in why.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "workload.h"

/* The size of a block: asked, or by_default where asked is 0. Below 8 bytes two items' blocks could be the same. */
int payload_size(size_t asked, size_t by_default, size_t *size, char why[WORKLOAD_WHY]);

/* Fill a block with the bytes that `key` stands for: all of them depend on all of the key. */
void payload_write(uint64_t key, unsigned char *block, size_t size);

/* Its 64-bit word `index`, where the block has that many whole ones. */
uint64_t payload_word(uint64_t key, size_t index);

/* True if a block holds these bytes. */
bool payload_matches(uint64_t key, const unsigned char *block, size_t size);

/* A number that every byte of the block, and its order, goes into. */
uint64_t payload_digest(const unsigned char *block, size_t size);

/* The digest of what payload_write(key, block, size) writes. */
uint64_t payload_digest_of(uint64_t key, size_t size);
#endif
