/*
 * pool.h - one function over many arguments on several workers.
 *
 * A pool runs this loop, in any order, each index exactly once, on `workers` workers:
 *
 *     for (size_t i = 0; i < count; i++)
 *         task->call(argv(i), out(i), task->context);
 *
 * Which workers - threads, processes, OpenMP - is the strategy's business; results never depend on it.
 * The verbs and their meaning follow Python's multiprocessing.Pool.
 *
 * Errors: every verb returns an enum pool_status, POOL_OK being 0; where it takes a struct pool_fault, that says
 * the rest, and may be NULL. The library never prints and never exits.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default) /* what is declared here can be seen in the library; all else is hidden */

#define POOL_ARGS_MAX 8
#define POOL_WORKERS_MAX 4096   /* the most workers any strategy takes */
#define POOL_NO_ITEM SIZE_MAX   /* pool_fault.index where no item is to blame */
#define POOL_NO_WORKER SIZE_MAX /* pool_worker outside of workers */
#define POOL_FOREVER INT64_MAX  /* a time-out that never expires */

enum pool_status {
    POOL_OK,
    POOL_EINVAL,    /* the caller's arguments are wrong; nothing was started */
    POOL_ENOMEM,    /* out of memory */
    POOL_EOS,       /* a system call failed; pool_fault.os_errno says which error */
    POOL_ETASK,     /* a task returned its own code */
    POOL_ELOST,     /* a worker died while it ran an item */
    POOL_ETIMEOUT,  /* the time is over; the work goes on */
    POOL_ECANCELED, /* it was cancelled, or the pool terminated, first */
    POOL_ECLOSED,   /* the pool takes no more work */
    POOL_EBROKEN,   /* the pool cannot keep its workers alive */
    POOL_EDEADLK,   /* waiting here would wait for oneself */
    POOL_EABSENT,   /* not in this build */
    POOL_ENOTSUP,   /* this strategy cannot do that */
    POOL_END,       /* an iterator has no more items */
};

/*
 * One call for one item.
 *
 * argv     the item's record in each column, task->nargs pointers; may be unaligned where the caller's arrays are.
 * out      where the result goes, task->out_size bytes; what a failing call wrote is delivered too.
 * context  the task's context, read-only.
 * Returns 0, or the task's own code, which makes the item fail with POOL_ETASK.
 */
typedef int pool_call(const void *const argv[], void *out, const void *context);

/* What to run. Records are flat: no pointers inside, for a worker may live in another process. */
struct pool_task {
    const char *name;               /* unique: an exec'ed or remote worker finds the task by it */
    pool_call *call;                /* loaded before the pool was created */
    size_t nargs;                   /* 1: map; 2..POOL_ARGS_MAX: starmap */
    size_t arg_size[POOL_ARGS_MAX]; /* bytes per record of each column; 0: no bytes are read */
    size_t out_size;                /* bytes per result; 0 only with a NULL out */
    const void *context;            /* broadcast to every worker; NULL: none */
    size_t context_size;            /* bytes */
};

/* What went wrong, and where first. */
struct pool_fault {
    enum pool_status status;
    size_t index;   /* the LOWEST failing item, whatever the timing; POOL_NO_ITEM: none */
    size_t failed;  /* items that failed */
    int code;       /* what the task or the initializer returned */
    pid_t pid;      /* the lost worker; 0: none */
    int signal;     /* what killed it; 0: it exited */
    int exit_code;  /* its exit code, if it exited */
    int os_errno;   /* the error of the system call that failed; 0: none */
    char text[256]; /* one sentence, without a full stop */
};

/* How a worker without work, and a caller without results, waits. */
enum pool_wait {
    POOL_WAIT_YIELD, /* look for some milliseconds (who waits for others: 50 us), soon giving way, then sleep */
    POOL_WAIT_SPIN,  /* look for three times as long without giving way, then sleep */
    POOL_WAIT_SLEEP, /* sleep at once */
};

/* Worker k runs on logical CPU cpus[k % count]. */
struct pool_binding {
    const unsigned *cpus; /* the operating system's CPU numbers */
    size_t count;
};

struct pool_config {
    size_t workers;                               /* 0: as many as this process may use */
    size_t workers_cap;                           /* upper limit of that automatic number; 0: none */
    int (*initializer)(void *arg, size_t worker); /* once in each worker before its first item; nonzero: failed */
    void (*finalizer)(void *arg,
                      size_t worker); /* once in each worker that leaves in order, if it had begun in order */
    void *initarg;                    /* the arg of both */
    size_t max_items_per_worker;      /* 0: no recycling */
    uint64_t item_timeout_ns;         /* 0: none; a strategy that cannot kill refuses it */
    bool fail_fast; /* once an item has failed, no other of its call begins: ECANCELED. imap: of its chunk */
    enum pool_wait wait;
    const struct pool_binding *binding; /* NULL: workers inherit the creator's affinity */
    const char *options;                /* "key=value,key=value" of the strategy; NULL: its defaults */
    struct pool_fault *fault;           /* receives why pool_create failed; NULL: not wanted */
};

struct pool;

/*
 * Start a pool.
 *
 * strategy  a name of `poolbench list`.
 * config    copied, with all that it points to but initarg; NULL: all zero.
 * out       Owns: the caller ends the pool with pool_destroy. Set to NULL on failure.
 * Errors: EINVAL unknown strategy, option or size; EABSENT; ENOTSUP; ENOMEM; EOS; EBROKEN an initializer failed.
 * Nothing is left running then.
 */
enum pool_status pool_create(const char *strategy, const struct pool_config *config, struct pool **out);

/* How many workers were asked for: never the number that happens to be alive. */
size_t pool_workers(const struct pool *);

/*
 * In a task, an initializer or a finalizer: the number of the worker that runs it, 0..workers-1, of the innermost pool.
 * Elsewhere POOL_NO_WORKER. No two items that run at once have the same; a replacement has that of the one it replaces.
 */
size_t pool_worker(void);

/* The most consecutive items that one claim takes when the chunk is automatic; a function of count and the size. */
size_t pool_auto_chunk(const struct pool *, size_t count);

/*
 * Run one task over an array, and wait: out[i] = call(items[i]).
 *
 * items  Shape: count records of task->arg_size[0] bytes. NULL only with count 0 or record size 0.
 * out    Shape: count records of task->out_size bytes. NULL only with count 0 or out_size 0.
 * chunk  Unit: items handed to a worker at a time; 0: automatic. Results never depend on it.
 * fault  the lowest failing item. All other items run all the same (but see fail_fast), and their results are in out.
 * Errors: EINVAL, ETASK, ELOST, ECANCELED, ECLOSED, EBROKEN, EDEADLK, ENOMEM, EOS.
 */
enum pool_status pool_map(struct pool *, const struct pool_task *, size_t count, const void *items, void *out,
                          size_t chunk, struct pool_fault *fault);

/* pool_map with several columns: out[i] = call(columns[0][i], columns[1][i], ...), task->nargs of them. */
enum pool_status pool_starmap(struct pool *, const struct pool_task *, size_t count, const void *const columns[],
                              void *out, size_t chunk, struct pool_fault *fault);

/* Run one call on a worker, and wait. argv: one record per column. */
enum pool_status pool_apply(struct pool *, const struct pool_task *, const void *const argv[], void *out,
                            struct pool_fault *fault);

/*
 * Asynchronous calls. Each returns at once with a handle, which outlives the pool. The arrays, the context and the
 * task's name must stay until the handle is ready; the task itself, the list of columns and apply's records are copied.
 */
struct pool_handle;

/* What became of one item. */
struct pool_item {
    enum pool_status status; /* OK, ETASK, ELOST, ETIMEOUT; ECANCELED: it was not run to its end */
    int code;                /* the task's own, with ETASK */
};

/*
 * Told how a call ended, before its handle becomes ready. Callbacks of one pool run one after another, in a thread of
 * their own; they may submit, close and terminate, but not wait for their pool (EDEADLK).
 * Returns 0; another value makes the call fail with POOL_ETASK and that code.
 */
typedef int pool_callback(void *arg, const struct pool_fault *fault);

struct pool_async {
    pool_callback *callback;       /* after success; NULL: none */
    pool_callback *error_callback; /* after failure; NULL: none */
    void *arg;
    struct pool_item *items; /* Shape: count; receives each item's outcome. NULL: not wanted */
};

/* The last but one argument may be NULL. *handle: Owns: the caller, until pool_handle_free; NULL on failure. */
enum pool_status pool_map_async(struct pool *, const struct pool_task *, size_t count, const void *items, void *out,
                                size_t chunk, const struct pool_async *, struct pool_handle **handle);
enum pool_status pool_starmap_async(struct pool *, const struct pool_task *, size_t count, const void *const columns[],
                                    void *out, size_t chunk, const struct pool_async *, struct pool_handle **handle);
enum pool_status pool_apply_async(struct pool *, const struct pool_task *, const void *const argv[], void *out,
                                  const struct pool_async *, struct pool_handle **handle);

/* Wait until it is ready. Never the task's error: OK, ETIMEOUT, EDEADLK, EINVAL. 0 polls; POOL_FOREVER. */
enum pool_status pool_handle_wait(struct pool_handle *, int64_t timeout_ns);

/* Wait, then say how the call ended, as the blocking verb would have. May be asked again and by many threads. */
enum pool_status pool_handle_get(struct pool_handle *, int64_t timeout_ns, struct pool_fault *fault);

bool pool_handle_ready(const struct pool_handle *); /* false, then true, never back */

/* How a call that is ready ended; EINVAL before. */
enum pool_status pool_handle_successful(const struct pool_handle *);

/*
 * Begin no further item of the call: what has not begun is told as ECANCELED, what runs ends as it would have. The call
 * is over with the last item that runs - where it waits behind others, at the latest when a worker looks for work - and
 * fails with its lowest failing item; if none failed, with ECANCELED where some did not run. Does not wait, and does
 * nothing to a call that is ready. Errors: EINVAL.
 */
enum pool_status pool_handle_cancel(struct pool_handle *);

/* Ready or not: a call that still runs goes on. NULL: nothing. */
void pool_handle_free(struct pool_handle *);

/*
 * Wait until one of the handles is ready, *index says which; NULL entries are passed over. To take all as they
 * complete, call again with the taken ones set to NULL. Errors: ETIMEOUT; EDEADLK; EINVAL if all are NULL; ENOMEM.
 */
enum pool_status pool_handles_wait_any(struct pool_handle *const handles[], size_t count, int64_t timeout_ns,
                                       size_t *index);

/* Wait until all are ready. NULL entries are passed over. */
enum pool_status pool_handles_wait_all(struct pool_handle *const handles[], size_t count, int64_t timeout_ns);

/*
 * Lazy map: inputs are drawn from a source as results are taken, so a source may be endless.
 *
 * A source writes item `index` into one record per column. Returns 1; 0: there are no more items; negative: it failed.
 * It is called by one thread at a time, and never again after 0 or a failure.
 */
typedef int pool_source(void *arg, size_t index, void *const record[]);

struct pool_imap_config {
    bool unordered; /* results as they complete, instead of in the order of inputs */
    size_t buffer;  /* chunks drawn beyond one per worker */
    size_t chunk;   /* items handed to a worker at a time; 0: 1 */
};

struct pool_iter;

/* Nothing is drawn before the first next. config NULL: all zero. *iter: Owns: the caller, until pool_iter_free. */
enum pool_status pool_imap(struct pool *, const struct pool_task *, pool_source *, void *source_arg,
                           const struct pool_imap_config *, struct pool_iter **iter);

/*
 * The next result: its index, and its record in out.
 *
 * Returns the item's own status: an item's failure does not end the iteration, the next call gives the next item.
 * ETIMEOUT loses nothing. A source that fails gives ETASK with its code, once, after the results before it. In the end
 * POOL_END; ECANCELED after pool_terminate; after pool_close what was drawn, then ECLOSED once. One thread at a time.
 */
enum pool_status pool_iter_next(struct pool_iter *, void *out, size_t *index, int64_t timeout_ns,
                                struct pool_fault *fault);

/*
 * At any time: what was drawn and not taken is dropped; the pool stays usable. Items that are in flight run on: the
 * task's context must stay until pool_join. NULL: nothing.
 */
void pool_iter_free(struct pool_iter *);

/*
 * Memory that every worker sees without copying.
 *
 * Owns: the caller, until pool_free or pool_destroy, which frees it. Aligned to 64 bytes, zeroed. NULL where the
 * strategy has no such memory (its workers see all memory: use malloc), on exhaustion, and after pool_join.
 */
void *pool_alloc(struct pool *, size_t bytes);
void pool_free(struct pool *, void *memory);

enum pool_status pool_close(struct pool *);     /* no new work; what runs is finished */
enum pool_status pool_terminate(struct pool *); /* at once; every pending call returns ECANCELED */

/*
 * Wait until all work is over and all workers are gone. After pool_close or pool_terminate only (else EINVAL).
 * timeout_ns  POOL_FOREVER: for ever. Errors: ETIMEOUT, after which one may join again.
 */
enum pool_status pool_join(struct pool *, int64_t timeout_ns);

/* Terminate, join, free; to drain instead, close and join first. In a task of the pool: terminate only. NULL: nothing.
 */
void pool_destroy(struct pool *);

/*
 * For tasks: wait for so many nanoseconds. Where tasks share a thread (`fiber`) the others run meanwhile; elsewhere,
 * and outside of tasks, the thread sleeps. A lock that is held meanwhile keeps out the other tasks, which may be for
 * ever. Returns OK, or ECANCELED: the pool was terminated, and the time is not over. The task runs on to its end then.
 */
enum pool_status pool_sleep(uint64_t ns);

const char *pool_status_text(enum pool_status); /* "a task failed"; Owns: nobody, a constant */

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
