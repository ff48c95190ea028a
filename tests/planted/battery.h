/*
 * battery.h - a small, independent examination of a thread strategy.
 *
 * Errors: none; whatever goes wrong in a pool is a finding.
 */
#ifndef BATTERY_H
#define BATTERY_H

#include "strategy.h"

/* Does this strategy do what the plain loop does, on the workers it was given? A bad one may hang or crash instead. */
bool battery_passes(const struct pool_ops *);
#endif
