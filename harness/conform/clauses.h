/*
 * clauses.h - the clauses of the contract and the cases that prove them, as tables.
 *
 * Errors: none.
 */
#ifndef CLAUSES_H
#define CLAUSES_H

#include <stdbool.h>
#include <stddef.h>

enum clause_level { CLAUSE_REQUIRED, CLAUSE_CAPABILITY, CLAUSE_STOCHASTIC, CLAUSE_OPTIONAL };

struct clause {
    const char *id; /* "B2" */
    enum clause_level level;
    unsigned capability; /* POOL_CAP_... that makes it required; 0: none */
    const char *promise;
};

struct subject;

struct conform_case {
    const char *name; /* "B2_every_item_runs_exactly_once" */
    const struct clause *clause;
    void (*run)(struct subject *);
};

extern const struct clause clauses[];
extern const size_t clause_count;
extern const struct conform_case conform_cases[];
extern const size_t conform_case_count;

/* The clause of that id, or of a case's name; NULL: none. */
const struct clause *clause_find(const char *id_or_case);

/* "R", "C:procs", "S", "O". */
const char *clause_level_text(const struct clause *);

/* True if the case's name or its clause's id matches one of the comma-separated globs; NULL matches all. */
bool clause_glob_matches(const char *globs, const char *case_name);
#endif
