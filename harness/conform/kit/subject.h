/*
 * subject.h - the strategy that a case judges, and what every case does with it.
 *
 * Errors: a step that the contract promises and that fails ends the case with FAIL.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "ledger.h"
#include "strategy.h"
#include "verdict.h"

struct subject {
    const struct pool_ops *ops;
    const char *options; /* NULL: the strategy's defaults */
    uint64_t seed;
    double factor; /* of all patience */
    bool quick;
    size_t cpus; /* that this process may use */
    struct ledger *ledger;
};

/* Map the ledger, count the CPUs. */
void subject_open(struct subject *);

/* A pool of that size; its other settings are zero. */
struct pool *subject_create(const struct subject *, size_t workers);

/* The same from a whole configuration, whose options are filled in. */
struct pool *subject_create_with(const struct subject *, struct pool_config);

/* Close, join and destroy; each must succeed. */
void subject_end(struct pool *);

/* `wanted` workers, or as many as the strategy takes: at least 1. */
size_t subject_workers(const struct subject *, size_t wanted);

/* Ends the case as unsupported where a pool of that size is refused, which is tried. */
void subject_need_workers(const struct subject *, size_t workers);

/* True where each claim costs a worker of its own, so that many claims cost much. */
bool subject_is_costly(const struct subject *);

/* `count` items, or about 200 where that would cost as many workers. */
size_t subject_items(const struct subject *, size_t count);

/* Patience times the factor. */
int64_t subject_patience_ns(const struct subject *, int64_t patience_ns);
#endif
