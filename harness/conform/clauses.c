/*
 * The tables, made from clauses.def and cases.def. Neither compiles without the other: a case needs its clause's number
 * below, and a clause the type that its cases declare.
 */
#include "clauses.h"

#include "strategy.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#define LEVEL_R CLAUSE_REQUIRED
#define LEVEL_C CLAUSE_CAPABILITY
#define LEVEL_S CLAUSE_STOCHASTIC
#define LEVEL_O CLAUSE_OPTIONAL

enum clause_number {
#define CLAUSE(id, level, capability, promise) CLAUSE_##id,
#include "clauses.def"
#undef CLAUSE
};

#define CASE(clause, what)                                                                                             \
    typedef char clause##_has_a_case;                                                                                  \
    void clause##_##what(struct subject *);
#include "cases.def"
#undef CASE

const struct clause clauses[] = {
#define CLAUSE(id, level, capability, promise) {#id, LEVEL_##level, sizeof(id##_has_a_case) * (capability), promise},
#include "clauses.def"
#undef CLAUSE
};
const size_t clause_count = sizeof clauses / sizeof *clauses;

const struct conform_case conform_cases[] = {
#define CASE(clause, what) {#clause "_" #what, &clauses[CLAUSE_##clause], clause##_##what},
#include "cases.def"
#undef CASE
};
const size_t conform_case_count = sizeof conform_cases / sizeof *conform_cases;

const struct clause *clause_find(const char *id_or_case)
{
    const size_t length = strcspn(id_or_case, "_");

    for (size_t i = 0; i < clause_count; i++)
        if (strlen(clauses[i].id) == length && strncmp(clauses[i].id, id_or_case, length) == 0)
            return &clauses[i];
    return NULL;
}

const char *clause_level_text(const struct clause *clause)
{
    static const struct {
        unsigned capability;
        const char *text;
    } known[] = {{POOL_CAP_PROCS, "C:procs"}, {POOL_CAP_KILL, "C:kill"}, {POOL_CAP_RECYCLE, "C:recycle"},
                 {POOL_CAP_NEST, "C:nest"},   {POOL_CAP_LAZY, "C:lazy"}, {POOL_CAP_OVERLAP, "C:overlap"}};

    switch (clause->level) {
    case CLAUSE_REQUIRED: return "R";
    case CLAUSE_STOCHASTIC: return "S";
    case CLAUSE_OPTIONAL: return "O";
    case CLAUSE_CAPABILITY: break;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].capability == clause->capability)
            return known[i].text;
    return "C";
}

bool clause_glob_matches(const char *globs, const char *case_name)
{
    char id[16], glob[256];

    if (!globs)
        return true;
    snprintf(id, sizeof id, "%.*s", (int)strcspn(case_name, "_"), case_name);
    for (const char *at = globs; *at; at += at[strcspn(at, ",")] ? strcspn(at, ",") + 1 : strcspn(at, ",")) {
        snprintf(glob, sizeof glob, "%.*s", (int)strcspn(at, ","), at);
        if (fnmatch(glob, id, 0) == 0 || fnmatch(glob, case_name, 0) == 0)
            return true;
    }
    return false;
}
