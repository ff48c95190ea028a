/*
 * table.h - the summary as people read it: one block per workload, strategies down, worker counts across.
 *
 * Errors: false when memory is short.
 */
#ifndef TABLE_H
#define TABLE_H

#include "summary.h"

/* all: those of quantities, too, that have no table of their own otherwise. Owns: the caller frees *text. */
bool table_format(const struct plan *, const struct summary *, bool all, char **text);

/* The plan as people read it: worker points with reasons, cells, launches, time. Owns: the caller frees *text. */
bool table_format_plan(const struct plan *, const char *machine, char **text);

/* "power of two, all cores" */
const char *table_reasons(unsigned reasons, char *text, size_t size);
#endif
