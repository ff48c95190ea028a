/*
 * page.h - what the parts of a report share, and the parts.
 *
 * Errors: false when memory is short; a failed write shows in the FILE.
 */
#ifndef PAGE_H
#define PAGE_H

#include "../pure/blocks.h"
#include "../pure/verdict/models.h"
#include "../pure/verdict/soundness.h"
#include "../saved.h"
#include "html.h"

struct page {
    FILE *f;
    const struct saved *saved;
    const struct plan *plan;
    struct rounds rounds;
    struct soundness soundness;
    struct models models;
    struct blocks blocks;
};

void page_warnings(const struct page *); /* first of all: what the numbers are worth */
bool page_tables(const struct page *);   /* every metric: values, intervals, places */
void page_derived(const struct page *,
                  size_t block);        /* of a block: what has no table of its own, and follows from it */
void page_models(const struct page *);  /* METG, scaling laws */
bool page_lives(const struct page *);   /* break-even, where lives were measured */
bool page_spread(const struct page *);  /* outliers, correlation, halves */
void page_machine(const struct page *); /* and what measuring itself cost there */
#endif
