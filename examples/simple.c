/* A simple example: how many primes lie below a million, counted in pieces, with every failure reported. */
#include <pool.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECES = 100, LENGTH = 10000 };

static bool is_prime(unsigned n)
{
    for (unsigned d = 2; d * d <= n; d++)
        if (n % d == 0)
            return false;
    return n >= 2;
}

/* The argument is where a piece starts, the result how many primes are in it. */
static int count_primes(const void *const argv[], void *out, const void *context)
{
    const unsigned first = *(const unsigned *)argv[0];
    unsigned primes = 0;

    (void)context;
    for (unsigned n = first; n < first + LENGTH; n++)
        primes += is_prime(n);
    *(unsigned *)out = primes;
    return 0;
}

static void check(enum pool_status status, const struct pool_fault *fault)
{
    if (status == POOL_OK)
        return;
    fprintf(stderr, "simple: %s: %s\n", pool_status_text(status), fault->text);
    exit(1);
}

int main(int argc, char **argv)
{
    const char *strategy = argc > 1 ? argv[1] : "pthread_steal";
    const struct pool_task task = {
        .name = "count_primes",
        .call = count_primes,
        .nargs = 1,
        .arg_size = {sizeof(unsigned)},
        .out_size = sizeof(unsigned),
    };
    struct pool_fault fault = {0};
    const struct pool_config config = {.workers = 4, .fault = &fault};
    unsigned first[PIECES], primes[PIECES], sum = 0;
    struct pool *pool;

    for (unsigned i = 0; i < PIECES; i++)
        first[i] = i * LENGTH;
    check(pool_create(strategy, &config, &pool), &fault);
    check(pool_map(pool, &task, PIECES, first, primes, 0, &fault), &fault);
    pool_destroy(pool);
    for (unsigned i = 0; i < PIECES; i++)
        sum += primes[i];
    printf("%u primes below %d\n", sum, PIECES * LENGTH);
    return 0;
}
