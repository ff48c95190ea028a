/*
 * room.h - how much memory this process can take without hurting itself or others.
 *
 * Errors: none; what cannot be read does not limit.
 */
#ifndef ROOM_H
#define ROOM_H

#include <stdint.h>

/*
 * The least of half the available memory, what the control group leaves and what RLIMIT_AS leaves.
 * root  prefix of /proc and /sys, "" for the real ones.
 */
uint64_t room_bytes(const char *root);
#endif
