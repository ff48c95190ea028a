/* squares.h - a task that squares, fails on seven and waits on zero, for tests over every strategy of this build. */
#ifndef SQUARES_H
#define SQUARES_H

#include "strategy.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* What tasks and the test share, whatever the workers are. */
struct shared {
    uint32_t gate; /* tasks with a zero argument wait until it is open */
    uint32_t runs;
};

static struct shared *shared;

static int square(const void *const argv[], void *out, const void *context)
{
    uint64_t x;

    (void)context;
    memcpy(&x, argv[0], sizeof x);
    __atomic_fetch_add(&shared->runs, 1, __ATOMIC_RELAXED);
    while (x == 0 && !__atomic_load_n(&shared->gate, __ATOMIC_ACQUIRE))
        usleep(200);
    x *= x;
    memcpy(out, &x, sizeof x);
    return x == 49 ? 7 : 0; /* seven fails */
}

static const struct pool_task task = {.name = "square", .call = square, .nargs = 1, .arg_size = {8}, .out_size = 8};

static inline void gate_set(uint32_t open)
{
    __atomic_store_n(&shared->gate, open, __ATOMIC_RELEASE);
}

static inline struct pool *create(const struct pool_ops *ops, size_t workers)
{
    const struct pool_config config = {.workers = workers < ops->workers_max ? workers : ops->workers_max};
    struct pool *pool = NULL;

    gate_set(0);
    shared->runs = 0;
    assert_int_equal(pool_create_with(ops, &config, &pool), POOL_OK);
    return pool;
}

static inline void finish(struct pool *pool)
{
    assert_int_equal(pool_close(pool), POOL_OK);
    assert_int_equal(pool_join(pool, POOL_FOREVER), POOL_OK);
    pool_destroy(pool);
}

/* Run every part over every strategy. */
static inline void each_strategy(void (*const parts[])(const struct pool_ops *), size_t count)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    for (size_t s = 0; pool_strategies[s]; s++)
        for (size_t p = 0; p < count; p++)
            if (!pool_strategies[s]->absent) {
                print_message("%s %zu\n", pool_strategies[s]->name, p);
                parts[p](pool_strategies[s]);
            }
}
#endif
