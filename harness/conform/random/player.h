/*
 * player.h - doing what a sequence says to real pools, and judging every answer.
 *
 * The player knows of each pool only what it did to it; model.h says what must follow. What tasks testify lies in
 * shared memory that the pool has no hand in: so many runs of each item, wherever they took place.
 *
 * Errors: what does not agree ends the process with conform_fail.
 */
#ifndef PLAYER_H
#define PLAYER_H

#include "../kit/array.h"
#include "../kit/subject.h"
#include "model.h"
#include "sequence.h"

#define PLAYER_POOLS 2
#define PLAYER_CALLS 8
#define PLAYER_ITERS 3
#define PLAYER_BLOCKS 4
#define PLAYER_GATES 256
#define PLAYER_COLUMNS 3
#define PLAYER_NO_GATE SIZE_MAX
#define PLAYER_CALLBACK_CODE 77 /* of a callback that misbehaves */

/* In shared memory: where items wait until they are let go. */
struct player_yard {
    uint32_t open[PLAYER_GATES], inside[PLAYER_GATES];
    uint32_t begun, ended; /* initializers, finalizers */
};

/* How a victim ends. */
enum player_death { DEATH_KILLED, DEATH_EXIT_0, DEATH_EXIT_3, DEATH_ABORT, DEATH_TERM, DEATH_COUNT, DEATH_NONE };

/* The context of the task. */
struct player_context {
    struct proof proof;
    struct player_yard *yard;
    size_t base;   /* of its items in the ledger */
    size_t gate;   /* PLAYER_NO_GATE: none */
    size_t victim; /* only this item waits at the gate; SIZE_MAX: all do */
    enum player_death death;
    struct player_context *next; /* of the player's */
};

struct player_pool {
    struct pool *pool;
    enum model_life life;
    bool terminated; /* also once it is joined */
    bool unsettled;  /* something that nobody watches any more may still run */
    bool fail_fast;
    size_t workers;
};

/* What a callback has seen. */
struct player_witness {
    bool misbehaves;
    uint32_t good, bad; /* times */
    struct pool *pool;
    struct pool_fault fault;
    enum pool_status own_map; /* what a map in the callback returned */
};

/* One call of a verb. */
struct player_call {
    struct player_pool *owner;
    struct pool_handle *handle; /* NULL: none yet, or given away */
    struct player_context context;
    struct pool_task task;
    struct array column[PLAYER_COLUMNS], out;
    struct pool_item *items; /* NULL: not wanted */
    size_t count, chunk;
    uint64_t flags;
    size_t lost; /* the item whose worker dies, as `natural` says; SIZE_MAX: none */
    struct model_outcome natural;
    enum model_cancel cancel;
    struct player_witness witness;
    struct player_call *next; /* of those given away */
};

struct player_iter {
    struct pool_iter *iter; /* NULL: this slot is empty */
    struct player_pool *owner;
    struct player_context *context; /* of the player: it outlives the iterator */
    struct pool_task task;
    size_t length, fails_at, window;
    size_t drawn, yielded;
    bool unordered, ended, failure_told, refusal_told;
    unsigned char *taken; /* Shape: length; who was yielded */
    unsigned char *out;
};

struct player_block {
    struct player_pool *owner;
    unsigned char *bytes; /* NULL: this slot is empty */
    size_t size;
};

struct player {
    struct subject *subject;
    struct player_yard *yard;
    size_t gates_used, ledger_used, calls_made;
    struct player_context *contexts; /* of iterators, whose last items may still run when they are freed */
    struct player_pool pool[PLAYER_POOLS];
    struct player_call *call[PLAYER_CALLS]; /* NULL: this slot is empty */
    struct player_call *given_away;
    struct player_iter iter[PLAYER_ITERS];
    struct player_block block[PLAYER_BLOCKS];
};

/* How far a process has come, for its parent. */
struct player_tape {
    uint32_t position; /* the command under way */
    uint32_t played;   /* commands that fitted */
};

/* Play a whole sequence and bring everything to an end. */
void player_play(struct subject *, const struct sequence_command *, size_t count, struct player_tape *);

/* The parts of the player. Each returns false if the command does not fit. */
bool player_do_life(struct player *, const struct sequence_command *); /* life.c: create to destroy, memory */
bool player_do_work(struct player *, const struct sequence_command *); /* work.c: map, starmap, apply, also async */
bool player_do_wait(struct player *, const struct sequence_command *); /* wait.c: handles */
bool player_do_lazy(struct player *, const struct sequence_command *); /* lazy.c: iterators */
bool player_do_harm(struct player *, const struct sequence_command *); /* harm.c: dead, stopped and impatient workers */
bool player_do_misuse(struct player *,
                      const struct sequence_command *); /* misuse.c: forked children, wrong arguments */

/* call.c: one call. NULL: no room in the ledger, or no memory of that kind. */
struct player_call *call_open(struct player *, struct player_pool *, const struct sequence_command *, size_t count);
enum pool_status call_start(struct player_call *, bool single); /* asynchronously */
enum pool_status call_run(struct player_call *, bool single, struct pool_fault *);
void call_judge(struct player_call *, enum pool_status, const struct pool_fault *); /* once it is over */
void call_judge_unseen(struct player_call *);                                       /* over, but nobody has its fault */
void call_close(struct player_call *);
void call_hold(struct player *, struct player_call *, size_t victim); /* its items, or one of them, wait at a gate */
bool call_is_held(const struct player_call *);                        /* until the gate is opened */
bool call_is_stuck(
    const struct player_call *); /* it cannot end before that: what is terminated may, not having begun */

/* Wait for the handle in that slot, judge, free. */
void wait_settle(struct player *, size_t slot);
void wait_judge(struct player_call *); /* a handle that has to be ready */
void lazy_drop(struct player_iter *);

/* pool_terminate, and what it means for the calls of the pool. */
void life_terminate(struct player *, struct player_pool *);
void life_close(struct player_pool *);
void life_destroy(struct player *, struct player_pool *, bool iterators_first);
bool life_can(const struct player *, unsigned capability);

/* A task of the sizes that FLAG_SHAPE chooses. */
void task_prepare(struct player *, struct player_context *, struct pool_task *, uint64_t flags, size_t count);
size_t task_take_gate(struct player *);
size_t task_take_ledger(struct player *, size_t items); /* SIZE_MAX: there is no room */
void task_open_gate(struct player *, size_t gate);
bool task_result_agrees(const struct player_context *, size_t index, const unsigned char *out);

/* Let all held items of the pool go, or those that stand in the way of new work. */
void wait_open_gates(struct player *, const struct player_pool *);
void wait_make_way(struct player *, const struct player_pool *);
int64_t wait_timeout_ns(uint64_t timeout);
#endif
