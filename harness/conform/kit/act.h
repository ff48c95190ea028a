/*
 * act.h - items that do as their records say: return, fail, wait at a gate, die. And the workers they run on, from
 * outside: seen, stopped, killed.
 *
 * Errors: a call that does not end within patience, and an outcome that is not the one its act must have, end the case
 * with FAIL.
 */
#ifndef ACT_H
#define ACT_H

#include "subject.h"

enum act {
    ACT_RETURN, /* a value that only this item has */
    ACT_FAIL,   /* code 1 + index */
    ACT_WAIT,   /* until the gate is open; code ACT_LATE if it is not in time */
    ACT_DOZE,   /* the same, deaf to SIGTERM and SIGINT */
    ACT_STOP,   /* stop the worker itself, by SIGSTOP */
    ACT_KILL,   /* from here on: die */
    ACT_SEGV,
    ACT_ABORT,
    ACT_TERM,
    ACT_QUIT,      /* _exit(4) */
    ACT_EXEC,      /* a program that is not there, then _exit(127) */
    ACT_EXIT_GOOD, /* exit(0) */
    ACT_EXIT_BAD,  /* exit(3) */
};

#define ACT_LATE 9999
#define ACT_IS_DEADLY(act) ((act) >= ACT_KILL)

/* Words of the ledger that items and cases share. */
enum { MARK_GATE, MARK_INSIDE, MARK_BIRTHS, MARK_ENDS, MARK_NOTE, MARK_WORKER /* and on: one for each worker */ };

struct act_item {
    uint32_t act, index; /* the index in the ledger too */
};

struct act_context {
    struct ledger *ledger;
    int64_t timeout_ns;
    bool initialised; /* items fail with ACT_LATE where act_initializer has not run in their worker */
};

/* One call of count items. */
struct play {
    const struct subject *subject;
    struct pool_task task;
    struct act_context context;
    size_t count;
    struct act_item *in;
    uint64_t *out;
    struct pool_item *items;
    struct pool_handle *handle;
    struct pool_fault fault;
};

/* Items [first, first + count) of the ledger, which all return. Owns: the caller, until play_free. */
struct play *play_new(const struct subject *, size_t first, size_t count);
void play_free(struct play *); /* its call must be over */

void play_start(struct play *, struct pool *, size_t chunk);
enum pool_status play_await(struct play *); /* within PATIENCE_SETTLE_NS */

/* Outcome, value, fault and ledger of each item are what its act demands. loose: whichever has not run or was lost is
 * right too, so long as no item ran twice. */
void play_judge(const struct play *, bool loose);

/* All of it: start, await, judge, free. */
void play_once(const struct subject *, struct pool *, size_t count, size_t chunk);
void play_finish(struct play *, struct pool *, size_t chunk);

/* Every item of the call is cancelled, or was over before. */
void play_expect_end(const struct play *);

void gate_open(const struct subject *);
void gate_shut(const struct subject *);
/* Until that many items wait at the gate. */
void gate_await(const struct subject *, size_t items);

/* An initializer that counts in the ledger, its initarg: MARK_BIRTHS, and MARK_WORKER + worker. */
int act_initializer(void *ledger, size_t worker);
size_t act_worker(void); /* its number, in a worker whose initializer has run; else SIZE_MAX */

/* True if items run in other processes than the pool's creator, which is tried; FAIL if it is declared otherwise. */
bool workers_are_processes(const struct subject *);

/* Ends the case as unsupported where they are not. */
void need_processes(const struct subject *);

/* Kill a child of this process and see it dead. False: there is none. */
bool worker_kill(pid_t);

/* Stop a worker that runs an item and see it stopped: kill(2) returns before. */
void worker_stop(const struct subject *, pid_t);

/* The children of this process. Returns how many there are. */
size_t workers_list(pid_t pids[], size_t room);

/* A descriptor that is readable once the process has ended; -1: it has. */
int process_watch(pid_t);
/* FAIL unless it ends within PATIENCE_SETTLE_NS. Closes the descriptor. */
void process_expect_end(const struct subject *, int watch, const char *who);

/* Wait for a child of the case. Returns its status; FAIL if it does not end within PATIENCE_MEET_NS. */
int child_await(const struct subject *, pid_t, const char *who);

/* A thread of the case: FAIL if it does not end within PATIENCE_SETTLE_NS. */
void thread_await(const struct subject *, unsigned long thread, const char *what);
#endif
