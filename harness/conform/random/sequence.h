/*
 * sequence.h - commands to a pool as data: made from a seed, written as text, and read again.
 *
 * Text is verbs with numbers, separated by commas: "c3,m17/2,k1@1" creates a pool of 3 workers, maps 17 items in chunks
 * of 2 and kills a worker of pool 1. Numbers behind the last that is not 0 are left out, and so is @0; "max" is the
 * largest number. A command that does not fit where it stands - the second create, next without an iterator - does
 * nothing, so that any part of a sequence is a sequence.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef SEQUENCE_H
#define SEQUENCE_H

#include "../../command/units.h"

#define SEQUENCE_ARGS 5
#define SEQUENCE_MAX 100000 /* commands that a text may have */

enum sequence_verb {
    VERB_CREATE = 'c',    /* workers / wait / max_items_per_worker / initializer and finalizer / fail-fast */
    VERB_MAP = 'm',       /* count / chunk / which fail / flags */
    VERB_STARMAP = 's',   /* count / chunk / which fail / flags */
    VERB_APPLY = 'a',     /* - / - / which fail / flags */
    VERB_MAP_ASYNC = 'M', /* the same / handle */
    VERB_STARMAP_ASYNC = 'S',
    VERB_APPLY_ASYNC = 'A',
    VERB_GET = 'g',       /* handle / time-out */
    VERB_WAIT = 'w',      /* handle / time-out */
    VERB_CANCEL = 'X',    /* handle */
    VERB_FREE = 'f',      /* handle */
    VERB_OPEN = 'o',      /* handle: let its items go on */
    VERB_ANY = 'y',       /* time-out: wait for any handle */
    VERB_ALL = 'Y',       /* time-out */
    VERB_IMAP = 'i',      /* iterator / flags / chunk / buffer / length */
    VERB_NEXT = 'n',      /* iterator / times / time-out */
    VERB_DROP = 'x',      /* iterator */
    VERB_ALLOC = 'p',     /* block / bytes */
    VERB_RELEASE = 'q',   /* block */
    VERB_KILL_BUSY = 'k', /* how it dies / count / chunk / victim */
    VERB_KILL_IDLE = 'K', /* which */
    VERB_STOP = 'z',      /* terminate meanwhile */
    VERB_RACE = 'r',      /* count / what ends it: a thread waits in map meanwhile */
    VERB_CLOSE = 'C',
    VERB_TERMINATE = 'T',
    VERB_JOIN = 'J',    /* time-out */
    VERB_DESTROY = 'D', /* iterators outlive it */
    VERB_CHILD = 'F',   /* how the forked child ends */
    VERB_WRONG = 'b',   /* which argument is wrong */
    VERB_BARREN = 'I',  /* workers: a pool whose initializer fails */
    VERB_LIMIT = 'L',   /* workers / count / chunk / victim: a pool one of whose items is over its limit of time */
};

enum sequence_timeout { TIMEOUT_POLL, TIMEOUT_SHORT, TIMEOUT_NEVER, TIMEOUT_COUNT };

/* Flags of the verbs that run work. The lowest two bits choose the sizes of records. */
enum sequence_flag {
    FLAG_SHAPE = 3,
    FLAG_SHARED = 4,     /* arrays from pool_alloc, where there are some */
    FLAG_GUARDED = 8,    /* arrays before pages that cannot be touched */
    FLAG_ITEMS = 16,     /* asynchronous: each item's outcome is wanted */
    FLAG_CALLBACK = 32,  /* asynchronous */
    FLAG_MISBEHAVE = 64, /* the callback fails */
    FLAG_HELD = 128,     /* asynchronous: items wait until they are let go */
};

enum sequence_imap_flag { IMAP_UNORDERED = 1, IMAP_SOURCE_FAILS = 2, IMAP_ITEMS_FAIL = 4 };

struct sequence_command {
    char verb;
    unsigned char pool;
    uint64_t arg[SEQUENCE_ARGS];
};

/* What a strategy can do, as far as sizes and verbs depend on it. */
struct sequence_limits {
    size_t workers_max, cpus;
    unsigned capabilities;
    bool costly; /* each claim costs a new process */
};

/* Fill in `count` commands from the seed. */
void sequence_generate(const struct sequence_limits *, uint64_t seed, struct sequence_command *, size_t count);

/* Owns: the caller frees. NULL: no memory. */
char *sequence_write(const struct sequence_command *, size_t count);

/* Owns: the caller frees *commands. */
bool sequence_read(const char *text, struct sequence_command **commands, size_t *count, char why[WHY_SIZE]);
#endif
