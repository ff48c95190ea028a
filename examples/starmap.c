/* starmap: one array for each argument, here bases and exponents. */
#include <pool.h>
#include <stdio.h>

static int power(const void *const argv[], void *out, const void *context)
{
    const unsigned long base = *(const unsigned long *)argv[0];
    const unsigned char exponent = *(const unsigned char *)argv[1];
    unsigned long product = 1;

    (void)context;
    for (unsigned char i = 0; i < exponent; i++)
        product *= base;
    *(unsigned long *)out = product;
    return 0;
}

int main(void)
{
    const struct pool_task task = {
        .name = "power",
        .call = power,
        .nargs = 2,
        .arg_size = {sizeof(unsigned long), sizeof(unsigned char)},
        .out_size = sizeof(unsigned long),
    };
    const unsigned long bases[] = {2, 3, 10};
    const unsigned char exponents[] = {10, 4, 6};
    const void *const columns[] = {bases, exponents};
    unsigned long powers[3];
    struct pool *pool;

    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    const enum pool_status status = pool_starmap(pool, &task, 3, columns, powers, 0, NULL);
    pool_destroy(pool);
    for (int i = 0; !status && i < 3; i++)
        printf("%lu to the power of %d is %lu\n", bases[i], exponents[i], powers[i]);
    return status != POOL_OK;
}
