/*
 * strategy.h - what a strategy fills, and what the front does for it.
 *
 * A strategy is one `const struct pool_ops`. The front (pool.c) is its only caller and owns every rule that is the
 * same for all: argument checks, the life cycle, the lowest failing index, the sentences. A strategy owns its
 * mechanism. skeleton.c has each hook's duty; serial.c is the smallest that works.
 *
 * This header needs no library to link against: what the front does is reached through struct pool_host, so a plugin
 * is built from the installed headers alone.
 *
 * Errors: hooks return an enum pool_status and may fill the fault they are given.
 */
#ifndef STRATEGY_H
#define STRATEGY_H

#include "pool.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define POOL_ABI 3 /* changes whenever a struct here does */
#define POOL_OPTIONS_MAX 8

enum pool_capability {
    POOL_CAP_PROCS = 1 << 0,   /* workers are processes: a crash is survived */
    POOL_CAP_KILL = 1 << 1,    /* a running item can be stopped */
    POOL_CAP_RECYCLE = 1 << 2, /* max_items_per_worker is kept */
    POOL_CAP_NEST = 1 << 3,    /* a task may create pools of its own */
    POOL_CAP_LAZY = 1 << 4,    /* inputs are drawn as results are taken */
    POOL_CAP_OVERLAP = 1 << 5, /* batches run side by side; without it the front sends one at a time */
    POOL_CAP_INLINE = 1 << 6,  /* the calling thread is one of the workers */
    POOL_CAP_SHARED = 1 << 7,  /* alloc and free are there */
    POOL_CAP_FRESH = 1 << 8,   /* a worker lives for one item or one batch, not as long as the pool */
};

struct pool_batch;
struct pool_setup;

/* One option of a strategy, a whole number. The list ends with a NULL key. */
struct pool_option {
    const char *key;
    const char *summary;
    uint64_t initial, min, max;
};

/* How tasks of a strategy wait that lets others run meanwhile. */
struct pool_waiter {
    /* Return at due_ns of CLOCK_MONOTONIC; INT64_MAX: never. ECANCELED: earlier, for the pool was terminated. */
    enum pool_status (*sleep)(struct pool_waiter *, int64_t due_ns);
};

/* A thread that runs items of a batch, inside those of an outer one. Stays where it is from enter to leave. */
struct pool_frame {
    const struct pool_batch *batch;
    const struct pool_frame *outer;
    struct pool_waiter *waiter; /* set by the strategy after enter; NULL: pool_sleep keeps the thread */
};

/* What the front does for a strategy. All may be called from any thread of the process that created the pool. */
struct pool_host {
    /* Item fault->index failed, and fault->failed - 1 others above it (0 counts as 1). The text may be empty. */
    void (*fail)(struct pool_batch *, const struct pool_fault *fault);
    /* Every item has run, has failed or will never start. For hooks of the `submit` kind; the last touch of a batch. */
    void (*done)(struct pool_batch *);
    /* This thread starts, and ends, running items: how the front sees that a task waits for its own pool. */
    void (*enter)(struct pool_batch *, struct pool_frame *);
    void (*leave)(struct pool_frame *);
    /* The pool cannot go on; every pending and later call returns EBROKEN with this cause. */
    void (*broken)(void *pool, const struct pool_fault *cause);
    /*
     * A worker is born, and leaves in order, each in its own thread or process: bind it, run the pool's initializer;
     * run the finalizer. Anything but POOL_OK: it must run no items, and is not ended; `create` fails with it, and
     * where the pool is there already, EBROKEN is to be told to `broken`.
     */
    enum pool_status (*begin)(const struct pool_setup *, size_t worker, struct pool_fault *);
    void (*end)(const struct pool_setup *, size_t worker);
};

/* One call of a verb. The front owns it; it stays until `run` returns or `done` is called. */
struct pool_batch {
    const struct pool_task *task;
    const void *const *columns; /* task->nargs arrays of count records */
    void *out;                  /* count records; NULL where the task has no result */
    size_t count;               /* at least 1 */
    size_t chunk;               /* items per claim, 1..count; 0: the strategy's automatic rule */
    struct pool_item *items;    /* count outcomes to be filled in; NULL: not wanted */
    const struct pool_host *host;
    bool waited;    /* a thread waits for it: hook `wait` will be called */
    bool fail_fast; /* the front cancels it when it is told of a failure: tell it at once, or cancel by yourself */
    int canceled;   /* read with pool_batch_canceled */
    struct pool_batch *next; /* the strategy's: a queue of batches */
    void *mine;              /* the strategy's: its own record of the batch */
};

/* What a new pool is told. Lives as long as the pool. */
struct pool_setup {
    size_t workers; /* resolved: at least 1, at most ops->workers_max */
    const struct pool_config *config;
    uint64_t option[POOL_OPTIONS_MAX]; /* in the order of ops->options */
    const struct pool_host *host;
    void *pool; /* for host->broken */
};

struct pool_ops {
    unsigned abi;     /* POOL_ABI */
    const char *name; /* as on the command line: letters, digits, '_' */
    const char *summary;
    const char *absent; /* why this build lacks it; NULL: it is here */
    unsigned capabilities;
    size_t workers_max;
    const struct pool_option *options;             /* NULL: none */
    const char *chunk_rule;                        /* the automatic chunk, in words */
    size_t (*chunk)(size_t workers, size_t count); /* the same as a function: the most items in one claim */
    const char *wait_rule; /* how idle workers wait where not as config.wait says, in words; NULL: always as it says */
    unsigned waits;        /* with a wait_rule: the policies that are kept all the same, POOL_WAIT_BIT of each */

    enum pool_status (*create)(const struct pool_setup *, void **self, struct pool_fault *);
    enum pool_status (*run)(void *self, struct pool_batch *, struct pool_fault *);
    enum pool_status (*submit)(void *self, struct pool_batch *, struct pool_fault *);
    void (*wait)(void *self, struct pool_batch *);
    bool (*cancel)(void *self, struct pool_batch *);
    void (*terminate)(void *self);
    enum pool_status (*stop)(void *self, int64_t deadline_ns);
    void (*destroy)(void *self);
    void *(*alloc)(void *self, size_t bytes);
    void (*free)(void *self, void *memory);
};

#define POOL_WAIT_BIT(policy) (1u << (policy))

/* True if the idle workers of this strategy wait as this policy says. */
static inline bool pool_ops_keep_wait(const struct pool_ops *ops, enum pool_wait wait)
{
    return !ops->wait_rule || (ops->waits & POOL_WAIT_BIT(wait)) != 0;
}

/* Every strategy of this build, in the order of list.def, ended by NULL. */
extern const struct pool_ops *const pool_strategies[];

/* pool_create for a table that is not in list.def: a plugin's. The table outlives the pool. */
enum pool_status pool_create_with(const struct pool_ops *, const struct pool_config *, struct pool **out);

/* How many CPUs this process may use: online, affinity, cgroup quota. At least 1. */
size_t pool_cpus_usable(void);

/* True once the batch was cancelled, maybe with the whole pool: start no further item of it. */
static inline bool pool_batch_canceled(const struct pool_batch *b)
{
    return __atomic_load_n(&b->canceled, __ATOMIC_RELAXED) != 0;
}

/* An item's task returned `code`. */
static inline void pool_item_failed(struct pool_batch *b, size_t index, int code)
{
    struct pool_fault fault = {.status = POOL_ETASK, .index = index, .code = code};
    b->host->fail(b, &fault);
}

/* Where one batch's records lie for this worker, and whom to tell. */
struct pool_records {
    const struct pool_task *task;
    const void *const *columns;
    void *out;
    struct pool_item *items;                         /* NULL: not wanted */
    const int *canceled;                             /* read before each item */
    void (*fail)(void *arg, size_t index, int code); /* an item returned nonzero */
    void *arg;
};

/*
 * The loop itself. nargs, and whether there is a cursor, are constants where it is inlined. What every item needs is
 * copied into locals, for after each call the compiler must take all other memory for changed.
 */
__attribute__((always_inline)) static inline size_t pool_records_loop(const struct pool_records *r, const size_t nargs,
                                                                      size_t first, size_t last, size_t *cursor)
{
    const struct pool_task *task = r->task;
    const size_t out_size = task->out_size;
    pool_call *const call = task->call;
    const void *const context = task->context;
    const int *const canceled = r->canceled;
    struct pool_item *const items = r->items;
    unsigned char none = 0; /* stands for an absent array, so that no arithmetic is done on NULL */
    const unsigned char *at[POOL_ARGS_MAX];
    const void *argv[POOL_ARGS_MAX];
    size_t arg_size[POOL_ARGS_MAX];
    unsigned char *out = r->out ? (unsigned char *)r->out + first * out_size : &none;

    for (size_t k = 0; k < nargs; k++) {
        arg_size[k] = task->arg_size[k];
        at[k] = r->columns[k] ? (const unsigned char *)r->columns[k] + first * arg_size[k] : &none;
    }
    for (size_t i = first; i < last; i++) {
        if (__atomic_load_n(canceled, __ATOMIC_RELAXED))
            return i;
        if (cursor)
            __atomic_store_n(cursor, i, __ATOMIC_RELAXED);
        for (size_t k = 0; k < nargs; k++)
            argv[k] = at[k] + (i - first) * arg_size[k];
        const int code = call(argv, out + (i - first) * out_size, context);
        if (__builtin_expect(items != NULL, 0)) { /* both are rare: the usual item takes no branch but the loop's */
            items[i].status = code ? POOL_ETASK : POOL_OK;
            items[i].code = code;
        }
        if (__builtin_expect(code, 0))
            r->fail(r->arg, i, code);
    }
    return last;
}

/*
 * Run items [first, last), in order, until the batch is cancelled. The inner loop of every strategy.
 *
 * cursor  receives the item about to run, so that a supervisor knows what a dead worker was at; NULL: nobody asks.
 * Returns the first item that has not run: last, or fewer when cancelled.
 */
static inline size_t pool_records_run(const struct pool_records *r, size_t first, size_t last, size_t *cursor)
{
    if (r->task->nargs != 1)
        return pool_records_loop(r, r->task->nargs, first, last, cursor);
    return cursor ? pool_records_loop(r, 1, first, last, cursor) : pool_records_loop(r, 1, first, last, NULL);
}

static inline void pool_item_failed_(void *batch, size_t index, int code)
{
    pool_item_failed((struct pool_batch *)batch, index, code);
}

/* The records of a batch for a thread of the creating process. */
static inline struct pool_records pool_batch_records(struct pool_batch *b)
{
    return (struct pool_records){
        .task = b->task,
        .columns = b->columns,
        .out = b->out,
        .items = b->items,
        .canceled = &b->canceled,
        .fail = pool_item_failed_,
        .arg = b,
    };
}

/* Run items [first, last) of a batch in this thread of the creating process. */
static inline void pool_items_run(struct pool_batch *b, size_t first, size_t last)
{
    const struct pool_records records = pool_batch_records(b);
    struct pool_frame frame;

    b->host->enter(b, &frame);
    pool_records_run(&records, first, last, NULL);
    b->host->leave(&frame);
}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
