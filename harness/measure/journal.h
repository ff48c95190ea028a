/*
 * journal.h - what a run has taken so far: in memory, and in samples.csv, which gets each session whole, at its end.
 *
 * Errors: once the store fails, failed is set, why says it, and nothing more is written.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "../machine/store.h"
#include "../saved/samples.h"
#include "world.h"

struct journal {
    const struct plan *plan;
    const struct world *world;
    struct store *store;
    struct samples samples; /* Owns: journal_free */
    struct note_own own;    /* of all sessions */
    int64_t storing_ns;     /* spent in writing */
    bool failed;
    char why[WHY_SIZE];
};

/* One session under way. */
struct journal_session {
    struct journal *journal;
    size_t launch, cell, position;
    size_t first; /* of its samples */
    struct note_own own;
};

/* What is read back from an earlier run of this plan: taken over. */
void journal_take_over(struct journal *, struct samples *);

struct journal_session journal_session_begin(struct journal *, size_t launch, size_t place);

/* Takes a session's notes; arg is the journal_session. */
void journal_take(void *arg, const struct note *);

/*
 * valid  false: what ran does not count and is going to be repeated.
 * sound  false: the session failed, its cell does not count from now on, nor before.
 */
void journal_session_end(struct journal_session *, size_t tries, int64_t wall_ns, bool valid, bool sound);

/* Forget what it has taken. */
void journal_session_drop(struct journal_session *);

/* A time of the canary, or of the empty region, before a launch's next session. */
void journal_machine(struct journal *, enum sample_phase, size_t launch, uint64_t loops, double ns);

void journal_free(struct journal *);
#endif
