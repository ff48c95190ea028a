/*
 * One fault per sanitizer, made by a task in a worker of a pool: a build with that sanitizer must report it.
 *
 * Usage: fault overflow|leak|signed|race. Without the sanitizer it ends well, which is how a leg that does not look is
 * told from one that does.
 */
#include "pool.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Volatile, so that no compiler sees the faults coming, or optimises them away. */
static volatile int largest = INT_MAX;
static volatile size_t one_too_many = 8;
static void *volatile kept;
static int tally;        /* the race */
static unsigned arrived; /* relaxed: it orders nothing */

/* By memset: a store of our own would be found by UBSan first. */
static int overflow(void)
{
    kept = malloc(8);
    if (!kept)
        return 1;
    memset(kept, 0, one_too_many + 1);
    free(kept);
    return 0;
}

static int leak(void)
{
    kept = malloc(64);
    kept = NULL;
    return 0;
}

static int sign(void)
{
    largest = largest + 1;
    return 0;
}

/* The two items are on two workers, for each waits for the other. */
static int race(void)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&arrived, __ATOMIC_RELAXED) < 2)
        ;
    tally++;
    return 0;
}

static const struct {
    const char *name;
    int (*make)(void);
} faults[] = {{"overflow", overflow}, {"leak", leak}, {"signed", sign}, {"race", race}};

static int fault_call(const void *const argv[], void *out, const void *context)
{
    size_t chosen;

    (void)argv;
    (void)out;
    memcpy(&chosen, context, sizeof chosen);
    return faults[chosen].make();
}

static int run(size_t chosen)
{
    const struct pool_config config = {.workers = 2};
    const struct pool_task task = {
        .name = "fault", .call = fault_call, .nargs = 1, .context = &chosen, .context_size = sizeof chosen};
    struct pool *pool;

    if (pool_create("pthread_queue", &config, &pool))
        return EXIT_FAILURE;
    const enum pool_status status = pool_map(pool, &task, 2, NULL, NULL, 1, NULL);
    pool_destroy(pool);
    printf("the fault was made: %s\n", pool_status_text(status));
    return status ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof faults / sizeof *faults; i++)
        if (strcmp(argv[1], faults[i].name) == 0)
            return run(i);
    fprintf(stderr, "usage: %s overflow|leak|signed|race\n", argv[0]);
    return 2;
}
