/*
 * facts.h - what a measured number depends on and cannot be read off it later: machine, kernel, limits, build, runtime.
 *
 * Everything that can be read is; what cannot is null, with the reason under "why". No thread is started, and no OpenMP
 * region is entered.
 *
 * Errors: NULL when memory is exhausted.
 */
#ifndef FACTS_H
#define FACTS_H

#include "topology.h"

#include <jansson.h>

/*
 * The contents of machine.json. Takes a fraction of a second, most of it for asking git about the sources.
 * argv  the exact command, stored as it is.
 * Owns: the caller, a reference.
 */
json_t *facts_collect(const struct topology *, int argc, char **argv, uint64_t seed);

/*
 * Leave out what tells whose machine it was, with that as the reason: names of host and groups, the kernel's command
 * line and provider, the exact command.
 */
void facts_anonymize(json_t *facts);

/*
 * What in these facts spoils numbers: an array of {"code", "text", "advice"}; text is a clause that says what is so,
 * advice one that says what to do. A pure function of the facts.
 * Owns: the caller, a reference.
 */
json_t *facts_warnings(const json_t *facts);
#endif
